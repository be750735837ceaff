import type { PeerServerError } from './errors.ts';
import { Fifo } from './fifo.ts';
import type { BudgetWaiter, QueueBudget } from './queue-budget.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Pieces that may wait however small they are: each costs memory beyond its bytes (S5). */
const MAX_WAITING_PIECES = 1024;

/**
 * The sending end of a body: its producer writes, the frame sender takes as credit and the lanes allow.
 * `write` resolves when the next piece is welcome, so a producer never runs far ahead of the network. What
 * the connection's bodies hold together is limited too; but a body that holds nothing may always have one
 * piece, or streams that nobody reads would stop all others.
 */
export class OutgoingBody implements BudgetWaiter {
  readonly #limit: number;
  readonly #budget: QueueBudget;
  readonly #wake: () => void;
  readonly #chunks = new Fifo<Chunk>();
  #pending = 0;
  /** Length of the latest piece: what the next one is expected to have. */
  #pieceBytes = 0;
  /** Kept free in the budget for the piece that the producer was asked for. */
  #reserved = 0;
  #ended = false;
  #aborted: PeerServerError | undefined;
  /** Called once, when the exchange is over before this body was: its producer may be asleep. */
  onAbort: (error: PeerServerError) => void = () => {};
  #writer:
    | { readonly promise: Promise<void>; resolve(): void; reject(error: PeerServerError): void }
    | undefined;

  /**
   * @param limit bytes that may wait before the producer has to
   * @param budget shared with the other bodies of the connection
   * @param wake called when there is something new to send
   */
  constructor(limit: number, budget: QueueBudget, wake: () => void) {
    this.#limit = limit;
    this.#budget = budget;
    this.#wake = wake;
  }

  /** Bytes that wait for their turn. */
  get pendingBytes(): number {
    return this.#pending;
  }

  /** True when the producer has been asked for the next piece, whose room is kept, or holds nothing here. */
  get asksForMore(): boolean {
    return this.#pending === 0 || this.#reserved > 0;
  }

  /** True when the producer has ended the body and everything has been taken. */
  get drained(): boolean {
    return this.#ended && this.#pending === 0;
  }

  /** Adds a piece; resolves when more is welcome, rejects when the exchange is over. */
  write(chunk: Chunk): Promise<void> {
    this.push(chunk);
    return this.ready();
  }

  /** Adds a piece whether it is welcome or not. Does nothing when the exchange is over. */
  push(chunk: Chunk): void {
    if (this.#aborted) return;
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#pending += chunk.length;
      this.#pieceBytes = chunk.length;
      this.#budget.add(chunk.length);
      this.#wake();
    }
    this.#giveUpReservation();
  }

  /** Resolves when more is welcome, rejects when the exchange is over. */
  ready(): Promise<void> {
    if (this.#aborted) return Promise.reject(this.#aborted);
    if (this.#writer) return this.#writer.promise;
    if (this.#welcome()) return Promise.resolve();
    let resolve: () => void = () => {};
    let reject: (error: PeerServerError) => void = () => {};
    const promise = new Promise<void>((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    this.#writer = { promise, resolve, reject };
    return promise;
  }

  /** No more will come. Does nothing when the exchange is over. */
  end(): void {
    if (this.#aborted) return;
    this.#ended = true;
    this.#giveUpReservation();
    this.#wake();
  }

  /** The exchange is over: what waits is thrown away, a waiting writer is told why. */
  abort(error: PeerServerError): void {
    if (this.#aborted) return;
    const unfinished = !this.drained;
    this.#aborted = error;
    this.#chunks.clear();
    const bytes = this.#pending;
    this.#pending = 0;
    this.#writer?.reject(error);
    this.#writer = undefined;
    this.#budget.forget(this);
    this.#giveUpReservation();
    this.#budget.release(bytes);
    if (unfinished) this.onAbort(error);
  }

  /** Up to `max` bytes, in pieces that are views of what was written. */
  take(max: number): Chunk[] {
    const parts: Chunk[] = [];
    let room = max;
    while (room > 0) {
      const chunk = this.#chunks.first();
      if (!chunk) break;
      const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
      if (part === chunk) this.#chunks.shift();
      else this.#chunks.replaceFirst(chunk.subarray(room));
      parts.push(part);
      room -= part.length;
    }
    this.#pending -= max - room;
    if (this.#pending === 0) this.#giveUpReservation();
    // Others who wait come first: this body has just had its turn.
    this.#budget.release(max - room);
    if (this.#writer && this.retry()) this.#budget.forget(this);
    return parts;
  }

  retry(): boolean {
    if (!this.#welcome()) return false;
    this.#writer?.resolve();
    this.#writer = undefined;
    return true;
  }

  /** True when the producer may go on; the budget then has room for its next piece. */
  #welcome(): boolean {
    if (this.#pending === 0) return true;
    if (this.#pending > this.#limit || this.#chunks.length > MAX_WAITING_PIECES) return false;
    if (this.#ended) return true;
    if (!this.#budget.reserve(this.#pieceBytes)) {
      this.#budget.wait(this);
      return false;
    }
    this.#reserved = this.#pieceBytes;
    return true;
  }

  #giveUpReservation(): void {
    const bytes = this.#reserved;
    this.#reserved = 0;
    this.#budget.release(bytes);
  }
}
