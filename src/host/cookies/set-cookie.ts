import { Cookie, defaultPath } from 'tough-cookie';
import {
  ATTRIBUTE_BYTES,
  COOKIE_BYTES,
  LONGEST_LIFE_MS,
  type SameSite,
} from '../../protocol/cookie-sync.ts';
import { detached } from './detached.ts';

/** A cookie as RFC 6265bis, 5.7 would store it; texts are bytes as characters. */
export interface ParsedCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** False for one with a Domain attribute, which can only be the site's own host. */
  readonly hostOnly: boolean;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite;
  /** Milliseconds since 1970; null while the session lasts. In the past: the cookie is to be deleted. */
  readonly expires: number | null;
}

/** Where a cookie is set. */
export interface SetContext {
  /** Name of the site's host without its port, as the visitor addresses it. */
  readonly host: string;
  /** Path of the request, without its query. */
  readonly path: string;
  /** Time of day, milliseconds since 1970. */
  readonly now: number;
}

/**
 * Reads the value of a `Set-Cookie` field; undefined for what no browser would keep. The origin of a site
 * is always a secure one: without that there is no visitor (the shell says so), so `Secure` is never refused.
 */
export function parseSetCookie(text: string, context: SetContext): ParsedCookie | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a cookie with one is refused.
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return undefined;
  // Could be taken for a cookie with a name by who reads it next; browsers drop it.
  if (/^[\t ]*=[^;]*=/.test(text)) return undefined;
  const cookie = Cookie.parse(shield(text), { loose: true });
  if (!cookie) return undefined;
  const name = unshield(cookie.key);
  const value = unshield(cookie.value);
  if (name === '' && value === '') return undefined;
  if (name.length + value.length > COOKIE_BYTES) return undefined;
  const domain = shorter(cookie.domain);
  if (domain !== null && domain !== context.host.toLowerCase()) return undefined;
  const path = shorter(cookie.path);
  const parsed: ParsedCookie = {
    name,
    value,
    path: path ?? defaultPath(context.path),
    hostOnly: domain === null,
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    sameSite: sameSiteOf(cookie),
    expires: expiryOf(cookie, context.now),
  };
  if (parsed.sameSite === 'none' && !parsed.secure) return undefined;
  if (!keepsPrefix(parsed, path !== null)) return undefined;
  return {
    ...parsed,
    name: detached(parsed.name),
    value: detached(parsed.value),
    path: detached(parsed.path),
  };
}

/** What the names `__Secure-` and `__Host-` promise, also where they are the begin of a mere value. */
function keepsPrefix(cookie: ParsedCookie, hasPath: boolean): boolean {
  const named = (cookie.name === '' ? cookie.value : cookie.name).toLowerCase();
  const isHost = named.startsWith('__host-');
  if (!isHost && !named.startsWith('__secure-')) return true;
  if (cookie.name === '' || !cookie.secure) return false;
  return !isHost || (cookie.hostOnly && hasPath && cookie.path === '/');
}

function sameSiteOf({ sameSite }: Cookie): SameSite {
  return sameSite === 'strict' || sameSite === 'none' ? sameSite : 'lax';
}

/** Max-Age wins over Expires. */
function expiryOf({ maxAge, expires }: Cookie, now: number): number | null {
  const latest = now + LONGEST_LIFE_MS;
  if (typeof maxAge === 'number') return maxAge <= 0 ? 0 : Math.min(now + maxAge * 1000, latest);
  return expires instanceof Date ? Math.min(expires.getTime(), latest) : null;
}

/** An attribute that is too long counts as none. */
function shorter(text: string | null): string | null {
  return text === null || text.length > ATTRIBUTE_BYTES ? null : unshield(text);
}

/**
 * The library trims what Unicode calls blanks, and two of those are bytes in the middle of UTF-8. So bytes
 * above ASCII are moved to where no character has a meaning while it reads them.
 */
const SHIELD = 0xe000;

function shield(text: string): string {
  return text.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(SHIELD + byte.charCodeAt(0)));
}

function unshield(text: string): string {
  return text.replace(/[\ue080-\ue0ff]/g, (character) =>
    String.fromCharCode(character.charCodeAt(0) - SHIELD),
  );
}
