type Bytes = Uint8Array<ArrayBuffer>;

/** Enough for credit, pings and small heads; a lane that carries bodies grows its buffer to a whole message. */
const FIRST_CAPACITY = 1024;

/**
 * Gathers frames into messages: small ones share a message, so that the head and the body of a small
 * answer travel together (F1). Every message is put together in the same buffer, since the transport copies
 * it; that spares the collector 64 KiB a message (no difference in speed was measured).
 */
export class MessageBatch {
  readonly #maxBytes: number;
  readonly #send: (message: Bytes) => void;
  #buffer: Bytes;
  #bytes = 0;

  /**
   * @param maxBytes largest message
   * @param send takes a message; the bytes are its own only until it returns
   */
  constructor(maxBytes: number, send: (message: Bytes) => void) {
    this.#maxBytes = maxBytes;
    this.#send = send;
    this.#buffer = new Uint8Array(Math.min(FIRST_CAPACITY, maxBytes));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one frame, given as its parts, at most a message long; what no longer fits leaves first. */
  add(parts: readonly Bytes[]): void {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#bytes + bytes > this.#maxBytes) this.flush();
    this.#makeRoom(this.#bytes + bytes);
    for (const part of parts) {
      this.#buffer.set(part, this.#bytes);
      this.#bytes += part.length;
    }
  }

  /** Sends what has been gathered. */
  flush(): void {
    if (this.#bytes === 0) return;
    const message = this.#buffer.subarray(0, this.#bytes);
    this.#bytes = 0;
    this.#send(message);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(
      Math.min(this.#maxBytes, Math.max(bytes, this.#buffer.length * 4)),
    );
    larger.set(this.#buffer.subarray(0, this.#bytes));
    this.#buffer = larger;
  }
}
