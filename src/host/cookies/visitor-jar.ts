import { pathMatch } from 'tough-cookie';
import {
  type CookieChange,
  type CookieIdentity,
  type CookieState,
  type CookieWrite,
  identityKey,
  type KnownState,
  type VisibleCookie,
} from '../../protocol/cookie-sync.ts';
import { detached } from './detached.ts';
import { COOKIE_LIMITS, type CookieLimits } from './limits.ts';
import { type ParsedCookie, parseSetCookie } from './set-cookie.ts';

interface KeptCookie extends ParsedCookie {
  /** Place among the cookies of the jar by their creation. */
  readonly order: number;
  /** The jar's version when this came to be. */
  readonly version: number;
  /** When it was last sent or set, milliseconds since 1970. */
  usedAt: number;
}

/** What is asked, as far as cookies care. */
export interface CookieRequest {
  /** Name of the site's host without its port. */
  readonly host: string;
  /** Path without the query. */
  readonly path: string;
  /** `strict`: from the site itself. `lax`: a link from elsewhere. `none`: anything else from elsewhere. */
  readonly siteContext: 'strict' | 'lax' | 'none';
  /** The answer becomes the page itself; such a one may set any cookie, wherever it was asked from. */
  readonly isTopLevel: boolean;
}

/**
 * The cookies of one visitor: the storage of RFC 6265bis, 5.7 for one host. All is done at once and in
 * memory, so that parallel requests of a visitor cannot lose each other's cookies.
 *
 * Its version grows with each change that scripts can see, so that a visitor's copy can be brought up to
 * date from wherever it stands.
 */
export class VisitorJar {
  /** Of this object's life: after a restart, versions begin anew. */
  readonly epoch = crypto.randomUUID();
  readonly #limits: CookieLimits;
  readonly #now: () => number;
  readonly #cookies = new Map<string, KeptCookie>();
  /** Deletions that a visitor may not know of, by the cookie's key; the oldest first. */
  readonly #gone = new Map<string, { readonly version: number; readonly gone: CookieIdentity }>();
  /** The last number of each writer; the longest silent first. */
  readonly #writers = new Map<string, number>();
  #version = 0;
  /** Who knows less than this cannot be told what is gone. */
  #completeSince = 0;
  #nextOrder = 1;
  #bytes = 0;
  /** Nothing expires before, milliseconds since 1970: until then, nobody has to look. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  /** @param now time of day, milliseconds since 1970 */
  constructor(
    now: () => number,
    stored: readonly ParsedCookie[] = [],
    limits: CookieLimits = COOKIE_LIMITS,
  ) {
    this.#now = now;
    this.#limits = limits;
    for (const cookie of stored) this.#put(cookie);
    this.#makeRoom();
  }

  /** Bytes that the cookies take, and the deletions that are remembered. */
  get bytes(): number {
    return this.#bytes;
  }

  /** No cookies are left, at most deletions: forgetting it all costs the visitor nothing. */
  get isEmpty(): boolean {
    return this.#cookies.size === 0;
  }

  /** The cookies that have not expired, in the order of their creation, for keeping. */
  stored(): ParsedCookie[] {
    this.#dropExpired();
    return [...this.#cookies.values()].map(
      ({ order: _order, version: _version, usedAt: _usedAt, ...cookie }) => cookie,
    );
  }

