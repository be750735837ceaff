import {
  type CookieState,
  type CookieWrite,
  identityKey,
  type VisibleCookie,
} from '../../protocol/cookie-sync.ts';
import { pathMatches, type WrittenCookie } from './cookie-string.ts';

/** Writes that the host has not done yet; a script that writes more has its oldest forgotten. */
export const MAX_PENDING = 400;
/** Cookies and deletions that are remembered: more than a host of ours keeps, and an end for any other. */
export const MAX_KNOWN = 1000;
/** Order of cookies that only a script here knows of: behind all that the host has numbered. */
const UNNUMBERED = 1e15;

/** Something that a script has written, as every shell of the site has to know it. */
export interface PendingWrite extends CookieWrite {
  readonly cookie: WrittenCookie;
}

/**
 * What the pages of a site see of their cookies: what the host has said, and over it what scripts have
 * written and the host has not done yet. Kept in the memory of a shell's page, where it can be read at once.
 */
export class CookieMirror {
  readonly #now: () => number;
  #epoch: string | undefined;
  /** By identity, with the version of what was said last; deletions too, since states may come late. */
  #known = new Map<string, { readonly version: number; readonly cookie?: VisibleCookie }>();
  /** In the order of writing, by writer and cookie: only the last write to a cookie is of interest. */
  readonly #pending = new Map<string, PendingWrite>();
  #shown: readonly VisibleCookie[] | undefined;

  /** @param now time of day, milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The writes that the host has not done yet. */
  get pending(): readonly PendingWrite[] {
    return [...this.#pending.values()];
  }

  /** The cookies of a document at `path`, in the order of a Cookie field. */
  visible(path: string): VisibleCookie[] {
    this.#shown ??= this.#merge();
    const now = this.#now();
    return this.#shown.filter(
      (cookie) =>
        pathMatches(path, cookie.path) && (cookie.expires === null || cookie.expires > now),
    );
  }

  /** Takes over what a script has written. */
  write(write: PendingWrite): void {
    const key = `${write.writer}\0${identityKey(write.cookie)}`;
    this.#pending.delete(key);
    this.#pending.set(key, write);
    if (this.#pending.size > MAX_PENDING) {
      const [oldest] = this.#pending.keys();
      if (oldest !== undefined) this.#pending.delete(oldest);
    }
    this.#shown = undefined;
  }

  /** Takes over what the host has said; states may come in any order. */
  apply(state: CookieState): void {
    this.#shown = undefined;
    for (const [key, { writer, seq }] of this.#pending) {
      if (seq <= (state.acks[writer] ?? 0)) this.#pending.delete(key);
    }
    if (state.scope === 'large') return;
    if (state.epoch !== this.#epoch) {
      // Changes to a jar that is not known here mean nothing; the next request will ask for all of it.
      if (state.scope !== 'all') return;
      this.#epoch = state.epoch;
      this.#known = new Map();
    }
    const named = new Set<string>();
    for (const change of state.changes) {
      const key = identityKey('cookie' in change ? change.cookie : change.gone);
      named.add(key);
      if (change.version <= (this.#known.get(key)?.version ?? 0)) continue;
      this.#known.delete(key);
      this.#known.set(key, change);
    }
    for (const key of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(key);
    }
    if (state.scope !== 'all') return;
    for (const [key, { version }] of this.#known) {
      if (!named.has(key) && version <= state.version) this.#known.delete(key);
    }
  }

  #merge(): VisibleCookie[] {
    const cookies = new Map<string, VisibleCookie>();
    for (const [key, { cookie }] of this.#known) if (cookie) cookies.set(key, cookie);
    let order = UNNUMBERED;
    for (const { cookie } of this.#pending.values()) {
      const key = identityKey(cookie);
      order += 1;
      if (cookie.expires !== null && cookie.expires <= this.#now()) cookies.delete(key);
      else cookies.set(key, { ...cookie, order: cookies.get(key)?.order ?? order });
    }
    return [...cookies.values()].sort((a, b) => b.path.length - a.path.length || a.order - b.order);
  }
}
