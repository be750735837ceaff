import { asPeerServerError, PeerServerError } from './errors.ts';
import type { ReceivedBody } from './http-message.ts';
import { joinChunks } from './join-chunks.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Pieces up to this many bytes are gathered into buffers of the size below. */
const SMALL_CHUNK = 1024;
const GATHERED_BYTES = 8 * 1024;

interface Waiting {
  resolve(chunk: Chunk | null): void;
  reject(error: PeerServerError): void;
}

/** How a body ended, if it has. */
type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly error: PeerServerError };

export interface IncomingBodyEvents {
  /** The consumer has read, or thrown away, this many bytes: their credit can return. */
  consumed(bytes: number): void;
  /** The consumer wants no more, before the end had arrived. */
  cancelled(error: PeerServerError): void;
}

/**
 * The receiving end of a body: frames push, the consumer reads. What is held here is bounded by the credit
 * given to the sender. The end is always explicit: complete, or an error (S6).
 */
export class IncomingBody implements ReceivedBody {
  readonly #events: IncomingBodyEvents;
  #chunks: Chunk[] = [];
  #buffered = 0;
  #ending: Ending | undefined;
  #waiting: Waiting | undefined;
  /** Where small pieces are gathered; comes after all of `#chunks`. */
  #tail: { readonly bytes: Chunk; used: number } | undefined;

  constructor(events: IncomingBodyEvents) {
    this.#events = events;
  }

  read(): Promise<Chunk | null> {
    if (this.#waiting) {
      return Promise.reject(new PeerServerError('bad-input', 'Read a body once at a time.'));
    }
    if (this.#chunks.length === 0) this.#sealTail();
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#buffered -= chunk.length;
      this.#events.consumed(chunk.length);
      return Promise.resolve(chunk);
    }
    if (this.#ending?.kind === 'complete') return Promise.resolve(null);
    if (this.#ending) return Promise.reject(this.#ending.error);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  takeComplete(): Chunk | undefined {
    if (this.#ending?.kind !== 'complete') return undefined;
    this.#sealTail();
    const chunks = this.#chunks;
    const bytes = this.#buffered;
    this.#chunks = [];
    this.#buffered = 0;
    this.#events.consumed(bytes);
    return joinChunks(chunks, bytes);
  }

  cancel(reason?: unknown): void {
    if (!this.#ending) {
      const error = asPeerServerError(reason ?? 'The reader wants no more.', 'cancelled');
      this.fail(error);
      this.#events.cancelled(error);
    }
    this.discard();
  }

  /** Throws away what nobody has read; how the body ends stays as it is. */
  discard(): void {
    const bytes = this.#buffered;
    this.#chunks = [];
    this.#tail = undefined;
    this.#buffered = 0;
    if (bytes > 0) this.#events.consumed(bytes);
  }

  /** A piece arrived: a view into its message. */
  push(chunk: Chunk): void {
    if (this.#ending) {
      this.#events.consumed(chunk.length);
      return;
    }
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = undefined;
      this.#events.consumed(chunk.length);
      waiting.resolve(ownBytes(chunk));
      return;
    }
    this.#buffered += chunk.length;
    if (chunk.length <= SMALL_CHUNK) {
      this.#gather(chunk);
      return;
    }
    this.#sealTail();
    this.#chunks.push(ownBytes(chunk));
  }

  /** The explicit end arrived. */
  complete(): void {
    if (this.#ending) return;
    this.#ending = { kind: 'complete' };
    this.#waiting?.resolve(null);
    this.#waiting = undefined;
  }

  /** The body will not be completed; what had arrived can still be read, then the error comes. */
  fail(error: PeerServerError): void {
    if (this.#ending) return;
    this.#ending = { kind: 'failed', error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /**
   * Small pieces are copied together: each chunk kept alone would cost far more memory than its bytes, so a
   * hostile sender could make a window of one-byte frames a hundred times as large (C7).
   */
  #gather(chunk: Chunk): void {
    if (!this.#tail || this.#tail.used + chunk.length > GATHERED_BYTES) {
      this.#sealTail();
      this.#tail = { bytes: new Uint8Array(GATHERED_BYTES), used: 0 };
    }
    this.#tail.bytes.set(chunk, this.#tail.used);
    this.#tail.used += chunk.length;
  }

  #sealTail(): void {
    if (!this.#tail) return;
    this.#chunks.push(this.#tail.bytes.subarray(0, this.#tail.used));
    this.#tail = undefined;
  }
}

/** A small view would keep its whole message in memory, so it becomes a copy (C7). */
function ownBytes(chunk: Chunk): Chunk {
  return chunk.length * 2 < chunk.buffer.byteLength ? chunk.slice() : chunk;
}
