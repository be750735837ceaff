import { type CookieState, identityKey, type VisibleCookie } from '../../protocol/cookie-sync.ts';
import { pathMatches } from './cookie-string.ts';
import { type PendingWrite, PendingWrites } from './pending-writes.ts';

/** Cookies and deletions that are remembered: more than a host of ours keeps, and an end for any other. */
export const MAX_KNOWN = 1000;
/** Order of cookies that only a script here knows of: behind all that the host has numbered. */
const UNNUMBERED = 1e15;

/**
 * What the pages of a site see of their cookies: what the host has said, and over it what scripts have
 * written and the host has not done yet. Kept in the memory of a shell's page, where it can be read at once.
 */
export class CookieMirror {
  readonly #now: () => number;
  #epoch: string | undefined;
  /** By identity, with the version of what was said last; deletions too, since states may come late. */
  #known = new Map<string, { readonly version: number; readonly cookie?: VisibleCookie }>();
  readonly #pending = new PendingWrites();
  #shown: readonly VisibleCookie[] | undefined;

  /** @param now time of day, milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The writes that the host has not done yet. */
  get pending(): readonly PendingWrite[] {
    return this.#pending.all;
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
    this.#pending.add(write);
    this.#shown = undefined;
  }

  /** Takes over what the host has said; states may come in any order. */
  apply(state: CookieState): void {
    this.#shown = undefined;
    this.#pending.acknowledge(state.acks);
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
    for (const { cookie } of this.#pending.all) {
      const key = identityKey(cookie);
      order += 1;
      if (cookie.expires !== null && cookie.expires <= this.#now()) cookies.delete(key);
      else cookies.set(key, { ...cookie, order: cookies.get(key)?.order ?? order });
    }
    return [...cookies.values()].sort((a, b) => b.path.length - a.path.length || a.order - b.order);
  }
}
