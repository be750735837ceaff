import type { Problem } from './problem.ts';

/** Throws as Handlebars' parser does. */
export type TemplateParser = (text: string) => unknown;

/** What Handlebars' own parser says about a template; it stops at the first mistake. */
export function templateProblems(text: string, parse: TemplateParser): Problem[] {
  try {
    parse(text);
    return [];
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return [{ ...placeOf(thrown, message, text), severity: 'error', message: inWords(message) }];
  }
}

function placeOf(thrown: unknown, message: string, text: string): { from: number; to: number } {
  const line = numberOf(thrown, 'lineNumber') ?? Number(/\bline (\d+)/.exec(message)?.[1] ?? 1);
  const lines = text.split('\n');
  const at = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, before) => sum + before.length + 1, 0);
  const content = lines[at] ?? '';
  const column = numberOf(thrown, 'column');
  const from =
    start + Math.min(column ?? content.length - content.trimStart().length, content.length);
  return { from, to: Math.max(from, start + content.trimEnd().length) };
}

function numberOf(thrown: unknown, name: string): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !(name in thrown)) return undefined;
  const value: unknown = Reflect.get(thrown, name);
  return typeof value === 'number' ? value : undefined;
}

function inWords(message: string): string {
  const mismatch = /^(\S+) doesn't match (\S+)/.exec(message);
  if (mismatch) {
    return `{{#${mismatch[1]}}} is open here, and {{/${mismatch[2]}}} closes another.`;
  }
  const got = /got '([^']+)'/.exec(message)?.[1];
  if (got === 'EOF') return 'The template ends too early: a {{/…}} or a }} is missing.';
  if (got === 'OPEN_ENDBLOCK') return 'This closes a block that is not open.';
  if (got === 'INVALID') return 'This does not fit between {{ and }}.';
  if (got !== undefined) return 'Handlebars does not understand this line: is a {{ or }} missing?';
  return message;
}
