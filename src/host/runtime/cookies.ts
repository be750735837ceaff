/** `cookies` in a route's argument. */
import { RUNTIME_LIMITS, type RuntimeLimits } from './limits.ts';

/** What goes with a cookie; the defaults are `path: '/'` and otherwise the browser's. */
export interface CookieOptions {
  readonly path?: string;
  readonly domain?: string;
  /** Seconds. */
  readonly maxAge?: number;
  readonly expires?: Date;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
  readonly sameSite?: 'strict' | 'lax' | 'none' | 'Strict' | 'Lax' | 'None';
}

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const ATTRIBUTE = /^[\x20-\x3a\x3c-\x7e]*$/;

/** The cookies of a request, and those that its answer sets. */
export class SiteCookies {
  readonly #sent: ReadonlyMap<string, string>;
  readonly #limits: RuntimeLimits;
  /** By name, domain and path, as a browser keeps them: setting twice sends the last one. */
  readonly #set = new Map<
    string,
    { readonly name: string; readonly value: string | undefined; readonly line: string }
  >();

  /** @param header the request's Cookie field */
  constructor(header: string | null, limits: RuntimeLimits = RUNTIME_LIMITS) {
    this.#limits = limits;
    this.#sent = parseCookies(header ?? '', limits);
  }

  /** A cookie's value, as it was sent or as it was set since; undefined when there is none. */
  get(name: string): string | undefined {
    const set = [...this.#set.values()].findLast((cookie) => cookie.name === name);
    return set ? set.value : this.#sent.get(name);
  }

  /** All cookies, by name. */
  all(): Record<string, string> {
    const all: Record<string, string> = Object.create(null);
    for (const [name, value] of this.#sent) all[name] = value;
    for (const { name, value } of this.#set.values()) {
      if (value === undefined) delete all[name];
      else all[name] = value;
    }
    return all;
  }

  /** Throws TypeError for a name that no cookie can have, RangeError beyond the limits. */
  set(name: string, value: string, options: CookieOptions = {}): void {
    this.#put(name, value, options, cookieLine(name, String(value), options));
  }

  /** @param options path and domain as they were set */
  delete(name: string, options: Pick<CookieOptions, 'path' | 'domain'> = {}): void {
    this.#put(name, undefined, options, cookieLine(name, '', { ...options, maxAge: 0 }));
  }

  /** Values of Set-Cookie fields. */
  lines(): readonly string[] {
    return [...this.#set.values()].map(({ line }) => line);
  }

  #put(name: string, value: string | undefined, options: CookieOptions, line: string): void {
    const { cookieBytes, answerCookies } = this.#limits;
    const [pair = ''] = line.split(';');
    if (pair.length > cookieBytes) {
      throw new RangeError(
        `The cookie "${name}" is too long: browsers keep at most ${cookieBytes} bytes. Keep more in \`session\` or the database.`,
      );
    }
    const key = JSON.stringify([name, options.domain ?? '', options.path ?? '/']);
    this.#set.delete(key);
    if (this.#set.size >= answerCookies) {
      throw new RangeError(`An answer can set at most ${answerCookies} cookies.`);
    }
    this.#set.set(key, { name, value, line });
  }
}

/** The value of a Set-Cookie field. Throws TypeError for what cannot be written. */
export function cookieLine(name: string, value: string, options: CookieOptions): string {
  if (!NAME.test(name)) {
    throw new TypeError(`"${name}" is no name for a cookie: use letters, digits, "-" and "_".`);
  }
  const { path = '/', domain, maxAge, expires, httpOnly, secure, sameSite } = options;
  const parts = [`${name}=${encodeURIComponent(value)}`, `Path=${attribute('path', path)}`];
  if (domain !== undefined) parts.push(`Domain=${attribute('domain', domain)}`);
  if (maxAge !== undefined) {
    if (!Number.isFinite(maxAge)) throw new TypeError('maxAge must be a number of seconds.');
    parts.push(`Max-Age=${Math.trunc(maxAge)}`);
  }
  if (expires !== undefined) {
    if (!(expires instanceof Date) || Number.isNaN(expires.getTime())) {
      throw new TypeError('expires must be a Date.');
    }
    parts.push(`Expires=${expires.toUTCString()}`);
  }
  if (httpOnly) parts.push('HttpOnly');
  if (secure) parts.push('Secure');
  if (sameSite !== undefined) {
    const written = { strict: 'Strict', lax: 'Lax', none: 'None' }[String(sameSite).toLowerCase()];
    if (!written) throw new TypeError("sameSite must be 'strict', 'lax' or 'none'.");
    parts.push(`SameSite=${written}`);
  }
  return parts.join('; ');
}

/** Cookies of a Cookie field by name; of several of one name the first, which has the longest path. */
function parseCookies(header: string, limits: RuntimeLimits): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of header.split(';', limits.requestCookies)) {
    const equals = part.indexOf('=');
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim();
    if (name === '' || cookies.has(name)) continue;
    cookies.set(name, decoded(part.slice(equals + 1).trim()));
  }
  return cookies;
}

function decoded(value: string): string {
  const bare = value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  try {
    return decodeURIComponent(bare);
  } catch {
    // Not one of ours: a page's script may set any text.
    return bare;
  }
}

function attribute(name: string, value: string): string {
  if (!ATTRIBUTE.test(value))
    throw new TypeError(`The cookie's ${name} holds a character that it cannot.`);
  return value;
}
