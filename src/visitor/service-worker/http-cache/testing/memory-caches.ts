import type { CacheStorageLike } from '../entry-store.ts';

interface Item {
  readonly request: Request;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A stand-in for the browser's Cache API, with what a test wants to see and to break. */
export class MemoryCaches implements CacheStorageLike {
  readonly #items = new Map<string, Item>();
  /** Every call, by its name. */
  readonly calls: string[] = [];
  /** When set, writing fails with it, as it does beyond the quota. */
  failure: DOMException | undefined;
  /** Whatever is to be done waits for this. */
  ready: Promise<void> = Promise.resolve();

  get size(): number {
    return this.#items.size;
  }

  async open() {
    this.calls.push('open');
    await this.ready;
    return {
      put: async (request: Request, response: Response) => {
        this.calls.push('put');
        const body = new Uint8Array(await response.arrayBuffer());
        if (this.failure) throw this.failure;
        this.#items.set(request.url, { request, body });
      },
      delete: async (url: string) => {
        this.calls.push('delete');
        return this.#items.delete(url);
      },
      keys: async () => [...this.#items.values()].map(({ request }) => request),
    };
  }

  async match(url: string): Promise<Response | undefined> {
    this.calls.push('match');
    const item = this.#items.get(url);
    return item && new Response(item.body);
  }

  /** Clears everything, as a person or a script of the site can at any time. */
  clear(): void {
    this.#items.clear();
  }

  /** Changes the descriptions of all entries. */
  rewrite(change: (description: string) => string): void {
    for (const [url, { request, body }] of this.#items) {
      const description = change(request.headers.get('peerserver-entry') ?? '');
      const changed = new Request(url, { headers: { 'peerserver-entry': description } });
      this.#items.set(url, { request: changed, body });
    }
  }
}
