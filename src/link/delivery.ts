import type { TransportListener } from '../protocol/transport.ts';

type Event =
  | { readonly kind: 'message'; readonly lane: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'closed'; readonly error: Error | undefined };

/**
 * How a transport keeps its promises to its listener: events come in order, none is lost that came before
 * `listen`, none comes from within another, and the end is never told from within a call of the listener's own.
 */
export class Delivery {
  readonly #waiting: Event[] = [];
  #listener: TransportListener | undefined;
  #delivering = false;
  #keptBytes = 0;

  /** Bytes that came before anybody listened. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Starts delivery, with what was kept. Throws when called again. */
  listen(listener: TransportListener): void {
    if (this.#listener !== undefined) throw new Error('listen() may be called once.');
    this.#listener = listener;
    queueMicrotask(() => this.#deliver());
  }

  message(lane: number, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#listener === undefined) this.#keptBytes += bytes.byteLength;
    this.#waiting.push({ kind: 'message', lane, bytes });
    this.#deliver();
  }

  drained(lane: number): void {
    this.#listener?.drained(lane);
  }

  /** Tells the end, after what still waits; without an error, which is our own close, instead of it. */
  closed(error: Error | undefined): void {
    if (error === undefined) this.#waiting.length = 0;
    this.#waiting.push({ kind: 'closed', error });
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    if (this.#listener === undefined || this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        if (next.kind === 'message') this.#listener.message(next.lane, next.bytes);
        else this.#listener.closed(next.error);
      }
    } finally {
      this.#delivering = false;
    }
  }
}