  /** The Cookie field of a request, bytes as characters, or undefined when there is none (5.8.3). */
  header(request: CookieRequest): string | undefined {
    this.#dropExpired();
    const sent = [...this.#cookies.values()]
      .filter((cookie) => pathMatch(request.path, cookie.path))
      .filter(({ sameSite }) => isSentTo(sameSite, request.siteContext))
      .sort((a, b) => b.path.length - a.path.length || a.order - b.order);
    for (const cookie of sent) cookie.usedAt = this.#now();
    if (sent.length === 0) return undefined;
    return sent.map(({ name, value }) => (name === '' ? value : `${name}=${value}`)).join('; ');
  }

  /** Keeps a cookie that an answer sets; true when that changed anything. */
  set(text: string, request: CookieRequest): boolean {
    const cookie = this.#parse(text, request);
    if (!cookie) return false;
    const isForeign = request.siteContext === 'none' && !request.isTopLevel;
    if (cookie.sameSite !== 'none' && isForeign) return false;
    return this.#store(cookie);
  }

  /**
   * Does what a script has written, unless that was done before (J4): never anything to an HttpOnly cookie.
   * True when that changed anything.
   */
  write({ writer, seq, text }: CookieWrite, request: Pick<CookieRequest, 'host'>): boolean {
    if (seq <= (this.#writers.get(writer) ?? 0)) return false;
    this.#writers.delete(writer);
    this.#writers.set(detached(writer), seq);
    const [longestSilent] = this.#writers.keys();
    const hasTooMany = this.#writers.size > this.#limits.writersPerJar;
    if (hasTooMany && longestSilent !== undefined) this.#writers.delete(longestSilent);
    // A writer names the path of its document in the cookie itself.
    const cookie = this.#parse(text, { ...request, path: '/' });
    if (!cookie || cookie.httpOnly) return false;
    if (this.#cookies.get(identityKey(cookie))?.httpOnly) return false;
    return this.#store(cookie);
  }

  /** Removes all cookies; true when there were any. */
  clear(): boolean {
    const all = [...this.#cookies.values()];
    for (const cookie of all) this.#remove(cookie);
    return all.length > 0;
  }

  /** What a visitor lacks that knows `known`; undefined when nothing. */
  stateSince(known: KnownState | undefined): Pick<CookieState, 'scope' | 'changes'> | undefined {
    this.#dropExpired();
    const isKnown =
      known !== undefined &&
      known.epoch === this.epoch &&
      known.version >= this.#completeSince &&
      known.version <= this.#version;
    if (isKnown && known.version === this.#version) return undefined;
    const since = isKnown ? known.version : 0;
    const visible = [...this.#cookies.values()].filter(({ httpOnly }) => !httpOnly);
    const changes: CookieChange[] = visible
      .filter(({ version }) => version > since)
      .map((cookie) => ({ version: cookie.version, cookie: visiblePart(cookie) }));
    if (!isKnown) return { scope: 'all', changes };
    const gone = [...this.#gone.values()].filter(({ version }) => version > since);
    return { scope: 'changes', changes: [...changes, ...gone] };
  }

  /** Of what scripts can see. */
  get version(): number {
    return this.#version;
  }

  #parse(text: string, { host, path }: Pick<CookieRequest, 'host' | 'path'>) {
    const cookie = parseSetCookie(text, { host, path, now: this.#now() });
    if (!cookie || cookie.name.length + cookie.value.length > this.#limits.cookieBytes) {
      return undefined;
    }
    return cookie;
  }

  #store(cookie: ParsedCookie): boolean {
    this.#dropExpired();
    const old = this.#cookies.get(identityKey(cookie));
    if (cookie.expires !== null && cookie.expires <= this.#now()) {
      if (old) this.#remove(old);
      return old !== undefined;
    }
    this.#put(cookie, old);
    this.#makeRoom(identityKey(cookie));
    return true;
  }

  #put(cookie: ParsedCookie, old?: KeptCookie): void {
    const key = identityKey(cookie);
    const order = old?.order ?? this.#nextOrder;
    if (!old) this.#nextOrder += 1;
    if (!cookie.httpOnly) {
      this.#version += 1;
      this.#forgetGone(key);
    } else if (old && !old.httpOnly) this.#tellGone(cookie);
    const kept = { ...cookie, order, version: this.#version, usedAt: this.#now() };
    this.#bytes += sizeOf(kept) - (old ? sizeOf(old) : 0);
    this.#cookies.set(key, kept);
    if (kept.expires !== null) this.#nextExpiry = Math.min(this.#nextExpiry, kept.expires);
  }

  /** Never makes the jar larger: a deletion takes no more than its cookie did. */
  #remove(cookie: KeptCookie): void {
    this.#cookies.delete(identityKey(cookie));
    this.#bytes -= sizeOf(cookie);
    if (!cookie.httpOnly) this.#tellGone(cookie);
  }

  #tellGone({ name, path, hostOnly }: CookieIdentity): void {
    this.#version += 1;
    const gone = { name, path, hostOnly };
    this.#gone.set(identityKey(gone), { version: this.#version, gone });
    this.#bytes += sizeOfIdentity(gone);
    if (this.#gone.size > this.#limits.goneCookies) this.#forgetOldestGone();
  }

  /** The cookie is there again, so that nobody has to be told that it was not. */
  #forgetGone(key: string): void {
    const entry = this.#gone.get(key);
    if (!entry) return;
    this.#gone.delete(key);
    this.#bytes -= sizeOfIdentity(entry.gone);
  }

  /** Visitors that do not know of it are told everything from now on. */
  #forgetOldestGone(): void {
    const [oldest] = this.#gone;
    if (!oldest) return;
    const [key, { version }] = oldest;
    this.#forgetGone(key);
    this.#completeSince = version;
  }

  #dropExpired(): void {
    const now = this.#now();
    if (now < this.#nextExpiry) return;
    let next = Number.POSITIVE_INFINITY;
    for (const cookie of this.#cookies.values()) {
      if (cookie.expires === null) continue;
      if (cookie.expires <= now) this.#remove(cookie);
      else next = Math.min(next, cookie.expires);
    }
    this.#nextExpiry = next;
  }

  /**
   * Drops the least recently used until all fits; deletions that are remembered go before any cookie.
   * @param spared key of the cookie that has just come
   */
  #makeRoom(spared?: string): void {
    const { cookiesPerJar, jarBytes } = this.#limits;
    for (;;) {
      const hasTooMany = this.#cookies.size > cookiesPerJar;
      if (!hasTooMany && this.#bytes <= jarBytes) return;
      if (!hasTooMany && this.#gone.size > 0) {
        this.#forgetOldestGone();
        continue;
      }
      const least = this.#leastUsed(spared);
      if (!least) return;
      this.#remove(least);
    }
  }

  #leastUsed(spared: string | undefined): KeptCookie | undefined {
    let least: KeptCookie | undefined;
    for (const [key, cookie] of this.#cookies) {
      if (key === spared) continue;
      const isLess = !least || (cookie.usedAt - least.usedAt || cookie.order - least.order) < 0;
      if (isLess) least = cookie;
    }
    return least;
  }
}

function visiblePart(cookie: KeptCookie): VisibleCookie {
  const { name, value, path, hostOnly, secure, sameSite, expires, order } = cookie;
  return { name, value, path, hostOnly, secure, sameSite, expires, order };
}

function isSentTo(sameSite: ParsedCookie['sameSite'], context: CookieRequest['siteContext']) {
  const rank = { none: 0, lax: 1, strict: 2 };
  return rank[sameSite] <= rank[context];
}

function sizeOf(cookie: ParsedCookie): number {
  return sizeOfIdentity(cookie) + cookie.value.length;
}

function sizeOfIdentity({ name, path }: CookieIdentity): number {
  return name.length + path.length;
}
