/** The protocol's transport over a MessagePort: between a site's host and its sandbox. */
import { PeerServerError } from '../../protocol/errors.ts';
import type { HandshakeRecord } from '../../protocol/handshake-record.ts';
import {
  DRAIN_THRESHOLD,
  LANE_COUNT,
  type Transport,
  type TransportDescription,
  type TransportListener,
} from '../../protocol/transport.ts';
import type { PortLike } from './port-like.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** In bytes: few and large messages, since each costs a task at the other end. */
export const PORT_MESSAGE_BYTES = 256 * 1024;
/**
 * Behind the bytes of a message stand the bytes that its sender has taken in on the same lane and not told of
 * yet (u32), and the lane (u8). A quiet connection so needs no messages that only acknowledge.
 */
const TRAILER_BYTES = 5;
/** So many bytes of a lane are acknowledged without waiting for a message to put that into. */
const ACKNOWLEDGE_BYTES = 32 * 1024;
const PING = 'ping';
const PONG = 'pong';
const CLOSE = 'close';

/**
 * Lanes over a MessagePort. `queued` counts what the other end has not taken in: its event loop may be
 * blocked, and then so much waits in memory for it.
 *
 * On the port travel: an ArrayBuffer (a message and its trailer, transferred), `[lane, bytes]` (an
 * acknowledgement), `ping`, `pong` and `close`. The other end is hostile: anything else ends the transport, and
 * so does what costs it nothing and could come without an end: a `pong` that was not asked for, and a `ping`
 * where none is due.
 */
export class PortTransport implements Transport {
  readonly maxMessageSize = PORT_MESSAGE_BYTES;
  readonly #port: PortLike;
  /** Bytes sent on a lane and not acknowledged. */
  readonly #queued: number[] = new Array<number>(LANE_COUNT).fill(0);
  /** Bytes taken in on a lane and not acknowledged. */
  readonly #unacknowledged: number[] = new Array<number>(LANE_COUNT).fill(0);
  #listener: TransportListener | undefined;
  #open = true;
  #onPong: (() => void)[] = [];
  /** Pings that have no answer yet. */
  #unanswered = 0;
  readonly #answersPings: boolean;

  /**
   * Takes the port over. Nothing arrives before `listen`.
   * @param options.answersPings whether the other end may ask for signs of life: the host does
   */
  constructor(
    port: PortLike,
    readonly handshake: HandshakeRecord,
    options: { readonly answersPings: boolean },
  ) {
    this.#port = port;
    this.#answersPings = options.answersPings;
  }

  queued(lane: number): number {
    return this.#queued[lane] ?? 0;
  }

  send(lane: number, message: Bytes): void {
    if (!this.#open) {
      throw new PeerServerError('connection-lost', 'The port is closed: nothing can be sent.');
    }
    if (lane < 0 || lane >= LANE_COUNT || message.length > PORT_MESSAGE_BYTES) {
      throw new PeerServerError('bad-input', 'No such lane, or the message is too large.');
    }
    const buffer = new ArrayBuffer(message.length + TRAILER_BYTES);
    new Uint8Array(buffer).set(message);
    const trailer = new DataView(buffer, message.length);
    trailer.setUint32(0, this.#unacknowledged[lane] ?? 0);
    trailer.setUint8(4, lane);
    this.#unacknowledged[lane] = 0;
    this.#queued[lane] = this.queued(lane) + message.length;
    this.#port.postMessage(buffer, [buffer]);
  }

  listen(listener: TransportListener): void {
    if (this.#listener) throw new Error('listen() may be called once.');
    this.#listener = listener;
    this.#port.addEventListener('message', ({ data }) => this.#receive(data));
    this.#port.addEventListener('messageerror', () => this.#end(violation()));
    // Told by Node and by newer browsers; elsewhere whoever ends the sandbox closes the connection.
    this.#port.addEventListener('close', () => this.#end(lost()));
    this.#port.start();
    if (!this.#open) queueMicrotask(() => listener.closed());
  }

  async describe(): Promise<TransportDescription> {
    return { route: 'memory' };
  }

  close(): void {
    if (this.#open) this.#port.postMessage(CLOSE, []);
    this.#end(undefined);
  }

  /** Calls back when the other end's event loop has turned; never, when it is blocked or gone. */
  ping(answered: () => void): void {
    if (!this.#open) return;
    this.#onPong.push(answered);
    this.#unanswered += 1;
    this.#port.postMessage(PING, []);
  }

  #receive(data: unknown): void {
    if (!this.#open) return;
    if (data instanceof ArrayBuffer) this.#receiveMessage(data);
    else if (Array.isArray(data)) this.#acknowledged(data[0], data[1]);
    else if (data === PING && this.#answersPings) this.#port.postMessage(PONG, []);
    else if (data === PONG && this.#unanswered > 0) this.#ponged();
    else this.#end(data === CLOSE ? lost() : violation());
  }

  /** Whoever asked later is answered, too: its event loop has turned. */
  #ponged(): void {
    this.#unanswered -= 1;
    for (const answered of this.#onPong.splice(0)) answered();
  }

  #receiveMessage(buffer: ArrayBuffer): void {
    const bytes = buffer.byteLength - TRAILER_BYTES;
    const trailer = bytes < 0 ? undefined : new DataView(buffer, bytes);
    const lane = trailer?.getUint8(4) ?? LANE_COUNT;
    if (!trailer || lane >= LANE_COUNT || bytes > PORT_MESSAGE_BYTES) {
      this.#end(violation());
      return;
    }
    const acknowledged = trailer.getUint32(0);
    if (acknowledged > 0) this.#acknowledged(lane, acknowledged);
    if (!this.#open) return;
    const taken = (this.#unacknowledged[lane] ?? 0) + bytes;
    this.#unacknowledged[lane] = taken;
    if (taken >= ACKNOWLEDGE_BYTES) {
      this.#unacknowledged[lane] = 0;
      this.#port.postMessage([lane, taken], []);
    }
    this.#listener?.message(lane, new Uint8Array(buffer, 0, bytes));
  }

  #acknowledged(lane: unknown, bytes: unknown): void {
    const before = typeof lane === 'number' ? this.#queued[lane] : undefined;
    const valid = Number.isInteger(bytes) && typeof bytes === 'number' && bytes > 0;
    if (typeof lane !== 'number' || before === undefined || !valid || bytes > before) {
      this.#end(violation());
      return;
    }
    const after = before - bytes;
    this.#queued[lane] = after;
    if (before > DRAIN_THRESHOLD && after <= DRAIN_THRESHOLD) this.#listener?.drained(lane);
  }

  #end(error: PeerServerError | undefined): void {
    if (!this.#open) return;
    this.#open = false;
    this.#onPong = [];
    this.#queued.fill(0);
    this.#port.close();
    const listener = this.#listener;
    if (listener) queueMicrotask(() => listener.closed(error));
  }
}

function violation(): PeerServerError {
  const text = 'The other end of the port sent what no message is.';
  return new PeerServerError('protocol-violation', text);
}

function lost(): PeerServerError {
  return new PeerServerError('connection-lost', 'The other end of the port was closed.');
}
