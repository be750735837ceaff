import type { Entry } from './entry.ts';
import type { CacheLimits } from './limits.ts';
import { matches, type RequestFields } from './selecting-fields.ts';

/** What is stored, in memory, so that a request need not wait to learn that nothing is. */
export class EntryIndex {
  readonly #limits: CacheLimits;
  readonly #byUrl = new Map<string, Entry[]>();
  /** By id, the least recently used first. */
  readonly #byUse = new Map<string, Entry>();
  #bytes = 0;

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  /** The latest answer that this request may get; it counts as used now. */
  find(url: string, request: RequestFields): Entry | undefined {
    const found = this.#byUrl
      .get(url)
      ?.filter(({ nominated }) => matches(nominated, request))
      .sort((a, b) => b.receivedAt - a.receivedAt)[0];
    if (found) {
      this.#byUse.delete(found.id);
      this.#byUse.set(found.id, found);
    }
    return found;
  }

  /** Every variant of an address. */
  all(url: string): readonly Entry[] {
    return this.#byUrl.get(url) ?? [];
  }

  has(id: string): boolean {
    return this.#byUse.has(id);
  }

  /** Adds an entry, or replaces the one of the same id; returns what had to go for it. */
  add(entry: Entry): readonly Entry[] {
    this.remove(entry.id);
    this.#byUse.set(entry.id, entry);
    this.#byUrl.set(entry.url, [...this.all(entry.url), entry]);
    this.#bytes += weightOf(entry);
    const evicted: Entry[] = [];
    for (const oldest of this.#byUse.values()) {
      if (this.#bytes <= this.#limits.totalBytes && this.#byUse.size <= this.#limits.entries) break;
      this.remove(oldest.id);
      evicted.push(oldest);
    }
    return evicted;
  }

  remove(id: string): void {
    const entry = this.#byUse.get(id);
    if (!entry) return;
    this.#byUse.delete(id);
    this.#bytes -= weightOf(entry);
    const others = this.all(entry.url).filter((other) => other.id !== id);
    if (others.length > 0) this.#byUrl.set(entry.url, others);
    else this.#byUrl.delete(entry.url);
  }

  clear(): void {
    this.#byUrl.clear();
    this.#byUse.clear();
    this.#bytes = 0;
  }
}

/** Bytes of an entry, roughly: its headers are kept twice, on disk and here. */
function weightOf({ size, headers }: Entry): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, size);
}
