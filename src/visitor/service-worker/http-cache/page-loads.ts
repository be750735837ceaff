import type { Clock } from '../../../protocol/clock.ts';
import { withoutHash } from './entry.ts';

/** What a person wants when they load a page anew: `no-cache` to have it checked, `reload` to have it all anew. */
export type ReloadMode = 'no-cache' | 'reload';

/** How long, in ms, a reload may lie between being told and being made: the shell has to connect first. */
const RELOAD_WITHIN_MS = 60_000;
/** Reloads told and not made yet; each is one tab. */
const MAX_RELOADS = 64;
/** Documents whose parts are all fetched anew. */
const MAX_DOCUMENTS = 64;

/** A request, as far as it says which page load it belongs to. */
export interface LoadedBy {
  readonly url: string;
  readonly isNavigation: boolean;
  readonly cache: RequestCache;
  /** The document that asks; of a navigation the one before. */
  readonly clientId: string;
  /** The document that a navigation makes. */
  readonly resultingClientId: string;
}

/**
 * Remembers what the requests of the shell's frame do not say: that a person has reloaded the tab. Then the
 * page itself is checked with the host, and its parts follow the ordinary rules, as in Chromium and Safari;
 * after a reload past all caches, they are fetched anew, too. This lives in memory: a service worker that was
 * stopped in between takes the reload for an ordinary visit.
 */
export class PageLoads {
  readonly #clock: Clock;
  readonly #reloads = new Map<string, { readonly mode: ReloadMode; readonly until: number }>();
  readonly #uncached = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next navigations to `url` are a reload, until one was answered. */
  expectReload(url: string, mode: ReloadMode): void {
    const address = withoutHash(url);
    this.#reloads.delete(address);
    this.#reloads.set(address, { mode, until: this.#clock.now() + RELOAD_WITHIN_MS });
    forgetOldest(this.#reloads, MAX_RELOADS);
  }

  /** The cache mode that a request would have if the site stood in the tab by itself. */
  modeOf({ url, isNavigation, cache, clientId, resultingClientId }: LoadedBy): RequestCache {
    if (cache !== 'default') return cache;
    if (!isNavigation) return this.#uncached.has(clientId) ? 'reload' : cache;
    const reload = this.#reloads.get(withoutHash(url));
    if (!reload || reload.until < this.#clock.now()) return cache;
    if (reload.mode === 'reload' && resultingClientId !== '') {
      this.#uncached.add(resultingClientId);
      forgetOldest(this.#uncached, MAX_DOCUMENTS);
    }
    return reload.mode;
  }

  /**
   * A navigation to `url` was answered. Not earlier is a reload over: one that the browser began by itself may be
   * stopped, and the shell sends the frame there once more.
   */
  answered(url: string): void {
    this.#reloads.delete(withoutHash(url));
  }
}

function forgetOldest(collection: Map<string, unknown> | Set<string>, limit: number): void {
  for (const oldest of collection.keys()) {
    if (collection.size <= limit) return;
    collection.delete(oldest);
  }
}
