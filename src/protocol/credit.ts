import type { Clock } from './clock.ts';
import { PeerServerError } from './errors.ts';

/** Largest window either side may reach; keeps sums far from where numbers lose precision (C4). */
const MAX_CREDIT = 2 ** 31 - 1;

/** What this side may still send, on one stream or on the whole connection. */
export class SendCredit {
  #available: number;

  constructor(initial: number) {
    this.#available = initial;
  }

  get available(): number {
    return this.#available;
  }

  /** Uses credit up; the caller has asked `available` before. */
  take(bytes: number): void {
    this.#available -= bytes;
  }

  /** Adds what the peer granted. Throws `flow-control` past 2^31 − 1 bytes (C4). */
  grant(bytes: number): void {
    this.#available += bytes;
    if (this.#available > MAX_CREDIT) {
      throw new PeerServerError(
        'flow-control',
        'The peer granted more credit than can be counted.',
      );
    }
  }
}

/**
 * The round trip is measured on an idle path mostly. Under load it is longer, if only by the sender's own
 * queue: 1 MiB takes 50 ms at 20 MB/s. Judged by the idle time alone, windows on a fast path stayed small and
 * cost a tenth of the speed (C5).
 */
const LOADED_ROUND_TRIP_MS = 50;

export interface ReceiveWindowOptions {
  /** Bytes the peer may have under way or unread at first. */
  readonly initial: number;
  /** How far the window may grow. */
  readonly max: number;
  /** True for a window that several streams use: bytes of one may lie unread while another goes on (C3). */
  readonly shared: boolean;
  readonly clock: Clock;
  /** Latest measured round trip, milliseconds; undefined before the first. */
  readonly roundTripMs: () => number | undefined;
}

/**
 * What the peer may send, and when to let it send more. Credit returns when the consumer has really read,
 * in steps of half a window so that grants are few (C3); a shared window does not wait for that when unread
 * streams have taken the other half. A window that drains within two round trips is
 * what limits the speed, so it doubles up to its maximum (C5).
 */
export class ReceiveWindow {
  readonly #options: ReceiveWindowOptions;
  #size: number;
  /** Bytes received and not yet granted again. */
  #outstanding = 0;
  #consumed = 0;
  #lastGrantAt: number;

  constructor(options: ReceiveWindowOptions) {
    this.#options = options;
    this.#size = options.initial;
    this.#lastGrantAt = options.clock.now();
  }

  /** Current size in bytes. */
  get size(): number {
    return this.#size;
  }

  /** Bytes the peer may still send as far as this window goes. */
  get available(): number {
    return this.#size - this.#outstanding;
  }

  /** Counts arrived bytes. Throws `flow-control` when there was no credit for them (C2). */
  received(bytes: number): void {
    this.#outstanding += bytes;
    if (this.#outstanding > this.#size) {
      throw new PeerServerError('flow-control', 'The peer sent more than it had credit for.');
    }
  }

  /**
   * Counts bytes that the consumer has read or that were thrown away.
   * @returns bytes to grant now; 0 while the step is not reached
   */
  consumed(bytes: number): number {
    this.#consumed += bytes;
    if (this.#consumed < this.#size / 2) return this.overdue();
    const { clock, max, roundTripMs } = this.#options;
    const now = clock.now();
    const roundTrip = roundTripMs();
    // Half a window per grant: two of these make the window that drains within two round trips.
    const growth =
      roundTrip !== undefined &&
      now - this.#lastGrantAt <= Math.max(roundTrip, LOADED_ROUND_TRIP_MS)
        ? Math.min(this.#size, max - this.#size)
        : 0;
    this.#lastGrantAt = now;
    return this.#grant(this.#consumed, growth);
  }

  /**
   * Looks whether what was read earlier has become as much as the peer may still send (C3): with more arriving
   * and nothing more being read, nobody else would return it.
   * @returns bytes to grant now
   */
  overdue(): number {
    const scarce = this.#options.shared && this.#consumed >= this.available;
    return scarce && this.#consumed > 0 ? this.#grant(this.#consumed, 0) : 0;
  }

  /** Enlarges the window at once, as far as its maximum allows. @returns bytes to grant now (C6) */
  grow(bytes: number): number {
    const growth = Math.min(bytes, this.#options.max - this.#size);
    return growth <= 0 ? 0 : this.#grant(0, growth);
  }

  #grant(consumed: number, growth: number): number {
    this.#size += growth;
    this.#outstanding -= consumed;
    this.#consumed -= consumed;
    return consumed + growth;
  }
}
