import { isSameSite } from '../../protocol/cookie-sync.ts';
import type { ParsedCookie } from './set-cookie.ts';

/**
 * Where a site's cookies outlive the host: one text, replaced as a whole, so that after a crash it is the
 * old one or the new one. Rejections are PeerServerErrors.
 */
export interface CookieStorage {
  /** What was saved last; undefined when nothing ever was. */
  load(): Promise<string | undefined>;
  /** Resolves when the text is stored for good. One call at a time. */
  save(text: string): Promise<void>;
}

/** One visitor's cookies as they are stored. */
export interface StoredJar {
  /** The visitor's public key. */
  readonly visitor: string;
  /** When it was here last, milliseconds since 1970. */
  readonly usedAt: number;
  readonly cookies: readonly ParsedCookie[];
}

const FORMAT = 1;

/** Jars as text, the longest unused first. */
export function formatJars(jars: readonly StoredJar[]): string {
  return JSON.stringify({ format: FORMAT, jars });
}

/** The jars in a text of `formatJars`; what is not of its form is left out. */
export function parseJars(text: string): StoredJar[] {
  const { format, jars } = fieldsOf(parseJson(text));
  return format === FORMAT && Array.isArray(jars) ? jars.flatMap(readJar) : [];
}

function readJar(value: unknown): StoredJar[] {
  const { visitor, usedAt, cookies } = fieldsOf(value);
  if (typeof visitor !== 'string' || typeof usedAt !== 'number' || !Array.isArray(cookies)) {
    return [];
  }
  return [{ visitor, usedAt, cookies: cookies.flatMap(readCookie) }];
}

function readCookie(cookie: unknown): ParsedCookie[] {
  const { name, value, path, hostOnly, secure, httpOnly, sameSite, expires } = fieldsOf(cookie);
  if (typeof name !== 'string' || typeof value !== 'string' || typeof path !== 'string') return [];
  if (typeof hostOnly !== 'boolean' || typeof secure !== 'boolean') return [];
  if (typeof httpOnly !== 'boolean' || !isSameSite(sameSite)) return [];
  if (expires !== null && typeof expires !== 'number') return [];
  return [{ name, value, path, hostOnly, secure, httpOnly, sameSite, expires }];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No jars: visitors sign in again, which is all that anybody could do about it.
    return undefined;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
