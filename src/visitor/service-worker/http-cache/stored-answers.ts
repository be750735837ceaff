import { type HeaderList, headerValue } from '../../../protocol/http-message.ts';
import type { BridgeAnswer } from '../../bridge/bridge-client.ts';
import type { BodyPart } from './byte-range.ts';
import { collectBody } from './collect-body.ts';
import { describeEntry, type Entry, makeEntry, withoutHash } from './entry.ts';
import { EntryIndex } from './entry-index.ts';
import { type CacheStorageLike, EntryStore } from './entry-store.ts';
import { Invalidations } from './invalidations.ts';
import type { CacheLimits } from './limits.ts';
import { matches, nominate, type RequestFields } from './selecting-fields.ts';
import { equalHeaders, storableHeaders, updateHeaders } from './stored-headers.ts';

type Chunk = Uint8Array<ArrayBuffer>;

interface StoredAnswersOptions {
  readonly caches: CacheStorageLike;
  readonly origin: string;
  readonly limits: CacheLimits;
  readonly now: () => number;
}

/** A failure page of our own has this header; it is no answer of the site. */
const FAILURE = 'peerserver-error';

/**
 * The answers that are kept: their index in memory, their bodies on disk. Whatever the browser's storage does
 * wrong, or does not grant, only means that less is kept.
 */
export class StoredAnswers {
  readonly limits: CacheLimits;
  /** Resolves when what was stored earlier is known, or cannot be read. */
  readonly loaded: Promise<void>;
  readonly #store: EntryStore;
  readonly #index: EntryIndex;
  readonly #now: () => number;
  readonly #invalidations = new Invalidations();
  /** Bodies that are not on disk yet, by the id of their entry. */
  readonly #unwritten = new Map<string, Chunk>();
  #pendingBytes = 0;
  #isLoaded = false;
  #closed = false;

