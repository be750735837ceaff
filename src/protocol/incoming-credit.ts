import type { Clock } from './clock.ts';
import { ReceiveWindow } from './credit.ts';
import type { Exchange } from './exchange.ts';
import type { Limits } from './limits.ts';
import { CONTROL_LANE } from './transport.ts';

export interface IncomingCreditOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  /** Latest measured round trip, milliseconds; undefined before the first. */
  readonly roundTripMs: () => number | undefined;
  /** Tells the peer of new credit; stream 0 means the connection. */
  readonly grant: (lane: number, stream: number, increment: number) => void;
}

/** Counts what the peer sends against its credit, and what has been read, on all streams together (C1–C6). */
export class IncomingCredit {
  readonly #options: IncomingCreditOptions;
  readonly #connection: ReceiveWindow;
  #unread = 0;

  constructor(options: IncomingCreditOptions) {
    this.#options = options;
    const { connectionWindow, maxConnectionWindow } = options.limits;
    this.#connection = new ReceiveWindow({
      ...options,
      initial: connectionWindow,
      max: maxConnectionWindow,
      shared: true,
    });
  }

  /** Bytes of bodies that have arrived and that nobody has read. */
  get unreadBytes(): number {
    return this.#unread;
  }

  /** A window for a new stream. */
  streamWindow(): ReceiveWindow {
    const { streamWindow, maxStreamWindow } = this.#options.limits;
    return new ReceiveWindow({
      ...this.#options,
      initial: streamWindow,
      max: maxStreamWindow,
      shared: false,
    });
  }

  /** Bytes for an open exchange arrived. Throws `flow-control` (C2). */
  arrived(exchange: Exchange, bytes: number): void {
    this.#connection.received(bytes);
    exchange.receiveWindow.received(bytes);
    this.#unread += bytes;
    this.#grant(CONTROL_LANE, 0, this.#connection.overdue());
    this.#keepRoomForOthers();
  }

  /** Bytes for an exchange that is over arrived: thrown away, their credit returned (X3). Throws as above. */
  arrivedLate(bytes: number): void {
    this.#connection.received(bytes);
    this.#grant(CONTROL_LANE, 0, this.#connection.consumed(bytes));
  }

  /** Bytes were read, or thrown away unread. */
  consumed(exchange: Exchange, bytes: number): void {
    this.#unread -= bytes;
    if (!exchange.over && !exchange.receivedEnd) {
      this.#grant(exchange.lane, exchange.id, exchange.receiveWindow.consumed(bytes));
    }
    this.#grant(CONTROL_LANE, 0, this.#connection.consumed(bytes));
  }

  /** Streams that nobody reads must not use up the credit of those that somebody does (C6). */
  #keepRoomForOthers(): void {
    const { streamWindow } = this.#options.limits;
    if (this.#unread <= this.#connection.size - streamWindow) return;
    this.#grant(CONTROL_LANE, 0, this.#connection.grow(streamWindow));
  }

  #grant(lane: number, stream: number, increment: number): void {
    if (increment > 0) this.#options.grant(lane, stream, increment);
  }
}
