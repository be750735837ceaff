import { OWN_PREFIX } from '../../../address/address.ts';
import { describeEntry, type Entry, readEntry } from './entry.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Name of the Cache; a site's own have other names. */
export const CACHE_NAME = 'peerserver-http';
/** Field of the stored request that holds the entry without its body. */
const DESCRIPTION = 'peerserver-entry';

/** What is used of the browser's Cache API. */
export interface CacheStorageLike {
  open(name: string): Promise<{
    put(request: Request, response: Response): Promise<void>;
    delete(url: string): Promise<boolean>;
    keys(): Promise<readonly Request[]>;
  }>;
  match(url: string, options: { readonly cacheName: string }): Promise<Response | undefined>;
}

/**
 * The entries on disk. Each is one item of the Cache: its request carries the description, so that listing
 * the requests is all it takes to know what is there; its response is the body and nothing else.
 *
 * The Cache is opened for each write, and never held: when the origin's data is cleared, an open one would
 * go on in secret.
 */
export class EntryStore {
  readonly #caches: CacheStorageLike;
  readonly #origin: string;
  readonly #now: () => number;
  /** Writes go one after the other, so that they take little from a page that loads. */
  #writes: Promise<unknown> = Promise.resolve();
  #closed = false;

  /**
   * @param origin of the site
   * @param now the present in ms since 1970
   */
  constructor(caches: CacheStorageLike, origin: string, now: () => number) {
    this.#caches = caches;
    this.#origin = origin;
    this.#now = now;
  }

  /** All entries, those that were stored first first. What cannot be read is removed. */
  async load(): Promise<Entry[]> {
    const cache = await this.#caches.open(CACHE_NAME);
    const entries: Entry[] = [];
    for (const request of await cache.keys()) {
      const entry = readEntry(request.headers.get(DESCRIPTION) ?? '', this.#now);
      if (entry && request.url === this.#urlOf(entry.id)) entries.push(entry);
      else await cache.delete(request.url);
    }
    return entries.sort((a, b) => a.receivedAt - b.receivedAt);
  }

  /** Writes an entry anew. Rejects when the browser does not take it. */
  put(entry: Entry, body: Chunk): Promise<void> {
    return this.#write(entry, () => new Response(body));
  }

  /** Writes an entry's changed description; the body stays. */
  update(entry: Entry): Promise<void> {
    return this.#write(entry, () => this.#match(entry.id));
  }

  /** The body of an entry; undefined when the browser, or a script of the site, has removed it. */
  async body(id: string): Promise<Response | undefined> {
    return this.#match(id);
  }

  /**
   * Writes nothing from now on; what waits for its turn is dropped, too. Resolves when the last write is over:
   * one that begins to open the Cache after it was wiped would make it anew.
   */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writes;
  }

  delete(id: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#closed) return;
      const cache = await this.#caches.open(CACHE_NAME);
      await cache.delete(this.#urlOf(id));
    });
  }

  #write(
    entry: Entry,
    body: () => Response | undefined | Promise<Response | undefined>,
  ): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#closed) return;
      const cache = await this.#caches.open(CACHE_NAME);
      const response = await body();
      // The site's data may have been cleared meanwhile.
      if (!response || this.#closed) return;
      const request = new Request(this.#urlOf(entry.id), {
        headers: { [DESCRIPTION]: describeEntry(entry) },
      });
      await cache.put(request, response);
    });
  }

  #match(id: string): Promise<Response | undefined> {
    return this.#caches.match(this.#urlOf(id), { cacheName: CACHE_NAME });
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const done = this.#writes.then(write);
    // The next one does not depend on this one, and whoever asked for this one hears of its failure.
    this.#writes = done.catch(() => undefined);
    return done;
  }

  /** Never asked for over the network: below the prefix of what is ours, so no page of a site has it. */
  #urlOf(id: string): string {
    return `${this.#origin}${OWN_PREFIX}http-cache/${id}`;
  }
}
