import type { Problem } from './problem.ts';

/**
 * What `JSON.parse` says about a text; nothing when it is right, or empty.
 * @param brokenAt where the text stops making sense, for engines that do not say
 */
export function jsonProblems(text: string, brokenAt?: number): Problem[] {
  if (text.trim() === '') return [];
  try {
    JSON.parse(text);
    return [];
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const from = Math.min(
      placeOf(message, text) ?? brokenAt ?? text.trimEnd().length - 1,
      Math.max(0, text.length - 1),
    );
    return [
      { from, to: Math.min(from + 1, text.length), severity: 'error', message: hint(text, from) },
    ];
  }
}

/** Engines say where in words only. */
function placeOf(message: string, text: string): number | undefined {
  const position = /\bposition (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  const place = /\bline (\d+) column (\d+)/.exec(message);
  if (place) {
    const lines = text.split('\n').slice(0, Number(place[1]) - 1);
    return lines.reduce((sum, line) => sum + line.length + 1, Number(place[2]) - 1);
  }
  return undefined;
}

function hint(text: string, at: number): string {
  const found = text[at] ?? '';
  const before = text.slice(0, at).trimEnd().at(-1);
  if (found === "'") return 'JSON has "double quotes" only.';
  if (found === '/' || found === '#') return 'JSON has no comments.';
  if ((found === '}' || found === ']') && before === ',')
    return 'JSON has no comma after the last one.';
  if (/[A-Za-z_$]/.test(found)) return 'JSON has “double quotes” around every name and text.';
  if (found === '"' && before !== undefined && /["\d\]}el]/.test(before)) {
    return 'A comma is missing before this.';
  }
  return 'This is not JSON. It has double quotes around names, a comma between entries and none after the last.';
}
