/**
 * Conditional and range requests for a file, RFC 9110 sections 13 and 14. Only what a file server has to
 * decide; everything is a pure function of the request's headers and the file.
 */
import { type HeaderList, headerValue } from '../protocol/http-message.ts';
import type { ByteRange, SiteFile } from './files.ts';

type Validators = Pick<SiteFile, 'etag' | 'modified'>;

/** True when the client holds this very file already: the answer is 304. For GET and HEAD. */
export function isNotModified(headers: HeaderList, file: Validators): boolean {
  if (file.etag === undefined) return false;
  const noneMatch = combined(headers, 'if-none-match');
  // A date is not even looked at beside a tag: seconds are too coarse for two saves in a row.
  if (noneMatch !== undefined) return matchesAny(noneMatch, file.etag);
  const since = Date.parse(headerValue(headers, 'if-modified-since') ?? '');
  return Math.floor(file.modified / 1000) * 1000 <= since;
}

/** True when `If-Match` or `If-Unmodified-Since` names another version: the answer is 412. */
export function isPreconditionFailed(headers: HeaderList, file: Validators): boolean {
  const match = combined(headers, 'if-match');
  if (match !== undefined) {
    return match.trim() !== '*' && (file.etag === undefined || !matchesAny(match, file.etag, true));
  }
  const unmodified = Date.parse(headerValue(headers, 'if-unmodified-since') ?? '');
  return Math.floor(file.modified / 1000) * 1000 > unmodified;
}

/** What part of the file to send: all of it, one range, or none that exists (416). */
export type RangeDecision =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  | { readonly kind: 'unsatisfiable' };

/**
 * Reads `Range` and `If-Range`. Several ranges at once, other units and malformed headers get the whole
 * file, as the RFC allows. So does `If-Range` with a date: every answer of ours that may be resumed has a
 * tag, and a date cannot tell two saves within one second apart.
 */
export function decideRange(
  headers: HeaderList,
  file: Pick<SiteFile, 'etag' | 'size'>,
): RangeDecision {
  const header = headerValue(headers, 'range');
  if (header === undefined) return { kind: 'whole' };
  const condition = headerValue(headers, 'if-range');
  if (condition !== undefined && (file.etag === undefined || condition.trim() !== file.etag)) {
    return { kind: 'whole' };
  }
  const match = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header);
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return { kind: 'whole' };
  const size = file.size;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) return { kind: 'unsatisfiable' };
    return { kind: 'part', range: { start: size - length, end: size - 1 } };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', range: { start, end } };
}

/** A list header that was sent in several lines means the same as one with commas. */
function combined(headers: HeaderList, name: string): string | undefined {
  const values = headers.filter(([key]) => key === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}

function matchesAny(list: string, etag: string, strong = false): boolean {
  if (list.trim() === '*') return true;
  // Tags may hold commas, so they are picked out rather than split apart.
  for (const [, weak, tag] of list.matchAll(/(W\/)?("[^"]*")/g)) {
    if (tag === etag && !(strong && weak !== undefined)) return true;
  }
  return false;
}
