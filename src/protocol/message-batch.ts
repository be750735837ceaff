type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Gathers frames into messages: small ones share a message, so that the head and the body of a small
 * answer travel together (F1).
 */
export class MessageBatch {
  readonly #maxBytes: number;
  readonly #send: (message: Bytes) => void;
  #parts: Bytes[] = [];
  #bytes = 0;

  constructor(maxBytes: number, send: (message: Bytes) => void) {
    this.#maxBytes = maxBytes;
    this.#send = send;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds one frame, given as its parts; what no longer fits leaves first. */
  add(parts: readonly Bytes[]): void {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    if (this.#bytes + bytes > this.#maxBytes) this.flush();
    this.#parts.push(...parts);
    this.#bytes += bytes;
  }

  /** Sends what has been gathered. */
  flush(): void {
    if (this.#bytes === 0) return;
    const message = new Uint8Array(this.#bytes);
    let offset = 0;
    for (const part of this.#parts) {
      message.set(part, offset);
      offset += part.length;
    }
    this.#parts = [];
    this.#bytes = 0;
    this.#send(message);
  }
}
