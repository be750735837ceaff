import type { PeerServerError } from './errors.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Pieces that may wait however small they are: each costs memory beyond its bytes (S5). */
const MAX_WAITING_PIECES = 1024;

/**
 * The sending end of a body: its producer writes, the frame sender takes as credit and the lanes allow.
 * `write` resolves when the next piece is welcome, so a producer never runs far ahead of the network.
 */
export class OutgoingBody {
  readonly #limit: number;
  readonly #wake: () => void;
  #chunks: Chunk[] = [];
  #pending = 0;
  #ended = false;
  #aborted: PeerServerError | undefined;
  /** Called once, when the exchange is over before this body was: its producer may be asleep. */
  onAbort: (error: PeerServerError) => void = () => {};
  #writer: { resolve(): void; reject(error: PeerServerError): void } | undefined;

  /**
   * @param limit bytes that may wait before the producer has to
   * @param wake called when there is something new to send
   */
  constructor(limit: number, wake: () => void) {
    this.#limit = limit;
    this.#wake = wake;
  }

  /** Bytes that wait for their turn. */
  get pendingBytes(): number {
    return this.#pending;
  }

  /** True when the producer has ended the body and everything has been taken. */
  get drained(): boolean {
    return this.#ended && this.#pending === 0;
  }

  /** Adds a piece; resolves when more is welcome, rejects when the exchange is over. One write at a time. */
  write(chunk: Chunk): Promise<void> {
    if (this.#aborted) return Promise.reject(this.#aborted);
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#pending += chunk.length;
      this.#wake();
    }
    if (this.#welcome) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#writer = { resolve, reject };
    });
  }

  /** No more will come. Does nothing when the exchange is over. */
  end(): void {
    if (this.#aborted) return;
    this.#ended = true;
    this.#wake();
  }

  /** The exchange is over: what waits is thrown away, a waiting writer is told why. */
  abort(error: PeerServerError): void {
    if (this.#aborted) return;
    const unfinished = !this.drained;
    this.#aborted = error;
    this.#chunks = [];
    this.#pending = 0;
    this.#writer?.reject(error);
    this.#writer = undefined;
    if (unfinished) this.onAbort(error);
  }

  /** Up to `max` bytes, in pieces that are views of what was written. */
  take(max: number): Chunk[] {
    const parts: Chunk[] = [];
    let room = max;
    while (room > 0) {
      const chunk = this.#chunks.shift();
      if (!chunk) break;
      const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
      if (part !== chunk) this.#chunks.unshift(chunk.subarray(room));
      parts.push(part);
      room -= part.length;
    }
    this.#pending -= max - room;
    if (this.#writer && this.#welcome) {
      this.#writer.resolve();
      this.#writer = undefined;
    }
    return parts;
  }

  get #welcome(): boolean {
    return this.#pending <= this.#limit && this.#chunks.length <= MAX_WAITING_PIECES;
  }
}
