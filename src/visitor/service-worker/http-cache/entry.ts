import type { HeaderList, ResponseHead } from '../../../protocol/http-message.ts';
import { Freshness } from './freshness.ts';
import type { Nominated } from './selecting-fields.ts';

/** Version of the description below; what another version has written is thrown away. */
const FORMAT = 1;

/** An answer of the host that is kept, without its body. */
export interface Entry extends ResponseHead {
  /** Unique, never used again: a body that was replaced is not taken for the new one. */
  readonly id: string;
  /** Address that was asked for, without its hash. */
  readonly url: string;
  readonly nominated: Nominated;
  /** When the answer came, or was last found to be still right; ms since 1970. */
  readonly receivedAt: number;
  /** Length of the body in bytes. */
  readonly size: number;
  readonly freshness: Freshness;
}

/** An entry's own fields; the freshness follows from them. */
export type EntryFields = Omit<Entry, 'freshness'>;

/** @param now the present in ms since 1970 */
export function makeEntry(fields: EntryFields, now: () => number): Entry {
  let freshness: Freshness | undefined;
  return {
    ...fields,
    // Reckoned when it is first asked for: of all that is read at the start, few are.
    get freshness() {
      freshness ??= new Freshness(fields, fields.receivedAt, now);
      return freshness;
    },
  };
}

/** The address that a request is made for: the hash stays in the page. */
export function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? url;
}

/** All of an entry but its body, as a header's value: in ASCII. */
export function describeEntry(entry: Entry): string {
  const { id, url, nominated, receivedAt, size, status, headers } = entry;
  const fields = { format: FORMAT, id, url, nominated, receivedAt, size, status, headers };
  return JSON.stringify(fields).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Reads a description. The site's scripts can write to the same storage, so anything may stand there.
 * @returns undefined when it is none of this version's
 */
export function readEntry(description: string, now: () => number): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(description);
  } catch {
    // Not ours, or broken: the same as not there.
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as { readonly [name in keyof EntryFields | 'format']?: unknown };
  const { id, url, nominated, receivedAt, size, status, headers } = fields;
  const isWhole =
    fields.format === FORMAT &&
    typeof id === 'string' &&
    typeof url === 'string' &&
    isCount(receivedAt) &&
    isCount(size) &&
    isCount(status) &&
    status >= 200 &&
    status <= 599 &&
    isHeaderList(headers) &&
    isNominated(nominated);
  return isWhole
    ? makeEntry({ id, url, nominated, receivedAt, size, status, headers }, now)
    : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isHeaderList(value: unknown): value is HeaderList {
  return isPairs(value) && value.every(([, text]) => typeof text === 'string');
}

function isNominated(value: unknown): value is Nominated {
  return isPairs(value) && value.every(([, text]) => text === null || typeof text === 'string');
}

function isPairs(value: unknown): value is (readonly [string, unknown])[] {
  return (
    Array.isArray(value) &&
    value.every(
      (pair: unknown) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string',
    )
  );
}