  constructor({ caches, origin, limits, now }: StoredAnswersOptions) {
    this.limits = limits;
    this.#now = now;
    this.#store = new EntryStore(caches, origin, now);
    this.#index = new EntryIndex(limits);
    this.loaded = this.#load();
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** The present, to be noted when the host is asked: what is invalidated later is not stored then. */
  get moment(): number {
    return this.#invalidations.moment;
  }

  /** The stored answer for this request, if any; whether it may be used is another question. */
  find(url: string, fields: RequestFields): Entry | undefined {
    return this.#index.find(withoutHash(url), fields);
  }

  /**
   * An entry, or a part of it, as an answer. Undefined when its body is gone: then the entry is forgotten.
   * @param entry with the status and headers that the answer shall have
   */
  async open(entry: Entry, part?: BodyPart): Promise<BridgeAnswer | undefined> {
    const { id, status, headers, size } = entry;
    if (size === 0) return { status, headers, body: null };
    const bytes = this.#unwritten.get(id);
    if (bytes) {
      return { status, headers, body: part ? bytes.slice(part.start, part.end) : bytes.slice() };
    }
    try {
      const response = await this.#store.body(id);
      if (response && !part) return { status, headers, body: response.body };
      if (response && part) {
        const whole = await response.blob();
        return { status, headers, body: whole.slice(part.start, part.end).stream() };
      }
    } catch {
      // Storage that cannot be read is the same as storage that is empty.
    }
    this.#index.remove(id);
    return undefined;
  }

  /**
   * Keeps an answer if it may be and is worth it, while it passes through; the result is for the page.
   * @param askedAt the `moment` at which the host was asked for it
   */
  keep(answer: BridgeAnswer, url: string, fields: RequestFields, askedAt: number): BridgeAnswer {
    const { status, headers, body } = answer;
    const nominated = nominate(headers, fields);
    const expected = Number(headerValue(headers, 'content-length') ?? 0);
    const { entryBytes, entryHeadLength } = this.limits;
    if (!nominated || this.#closed || expected > entryBytes) return answer;
    if (headers.some(([name]) => name === FAILURE)) return answer;
    const draft = makeEntry(
      {
        id: crypto.randomUUID(),
        url: withoutHash(url),
        nominated,
        receivedAt: this.#now(),
        size: 0,
        status,
        headers: storableHeaders(headers),
      },
      this.#now,
    );
    if (!draft.freshness.isWorthStoring(headers)) return answer;
    if (describeEntry(draft).length > entryHeadLength) return answer;
    const add = (bytes: Chunk) => {
      const isWrong = this.#invalidations.hit(draft.url, askedAt);
      // A length that is not the body's own would spoil the page's answer later.
      const isWhole =
        headerValue(headers, 'content-length') === undefined || expected === bytes.length;
      if (isWhole && !isWrong) this.#add({ ...draft, size: bytes.length }, bytes, fields);
      else this.#release(bytes.length);
    };
    if (body === null) {
      if (expected === 0) add(new Uint8Array(0));
      return answer;
    }
    if (body instanceof Uint8Array) {
      if (body.length <= entryBytes && this.#reserve(body.length)) add(body);
      return answer;
    }
    const passing = collectBody(body, {
      limit: entryBytes,
      reserve: (bytes) => this.#reserve(bytes),
      release: (bytes) => this.#release(bytes),
      whole: add,
    });
    return { status, headers, body: passing };
  }

  /**
   * Brings an entry up to date by the headers of a 304; returns it as it is now.
   * @param askedAt the `moment` at which the host was asked
   */
  update(entry: Entry, headers: HeaderList, askedAt: number): Entry {
    const { id, url, nominated, size, status } = entry;
    const fields = { id, url, nominated, size, status };
    const receivedAt = this.#now();
    const updated = makeEntry(
      { ...fields, receivedAt, headers: updateHeaders(entry.headers, headers, receivedAt) },
      this.#now,
    );
    // Replaced or invalidated while the host was asked: there is nothing to update.
    const isWrong = this.#invalidations.hit(url, askedAt);
    if (isWrong || !this.#index.has(id) || this.#closed) return updated;
    this.#evict(this.#index.add(updated));
    // What is validated at each use needs no later date on disk.
    const isSame = equalHeaders(updated.headers, entry.headers) && updated.freshness.lifetime === 0;
    if (!isSame) this.#write(updated, () => this.#store.update(updated));
    return updated;
  }

  remove({ id }: Entry): void {
    this.#index.remove(id);
    this.#delete(id);
  }

  /** Forgets every variant of an address, those that are under way, too. */
  invalidate(url: string): void {
    const address = withoutHash(url);
    const remove = () => {
      for (const entry of this.#index.all(address)) this.remove(entry);
    };
    this.#invalidations.add(address);
    remove();
    if (!this.#isLoaded) void this.loaded.then(remove);
  }

  /** Forgets all, and keeps nothing from now on; resolves when nothing is being written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#index.clear();
    this.#unwritten.clear();
    // Reading opens the Cache, too, which would make it anew after it was wiped.
    await Promise.all([this.#store.close(), this.loaded]);
  }

  async #load(): Promise<void> {
    try {
      const entries = await this.#store.load();
      if (!this.#closed) for (const entry of entries) this.#evict(this.#index.add(entry));
    } catch {
      // No storage (some private windows), or a broken one: the cache begins empty.
    }
    this.#isLoaded = true;
  }

  /** Makes an entry known at once; its body goes to the disk afterwards. */
  #add(entry: Entry, bytes: Chunk, fields: RequestFields): void {
    if (this.#closed) return;
    for (const other of this.#index.all(entry.url)) {
      if (matches(other.nominated, fields)) this.remove(other);
    }
    this.#unwritten.set(entry.id, bytes);
    const written = makeEntry(entry, this.#now);
    this.#evict(this.#index.add(written));
    const write = this.#write(written, () => this.#store.put(written, bytes));
    void write.then(() => {
      this.#unwritten.delete(entry.id);
      this.#release(bytes.length);
    });
  }

  async #write({ id }: Entry, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch {
      // The quota is used up, or storage is broken: the answer is not kept.
      this.#index.remove(id);
    }
  }

  #evict(entries: readonly Entry[]): void {
    for (const { id } of entries) this.#delete(id);
  }

  #delete(id: string): void {
    // What could not be deleted is found again at the next start, and goes when its turn comes.
    this.#store.delete(id).catch(() => undefined);
  }

  #reserve(bytes: number): boolean {
    if (this.#pendingBytes + bytes > this.limits.pendingBytes) return false;
    this.#pendingBytes += bytes;
    return true;
  }

  #release(bytes: number): void {
    this.#pendingBytes -= bytes;
  }
}
