/** Byte arrays by key, the least recently used dropped first once they exceed a number of bytes. */
export class ByteCache {
  // A Map keeps the order of insertion; using an entry moves it to the end.
  readonly #entries = new Map<string, Uint8Array<ArrayBuffer>>();
  #bytes = 0;

  /** @param limit bytes held at most */
  constructor(readonly limit: number) {}

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Uint8Array<ArrayBuffer> | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** Keeps an array, unless it alone exceeds the limit. */
  set(key: string, value: Uint8Array<ArrayBuffer>): void {
    this.delete(key);
    if (value.byteLength > this.limit) return;
    this.#entries.set(key, value);
    this.#bytes += value.byteLength;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.limit) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#bytes -= this.#entries.get(key)?.byteLength ?? 0;
    this.#entries.delete(key);
  }
}
