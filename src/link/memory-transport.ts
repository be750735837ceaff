/** One end of a connection inside one program. */
import { type Clock, systemClock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { HandshakeRecord } from '../protocol/handshake-record.ts';
import type { Role } from '../protocol/identity.ts';
import {
  DRAIN_THRESHOLD,
  LANE_COUNT,
  type Transport,
  type TransportDescription,
  type TransportListener,
} from '../protocol/transport.ts';
import { Delivery } from './delivery.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Sees each message as it leaves `from`. Returns what the other end gets instead: the same bytes or others,
 * several messages, or null for none.
 */
export type Tamper = (from: Role, lane: number, bytes: Bytes) => Bytes | readonly Bytes[] | null;

export interface MemoryTransportOptions {
  /** Drives bandwidth and delay; default: the system's. */
  readonly clock?: Clock;
  /** Bytes a second in each direction, shared by the lanes in turn; default: no limit. */
  readonly bytesPerSecond?: number;
  /** Milliseconds from one end to the other; default: none. */
  readonly delayMs?: number;
  /** Nothing moves until `network.step()`; bandwidth and delay are not used then. */
  readonly stepped?: boolean;
  /** In bytes; default: that of the real link. */
  readonly maxMessageSize?: number;
  /** Name of the site in the handshake record; default `garden`. */
  readonly site?: string;
  readonly tamper?: Tamper;
}

interface Waiting {
  /** Place in the order in which both ends sent. */
  readonly order: number;
  readonly bytes: Bytes;
}

type Arrival =
  | { readonly kind: 'message'; readonly lane: number; readonly bytes: Bytes }
  | { readonly kind: 'closed'; readonly error: Error | undefined };

/** One end. Made by `createMemoryTransports`. */
export class MemoryTransport implements Transport {
  readonly maxMessageSize: number;
  readonly #lanes: Waiting[][] = Array.from({ length: LANE_COUNT }, () => []);
  readonly #queuedBytes: number[] = new Array<number>(LANE_COUNT).fill(0);
  readonly #clock: Clock;
  readonly #delivery = new Delivery();
  #peer: MemoryTransport | undefined;
  #open = true;
  /** The goodbye travels behind the last message; this is its place in the order. */
  #goodbye: number | undefined;
  #lastLane = 0;
  #transferring = false;

  constructor(
    readonly role: Role,
    readonly handshake: HandshakeRecord,
    private readonly options: MemoryTransportOptions,
    private readonly order: { sent: number },
  ) {
    this.maxMessageSize = options.maxMessageSize ?? MAX_MESSAGE_SIZE;
    this.#clock = options.clock ?? systemClock;
  }

  /** Joins this end to the other; once, before anything is sent. */
  connect(peer: MemoryTransport): void {
    this.#peer = peer;
  }

  queued(lane: number): number {
    return this.#queuedBytes[lane] ?? 0;
  }

  send(lane: number, message: Bytes): void {
    const waiting = this.#lanes[lane];
    if (!this.#open) {
      throw new PeerServerError(
        'connection-lost',
        'The connection is closed: nothing can be sent.',
      );
    }
    if (waiting === undefined) {
      throw new PeerServerError(
        'bad-input',
        `There is no lane ${lane}: use 0 to ${LANE_COUNT - 1}.`,
      );
    }
    if (message.byteLength > this.maxMessageSize) {
      throw new PeerServerError(
        'bad-input',
        `A message of ${message.byteLength} bytes is too large: split it at ${this.maxMessageSize}.`,
      );
    }
    waiting.push({ order: this.order.sent++, bytes: message.slice() });
    this.#queuedBytes[lane] = this.queued(lane) + message.byteLength;
    this.#startTransfer();
  }

  listen(listener: TransportListener): void {
    this.#delivery.listen(listener);
  }

  async describe(): Promise<TransportDescription> {
    return { route: 'memory' };
  }

  /** Ends the connection; messages already sent still arrive, then the other end sees it closed. */
  close(): void {
    if (!this.#open) return;
    this.#goodbye = this.order.sent++;
    this.#end(undefined);
    this.#startTransfer();
  }

  /** Loses the connection, at both ends at once, with everything that is under way. */
  break(error?: Error): void {
    const lost = error ?? new PeerServerError('connection-lost', 'The connection was lost.');
    for (const end of [this, this.#peer]) {
      if (end === undefined) continue;
      end.#discardWaiting();
      if (end.#open) end.#end(lost);
    }
  }

  /** Place in the order of the oldest thing that waits here; Infinity when nothing does. */
  oldestWaiting(): number {
    const heads = this.#lanes.map((lane) => lane[0]?.order ?? Number.POSITIVE_INFINITY);
    return Math.min(...heads, this.#goodbye ?? Number.POSITIVE_INFINITY);
  }

  /** Takes the next message through the network at once; false when nothing waits. */
  transferNext(): boolean {
    if (this.oldestWaiting() === Number.POSITIVE_INFINITY) return false;
    for (const arrival of this.#depart(this.#nextLane())) this.#peer?.arrive(arrival);
    return true;
  }

  /** Takes what comes out of the network. */
  arrive(arrival: Arrival): void {
    if (!this.#open) return;
    if (arrival.kind === 'closed') {
      this.#discardWaiting();
      this.#end(arrival.error);
    } else {
      this.#delivery.message(arrival.lane, arrival.bytes);
    }
  }

  #end(error: Error | undefined): void {
    this.#open = false;
    this.#delivery.closed(error);
  }

  /** In turn over the lanes that have something, as SCTP's scheduler does. */
  #nextLane(): number | undefined {
    for (let step = 1; step <= LANE_COUNT; step += 1) {
      const lane = (this.#lastLane + step) % LANE_COUNT;
      if ((this.#lanes[lane]?.length ?? 0) > 0) return lane;
    }
    return undefined;
  }

  /** Takes a lane's first message (without a lane: the goodbye) out; returns what is to arrive. */
  #depart(lane: number | undefined): Arrival[] {
    if (lane === undefined) {
      this.#goodbye = undefined;
      return [goodbye()];
    }
    const message = this.#lanes[lane]?.shift();
    if (message === undefined) return [];
    this.#lastLane = lane;
    const before = this.queued(lane);
    const after = before - message.bytes.byteLength;
    this.#queuedBytes[lane] = after;
    if (before > DRAIN_THRESHOLD && after <= DRAIN_THRESHOLD) {
      queueMicrotask(() => {
        if (this.#open) this.#delivery.drained(lane);
      });
    }
    const { tamper } = this.options;
    const result = tamper === undefined ? message.bytes : tamper(this.role, lane, message.bytes);
    if (result === null) return [];
    const messages = result instanceof Uint8Array ? [result] : result;
    return messages.map((bytes) => ({ kind: 'message', lane, bytes }));
  }

  /** Keeps one message at a time on its way out, until nothing waits. */
  #startTransfer(): void {
    if (this.options.stepped === true || this.#transferring) return;
    if (this.oldestWaiting() === Number.POSITIVE_INFINITY) return;
    const lane = this.#nextLane();
    const size = lane === undefined ? 0 : (this.#lanes[lane]?.[0]?.bytes.byteLength ?? 0);
    const { bytesPerSecond, delayMs } = this.options;
    const arrive = (arrivals: readonly Arrival[]): void => {
      for (const arrival of arrivals) this.#peer?.arrive(arrival);
    };
    const transfer = (): void => {
      this.#transferring = false;
      // Lost meanwhile, with everything under way.
      if (this.oldestWaiting() === Number.POSITIVE_INFINITY) return;
      const arrivals = this.#depart(lane);
      this.#startTransfer();
      if (delayMs === undefined) arrive(arrivals);
      else this.#clock.schedule(delayMs, () => arrive(arrivals));
    };
    this.#transferring = true;
    if (bytesPerSecond === undefined) queueMicrotask(transfer);
    else this.#clock.schedule((size / bytesPerSecond) * 1000, transfer);
  }

  #discardWaiting(): void {
    for (const lane of this.#lanes) lane.length = 0;
    this.#queuedBytes.fill(0);
    this.#goodbye = undefined;
  }
}

function goodbye(): Arrival {
  const error = new PeerServerError('connection-lost', 'The other peer closed the connection.');
  return { kind: 'closed', error };
}
