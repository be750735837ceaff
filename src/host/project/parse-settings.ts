import type { SiteLogEntry } from '../site-log.ts';
import type { ProjectSettings } from './project-settings.ts';

/** The file that makes a folder a project. */
export const SETTINGS_FILE = 'peerserver.json';

/** Settings are a page of text; more would only be read on every start. In characters. */
export const MAX_SETTINGS_LENGTH = 64 * 1024;
/** They all become one line of a policy, which travels in a header. */
export const MAX_FETCH_ORIGINS = 64;
/** As many as anybody keeps apart. */
export const MAX_VARIABLES = 256;
/** An hour: what takes longer wants a job, and no visitor who waits. */
export const MAX_ANSWER_SECONDS = 3600;
/** Ten years; beyond that a date may no longer be one. */
export const MAX_SESSION_DAYS = 3650;

const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

/** What a project has that says nothing else. */
export const DEFAULT_SETTINGS: ProjectSettings = {
  format: 1,
  development: false,
  outboundFetch: 'all',
  answerTimeoutMs: 30 * SECOND_MS,
  variables: {},
  integers: 'number',
  sessionLifetimeMs: 30 * DAY_MS,
  packagesFrom: 'https://esm.sh',
};

export type ParsedSettings =
  /** `warnings`: keys that mean nothing. */
  | { readonly ok: true; readonly settings: ProjectSettings; readonly warnings: SiteLogEntry[] }
  /** At least one error. A mistyped `fetch` must not mean "everything": there are no settings then. */
  | { readonly ok: false; readonly problems: readonly SiteLogEntry[] };

/**
 * Reads `peerserver.json`.
 * @param text the file
 * @param now milliseconds since 1970, for the entries
 */
export function parseSettings(text: string, now: number): ParsedSettings {
  const report = new Report(text, now);
  const json = parseJson(text, report);
  if (!isRecord(json)) {
    if (report.entries.length === 0) {
      report.error(undefined, 'The settings are no object.', 'Write at least { "format": 1 }.');
    }
    return { ok: false, problems: report.entries };
  }
  const settings = readFields(json, report);
  for (const key of Object.keys(json)) {
    if (Object.hasOwn(FIELDS, key)) continue;
    const known = Object.keys(FIELDS).join(', ');
    report.warn(key, `"${shortened(key)}" means nothing here.`, `The settings are: ${known}.`);
  }
  const failed = report.entries.some((entry) => entry.level === 'error');
  if (failed) return { ok: false, problems: report.entries };
  return { ok: true, settings, warnings: report.entries };
}

/** Every key of the file, with what it says when its value is not one. */
const FIELDS = {
  format: 'It is the number 1.',
  development: 'It is true or false.',
  fetch: 'It is "all", "none", or a list of origins such as ["https://api.example"].',
  answerSeconds: `It is a number of seconds, above 0 and at most ${MAX_ANSWER_SECONDS}.`,
  variables: 'It is an object of names and texts, such as { "GREETING": "Hello" }.',
  integers: 'It is "number" or "bigint".',
  sessionDays: `It is a number of days, above 0 and at most ${MAX_SESSION_DAYS}.`,
  packages: 'It is an address such as "https://esm.sh".',
} as const;

type Field = keyof typeof FIELDS;

