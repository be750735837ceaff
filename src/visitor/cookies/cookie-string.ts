/** Cookies as scripts write them to `document.cookie`; all texts here are bytes as characters. */
import {
  ATTRIBUTE_BYTES,
  COOKIE_BYTES,
  type CookieIdentity,
  isSameSite,
  LONGEST_LIFE_MS,
  type SameSite,
} from '../../protocol/cookie-sync.ts';
import { parseCookieDate } from './cookie-date.ts';

/** A cookie that a script has written and a browser would keep. */
export interface WrittenCookie extends CookieIdentity {
  readonly value: string;
  readonly secure: boolean;
  readonly sameSite: SameSite;
  /** Milliseconds since 1970; null while the session lasts. In the past: it is to be deleted. */
  readonly expires: number | null;
}

/** The document that writes. */
export interface WritingDocument {
  /** Name of the site's host without its port. */
  readonly host: string;
  /** Path of its address, percent-encoded. */
  readonly path: string;
  /** Time of day, milliseconds since 1970. */
  readonly now: number;
}

/**
 * What a script has written, or undefined when it is dropped. The same rules as the host's (RFC 6265bis, 5.6 and
 * 5.7), which has the last word; a test compares the two. Only a tab is dropped here wherever it stands.
 */
export function parseWrittenCookie(
  text: string,
  document: WritingDocument,
): WrittenCookie | undefined {
  // Tabs, too, although browsers take them: the host's parser refuses them in names and values.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a cookie with one is dropped.
  if (/[\x00-\x1f\x7f]/.test(text)) return undefined;
  // A value without a name could be taken for a cookie with one.
  if (/^ *=[^;]*=/.test(text)) return undefined;
  const [pair = '', ...attributes] = text.split(';');
  const { name, value } = parsePair(trim(pair));
  if (name === '' && value === '') return undefined;
  if (name.length + value.length > COOKIE_BYTES) return undefined;
  const found = parseAttributes(attributes);
  if (found.has('httponly')) return undefined;
  const domain = found.get('domain')?.replace(/^\./, '').toLowerCase();
  if (domain !== undefined && domain !== document.host) return undefined;
  const ownPath = found.get('path');
  const hasPath = ownPath?.startsWith('/') === true;
  const sameSite = found.get('samesite')?.toLowerCase();
  const cookie: WrittenCookie = {
    name,
    value,
    path: hasPath && ownPath ? ownPath : defaultPath(document.path),
    hostOnly: domain === undefined,
    secure: found.has('secure'),
    sameSite: isSameSite(sameSite) ? sameSite : 'lax',
    expires: expiryOf(found, document.now),
  };
  if (cookie.sameSite === 'none' && !cookie.secure) return undefined;
  return keepsPrefix(cookie, hasPath) ? cookie : undefined;
}

/**
 * The same cookie as the host is told of it, but for its life (`withLife`). Its path is given in full, since the
 * host does not know the document.
 * @param host name of the site's host without its port
 */
export function formatWrittenCookie(cookie: WrittenCookie, host: string): string {
  const { name, value, path, hostOnly, secure, sameSite } = cookie;
  return [
    `${name}=${value}`,
    `Path=${path}`,
    ...(hostOnly ? [] : [`Domain=${host}`]),
    ...(secure ? ['Secure'] : []),
    `SameSite=${sameSite}`,
  ].join('; ');
}

/**
 * The text with what is left of the cookie's life: as a duration, since the clocks of host and visitor may differ,
 * so it is added when the text is sent. A cookie whose life has passed is deleted: it has replaced another one.
 * @param now time of day, milliseconds since 1970
 */
export function withLife(text: string, { expires }: WrittenCookie, now: number): string {
  if (expires === null) return text;
  return `${text}; Max-Age=${Math.max(Math.ceil((expires - now) / 1000), 0)}`;
}

/** Whether a cookie of `cookiePath` belongs to `path` (RFC 6265bis, 5.1.4). */
export function pathMatches(path: string, cookiePath: string): boolean {
  if (path === cookiePath) return true;
  if (!path.startsWith(cookiePath)) return false;
  return cookiePath.endsWith('/') || path[cookiePath.length] === '/';
}

/** The directory of a document (RFC 6265bis, 5.1.4). */
export function defaultPath(path: string): string {
  const end = path.lastIndexOf('/');
  return path.startsWith('/') && end > 0 ? path.slice(0, end) : '/';
}

/** `String.trim` would take bytes away that belong to characters of UTF-8. */
function trim(text: string): string {
  return text.replace(/^[\t ]+|[\t ]+$/g, '');
}

function parsePair(pair: string): { name: string; value: string } {
  const text = pair.startsWith('=') ? pair.slice(1) : pair;
  const end = text.indexOf('=');
  if (end <= 0) return { name: '', value: trim(text) };
  return { name: trim(text.slice(0, end)), value: trim(text.slice(end + 1)) };
}

/** Whether the value of an attribute means anything; those that are not here always do. */
const MEANINGS = new Map<string, (value: string) => boolean>([
  ['expires', (value) => parseCookieDate(value) !== undefined],
  ['max-age', (value) => /^-?\d+$/.test(value)],
  ['domain', (value) => value.replace(/^\./, '') !== ''],
]);

/** Of several with one name the last counts, but for those that are too long or mean nothing. */
function parseAttributes(texts: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const text of texts) {
    const [name = '', ...rest] = text.split('=');
    const key = trim(name).toLowerCase();
    const value = trim(rest.join('='));
    if (value.length > ATTRIBUTE_BYTES) continue;
    if (MEANINGS.get(key)?.(value) ?? true) found.set(key, value);
  }
  return found;
}

/** Max-Age wins over Expires. */
function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number | null {
  const latest = now + LONGEST_LIFE_MS;
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) {
    const seconds = Number(maxAge);
    return seconds <= 0 ? 0 : Math.min(now + seconds * 1000, latest);
  }
  const date = parseCookieDate(attributes.get('expires') ?? '');
  return date === undefined ? null : Math.min(date, latest);
}

/** What the names `__Secure-` and `__Host-` promise, also where they are the begin of a mere value. */
function keepsPrefix(cookie: WrittenCookie, hasPath: boolean): boolean {
  const named = (cookie.name === '' ? cookie.value : cookie.name).toLowerCase();
  const isHost = named.startsWith('__host-');
  if (!isHost && !named.startsWith('__secure-')) return true;
  if (cookie.name === '' || !cookie.secure) return false;
  return !isHost || (cookie.hostOnly && hasPath && cookie.path === '/');
}
