import type { Location, Message } from 'esbuild';
import type { SiteLogEntry, SourcePlace } from '../site-log.ts';
import { exportHint, runtimeImportProblem, syntaxHint } from './syntax-hints.ts';

/** Longer lines are minified code: nobody reads them. In UTF-16 units. */
const MAX_LINE_TEXT = 200;
/** Far beyond any source; keeps a stand-in from becoming megabytes of empty lines. */
const MAX_PLACED_LINE = 100_000;

/** Where modules come from, as esbuild's namespaces. Only `site` is the author's. */
export const NAMESPACES = {
  entry: 'peerserver',
  site: 'site',
  builtIn: 'package',
  remote: 'remote',
} as const;

/**
 * An entry for the author from what the bundler says.
 * @param now milliseconds since 1970
 * @param textOf a file of the site
 */
export function problemFrom(
  message: Message,
  level: 'warn' | 'error',
  now: number,
  textOf: (file: string) => string | undefined,
): SiteLogEntry & { readonly module: string | undefined } {
  const place = message.location ? placeOf(message.location) : undefined;
  const ours = runtimeImportProblem(message.text);
  const hint = ours?.hint ?? hintOf(message, textOf);
  return {
    at: now,
    level,
    source: 'compile',
    text: ours?.text ?? message.text.replaceAll(`"${NAMESPACES.site}:`, '"'),
    ...(hint === undefined ? {} : { hint }),
    ...(place ? { place } : {}),
    module: message.location?.file,
  };
}

/** Path of an author's file, or the address of somebody else's, as esbuild names a module: `site:a.ts`. */
export function readableModule(module: string): string {
  const site = `${NAMESPACES.site}:`;
  const remote = `${NAMESPACES.remote}:`;
  if (module.startsWith(site)) return module.slice(site.length);
  if (module.startsWith(remote)) return module.slice(remote.length);
  return module;
}

/** `routes/a.ts:3:7: Expected ";"`: all in one line, for where there is only a line. */
export function describeProblem({ text, place }: SiteLogEntry): string {
  if (!place) return text;
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined);
  return `${position.join(':')}: ${text}`;
}

/**
 * CommonJS, so that importing whatever name from it is no error. The throw stands on the line that the problem
 * is on: the source map then leads a stack there.
 * @returns a module that throws the problem when it is loaded; the error has `place` and `hint`
 */
export function throwingModule(problem: SiteLogEntry): string {
  const { place, hint } = problem;
  const line = Math.min(place?.line ?? 1, MAX_PLACED_LINE);
  return `${'\n'.repeat(line - 1)}module.exports = (() => { ${throwStatement(problem.text, place, hint)} })();`;
}

/** A whole site's module in which everything throws `problem`. */
export function failedSite(
  routeFiles: readonly string[],
  hasServer: boolean,
  problem: SiteLogEntry,
): string {
  const { text, place, hint } = problem;
  return [
    `const fail = async () => { ${throwStatement(text, place, hint)} };`,
    'export default {',
    `routes: {${routeFiles.map((file) => `${JSON.stringify(file)}: fail`).join(', ')}},`,
    hasServer ? 'server: fail,' : '',
    'templates: {},',
    '};',
  ].join('\n');
}

function throwStatement(
  text: string,
  place: SourcePlace | undefined,
  hint: string | undefined,
): string {
  const message = place
    ? describeProblem({ at: 0, level: 'error', source: 'compile', text, place })
    : text;
  const extra = { name: 'CompileError', place, hint };
  return `throw Object.assign(new Error(${JSON.stringify(message)}), ${JSON.stringify(extra)});`;
}

function placeOf(location: Location): SourcePlace {
  const { file, line, column, lineText } = location;
  return {
    file: readableModule(file),
    line,
    column: columnOf(lineText, column),
    lineText: lineText.slice(0, MAX_LINE_TEXT),
  };
}

/** From bytes of UTF-8, from 0, to UTF-16 units, from 1. */
function columnOf(lineText: string, bytes: number): number {
  if (bytes > MAX_LINE_TEXT * 4) return bytes + 1;
  const before = new TextEncoder().encode(lineText).subarray(0, bytes);
  return new TextDecoder().decode(before).length + 1;
}

function hintOf(
  message: Message,
  textOf: (file: string) => string | undefined,
): string | undefined {
  const detail: unknown = message.detail;
  if (typeof detail === 'object' && detail !== null && 'hint' in detail) return String(detail.hint);
  return exportHint(message.text, textOf) ?? syntaxHint(message.text) ?? message.notes[0]?.text;
}