function readFields(json: Readonly<Record<string, unknown>>, report: Report): ProjectSettings {
  const d = DEFAULT_SETTINGS;
  /** The value, or the default: when it is absent, or, with an entry, when it is no such value. */
  const read = <T>(key: Field, fallback: T, parse: (value: unknown) => T | undefined): T => {
    if (!Object.hasOwn(json, key)) return fallback;
    const value = parse(json[key]);
    if (value === undefined) report.error(key, `"${key}" has no such value.`, FIELDS[key]);
    return value ?? fallback;
  };
  if (json.format === undefined) {
    report.warn(undefined, 'The settings do not say their format.', 'Add "format": 1.');
  } else if (json.format !== 1) {
    const hint = 'This version of PeerServer knows format 1 only; a newer one may know more.';
    report.error('format', '"format" is not 1.', hint);
  }
  return {
    format: 1,
    development: read('development', d.development, booleanOf),
    outboundFetch: read('fetch', d.outboundFetch, parseFetch),
    answerTimeoutMs: read('answerSeconds', d.answerTimeoutMs, (value) =>
      duration(value, SECOND_MS, MAX_ANSWER_SECONDS),
    ),
    variables: read('variables', d.variables, (value) => parseVariables(value, report)),
    integers: read('integers', d.integers, (value) =>
      value === 'number' || value === 'bigint' ? value : undefined,
    ),
    sessionLifetimeMs: read('sessionDays', d.sessionLifetimeMs, (value) =>
      duration(value, DAY_MS, MAX_SESSION_DAYS),
    ),
    packagesFrom: read('packages', d.packagesFrom, parsePackages),
  };
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function duration(value: unknown, unitMs: number, max: number): number | undefined {
  if (typeof value !== 'number' || !(value > 0) || value > max) return undefined;
  return Math.max(1, Math.round(value * unitMs));
}

function parseFetch(value: unknown): ProjectSettings['outboundFetch'] | undefined {
  if (value === 'all' || value === 'none') return value;
  if (!Array.isArray(value) || value.length > MAX_FETCH_ORIGINS) return undefined;
  const origins = value.map(parseOrigin);
  return origins.every((origin) => origin !== undefined) ? [...new Set(origins)] : undefined;
}

/** An origin and nothing more: a path would look as if it were kept to. */
function parseOrigin(value: unknown): string | undefined {
  const url = parseUrl(value);
  if (!url || !/^(https?|wss?):$/.test(url.protocol)) return undefined;
  return url.pathname === '/' && url.search === '' ? `${url.protocol}//${url.host}` : undefined;
}

function parsePackages(value: unknown): string | undefined {
  const url = parseUrl(value);
  if (url?.search !== '') return undefined;
  // A loopback address is somebody's own machine: a mirror, or a test.
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function parseUrl(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  return url.username === '' && url.password === '' && url.hash === '' ? url : undefined;
}

/** Names that `env` has already. */
const TAKEN_NAMES = new Set(['ASSETS', 'DB']);

function parseVariables(
  value: unknown,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  if (entries.length > MAX_VARIABLES) return undefined;
  const variables: [string, string][] = [];
  for (const [name, text] of entries) {
    const shown = shortened(name);
    if (TAKEN_NAMES.has(name) || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      const hint = 'A name has letters, digits and _, and is neither DB nor ASSETS.';
      report.error(name, `No variable can be called "${shown}".`, hint);
    } else if (typeof text !== 'string') {
      report.error(name, `The variable "${shown}" is not a text.`, 'Put its value in quotes.');
    } else {
      variables.push([name, text]);
    }
  }
  return Object.fromEntries(variables);
}

function parseJson(text: string, report: Report): unknown {
  if (text.length > MAX_SETTINGS_LENGTH) {
    const hint = `At most ${MAX_SETTINGS_LENGTH / 1024} KiB; larger data belongs in a file of its own.`;
    report.error(undefined, 'The settings are too long.', hint);
    return undefined;
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const hint = 'JSON has "double quotes" around names, no comma after the last one, no comments.';
    report.errorAt(lineOfJsonError(message, text), 'This is not JSON.', hint);
    return undefined;
  }
}

/** Engines say where in words only: `at position 12`, or `at line 2 column 3`. */
function lineOfJsonError(message: string, text: string): number | undefined {
  const line = /\bline (\d+) column \d+/.exec(message)?.[1];
  if (line !== undefined) return Number(line);
  const position = /\bat position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return lineAt(text, Number(position));
  return /end of/i.test(message) ? lineAt(text, text.trimEnd().length) : undefined;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Somebody else's key may be as long as the file. */
function shortened(key: string): string {
  return key.length <= 40 ? key : `${key.slice(0, 40)}…`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Collects entries, with the line of the key that each is about. */
class Report {
  readonly entries: SiteLogEntry[] = [];
  readonly #text: string;
  readonly #now: number;

  constructor(text: string, now: number) {
    this.#text = text;
    this.#now = now;
  }

  error(key: string | undefined, text: string, hint: string): void {
    this.errorAt(this.#lineOf(key), text, hint);
  }

  errorAt(line: number | undefined, text: string, hint: string): void {
    this.#add('error', line, text, hint);
  }

  warn(key: string | undefined, text: string, hint: string): void {
    this.#add('warn', this.#lineOf(key), text, hint);
  }

  #lineOf(key: string | undefined): number | undefined {
    if (key === undefined) return undefined;
    const quoted = JSON.stringify(key);
    let found: number | undefined;
    for (let at = this.#text.indexOf(quoted); at !== -1; at = this.#text.indexOf(quoted, at + 1)) {
      // The same text may be somebody's value as well; of a key that is there twice the last counts.
      if (/^\s*:/.test(this.#text.slice(at + quoted.length, at + quoted.length + 80))) found = at;
    }
    return found === undefined ? undefined : lineAt(this.#text, found);
  }

  #add(level: 'error' | 'warn', line: number | undefined, text: string, hint: string): void {
    const lineText = line === undefined ? undefined : this.#text.split('\n')[line - 1]?.trimEnd();
    this.entries.push({
      at: this.#now,
      level,
      source: 'compile',
      text,
      hint,
      place: {
        file: SETTINGS_FILE,
        ...(line === undefined ? {} : { line }),
        ...(lineText === undefined ? {} : { lineText: lineText.slice(0, 200) }),
      },
    });
  }
}
