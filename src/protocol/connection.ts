import type { Clock } from './clock.ts';
import { ReceiveWindow, SendCredit } from './credit.ts';
import { asPeerServerError, ERROR_MEANINGS, errorCodeFromWire, PeerServerError } from './errors.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import { decodeMessage, type Frame } from './frame.ts';
import { FrameSender } from './frame-sender.ts';
import { encodeHello, type Hello } from './hello.ts';
import type { Limits } from './limits.ts';
import { Liveness } from './liveness.ts';
import { CONTROL_LANE, LANE_COUNT, type Transport } from './transport.ts';

type Bytes = Uint8Array<ArrayBuffer>;
type HeadersFrame = Extract<Frame, { type: 'headers' }>;

/** PING answers wait in the control lane at most this long a queue, bytes: a flood is not answered (K3). */
const MAX_PONG_QUEUE_BYTES = 64 * 1024;

/** What differs between the two sides of a connection. */
export interface ConnectionRole {
  /** False keeps a message from being read now; the role hands it to `deliver` later, or never. */
  admit(lane: number, bytes: Bytes): boolean;
  /** The peer's HELLO; always before anything else of it is handed on. */
  hello(payload: Bytes): void;
  /** The head of a request (at the host) or of an answer (at the visitor). */
  headers(lane: number, frame: HeadersFrame): void;
  /** The connection is over; every exchange has been ended already. */
  closed(error: PeerServerError | undefined): void;
}

/** How much goes over a connection and how it fares, for people and for tests. */
export interface ConnectionStats {
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Latest measurement, milliseconds. */
  readonly roundTripMs: number | undefined;
  readonly openStreams: number;
  /** Bytes accepted from handlers or callers that have not left this machine. */
  readonly queuedBytes: number;
  /** Bytes received that nobody has read. */
  readonly unreadBytes: number;
}

/**
 * The part of a connection that both sides share: frames in and out, credit, liveness, the end. It speaks of
 * exchanges and knows no HTTP; `visitor-connection.ts` and `host-connection.ts` do.
 */
export class Connection implements ExchangeOwner {
  readonly limits: Limits;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #role: ConnectionRole;
  readonly #sender: FrameSender;
  readonly #sendCredit = new SendCredit(0);
  readonly #receiveWindow: ReceiveWindow;
  readonly #liveness: Liveness;
  readonly #exchanges = new Map<string, Exchange>();
  readonly #lastStreamId: number[] = Array.from({ length: LANE_COUNT }, () => 0);
  #peerStreamWindow = 0;
  #bytesReceived = 0;
  #unreadBytes = 0;
  #ended = false;
  #closeTransport: () => void = () => {};

  constructor(transport: Transport, role: ConnectionRole, limits: Limits, clock: Clock) {
    this.limits = limits;
    this.#transport = transport;
    this.#clock = clock;
    this.#role = role;
    this.#sender = new FrameSender(transport, this.#sendCredit, limits, clock, (thrown) =>
      this.#end(asPeerServerError(thrown, 'connection-lost')),
    );
    this.#receiveWindow = new ReceiveWindow({
      initial: limits.connectionWindow,
      max: limits.maxConnectionWindow,
      clock,
      roundTripMs: () => this.#liveness.roundTripMs,
    });
    this.#liveness = new Liveness({
      clock,
      limits,
      sendPing: (payload) =>
        this.#sender.sendFrame(CONTROL_LANE, { type: 'ping', ack: false, payload }),
      lost: () =>
        this.#end(new PeerServerError('connection-lost', 'The peer does not answer any more.')),
    });
  }

  /** Starts delivery of what the transport has kept. */
  listen(): void {
    this.#transport.listen({
      message: (lane, bytes) => {
        if (this.#role.admit(lane, bytes)) this.deliver(lane, bytes);
      },
      drained: () => this.#guard(() => this.#sender.drained()),
      closed: (error) => this.#end(lostError(error)),
    });
  }

  sendHello(hello: Hello): void {
    this.#sender.sendFrame(CONTROL_LANE, { type: 'hello', payload: encodeHello(hello) });
  }

  /** The peer's HELLO has been accepted: bodies may flow. */
  start(peer: Hello): void {
    this.#peerStreamWindow = peer.streamWindow;
    this.#sendCredit.grant(peer.connectionWindow);
    for (const exchange of this.#exchanges.values()) exchange.sendCredit.grant(peer.streamWindow);
    for (const exchange of this.#exchanges.values()) this.#sender.wake(exchange);
    this.#sender.wakeAll();
    this.#liveness.start();
  }

  /** Registers an exchange. Ids grow by the lane, so an id never comes twice (S2). */
  open(lane: number, id: number): Exchange {
    if (this.#ended) throw new PeerServerError('connection-lost', 'The connection is closed.');
    if (id <= (this.#lastStreamId[lane] ?? 0)) {
      throw new PeerServerError('protocol-violation', 'A stream id was used again.');
    }
    this.#lastStreamId[lane] = id;
    const exchange = new Exchange({
      lane,
      id,
      sendWindow: this.#peerStreamWindow,
      receiveWindow: new ReceiveWindow({
        initial: this.limits.streamWindow,
        max: this.limits.maxStreamWindow,
        clock: this.#clock,
        roundTripMs: () => this.#liveness.roundTripMs,
      }),
      bodyQueueBytes: this.limits.bodyQueueBytes,
      owner: this,
    });
    this.#exchanges.set(keyOf(lane, id), exchange);
    return exchange;
  }

  /** The next unused id on a lane. */
  nextStreamId(lane: number): number {
    return (this.#lastStreamId[lane] ?? 0) + 1;
  }

  find(lane: number, id: number): Exchange | undefined {
    return this.#exchanges.get(keyOf(lane, id));
  }

  openStreamsOn(lane: number): number {
    let count = 0;
    for (const exchange of this.#exchanges.values()) if (exchange.lane === lane) count += 1;
    return count;
  }

  sendHeaders(exchange: Exchange, payload: Bytes, end: boolean): void {
    this.#sender.sendFrame(exchange.lane, { type: 'headers', stream: exchange.id, end, payload });
    if (end) exchange.sentEnd();
  }

  /** Refuses a stream that was never registered. */
  refuse(lane: number, id: number, error: PeerServerError): void {
    this.#lastStreamId[lane] = Math.max(id, this.#lastStreamId[lane] ?? 0);
    this.#sendReset(lane, id, error);
  }

  stats(): ConnectionStats {
    let queuedBytes = this.#sender.queuedBytes;
    for (const exchange of this.#exchanges.values()) queuedBytes += exchange.outgoing.pendingBytes;
    return {
      bytesSent: this.#sender.bytesSent,
      bytesReceived: this.#bytesReceived,
      roundTripMs: this.#liveness.roundTripMs,
      openStreams: this.#exchanges.size,
      queuedBytes,
      unreadBytes: this.#unreadBytes,
    };
  }

  /** Ends the connection from this side: says GOAWAY and lets go (K4). */
  close(error?: PeerServerError): void {
    if (this.#ended) return;
    const { wire } = ERROR_MEANINGS[error?.code ?? 'cancelled'];
    this.#guard(() => {
      this.#sender.sendFrame(CONTROL_LANE, {
        type: 'goaway',
        code: wire,
        reason: error?.message ?? '',
      });
      this.#sender.flush();
    });
    this.#end(error, true);
  }

  // --- what exchanges ask of us ---------------------------------------------------------------------

  wake(exchange: Exchange): void {
    this.#sender.wake(exchange);
  }

  consumed(exchange: Exchange, bytes: number): void {
    this.#unreadBytes -= bytes;
    if (this.#ended) return;
    if (!exchange.over && !exchange.receivedEnd) {
      this.#grant(exchange.lane, exchange.id, exchange.receiveWindow.consumed(bytes));
    }
    this.#grant(CONTROL_LANE, 0, this.#receiveWindow.consumed(bytes));
  }

  resetByUs(exchange: Exchange, error: PeerServerError): void {
    this.#sendReset(exchange.lane, exchange.id, error);
  }

  finished(exchange: Exchange): void {
    this.#sender.remove(exchange);
    this.#exchanges.delete(keyOf(exchange.lane, exchange.id));
  }

  // --- what arrives ---------------------------------------------------------------------------------

  /** Takes one message. What the peer did wrong ends the connection. */
  deliver(lane: number, bytes: Bytes): void {
    this.#guard(() => this.#receive(lane, bytes));
  }

  #receive(lane: number, bytes: Bytes): void {
    if (this.#ended) return;
    this.#bytesReceived += bytes.length;
    this.#liveness.heard();
    for (const frame of decodeMessage(bytes)) {
      this.#receiveFrame(lane, frame);
      if (this.#ended) return;
    }
  }

  #receiveFrame(lane: number, frame: Frame): void {
    const belongsToControl =
      frame.type === 'hello' || frame.type === 'goaway' || frame.type === 'ping';
    const isConnectionCredit = frame.type === 'window' && frame.stream === 0;
    if ((belongsToControl || isConnectionCredit) !== (lane === CONTROL_LANE)) {
      throw new PeerServerError('protocol-violation', `A ${frame.type} frame on the wrong lane.`);
    }
    switch (frame.type) {
      case 'hello':
        this.#role.hello(frame.payload);
        break;
      case 'headers':
        this.#role.headers(lane, frame);
        break;
      case 'data':
        this.#receiveData(lane, frame);
        break;
      case 'window':
        this.#receiveWindowFrame(lane, frame.stream, frame.increment);
        break;
      case 'reset': {
        this.requireKnownId(lane, frame.stream);
        const error = new PeerServerError(errorCodeFromWire(frame.code), frame.reason);
        this.find(lane, frame.stream)?.endedByPeer(error);
        break;
      }
      case 'ping':
        this.#receivePing(frame.ack, frame.payload);
        break;
      case 'goaway':
        this.#end(new PeerServerError(errorCodeFromWire(frame.code), frame.reason));
        break;
    }
  }

  #receiveData(lane: number, frame: Extract<Frame, { type: 'data' }>): void {
    const bytes = frame.payload.length;
    this.requireKnownId(lane, frame.stream);
    this.#receiveWindow.received(bytes);
    const exchange = this.find(lane, frame.stream);
    if (!exchange) {
      // A late frame of a stream that was reset: thrown away, its credit returned (X3).
      this.#grant(CONTROL_LANE, 0, this.#receiveWindow.consumed(bytes));
      return;
    }
    if (exchange.receivedEnd) {
      throw new PeerServerError('protocol-violation', 'DATA came after the end of its body.');
    }
    exchange.receiveWindow.received(bytes);
    this.#unreadBytes += bytes;
    if (bytes > 0) exchange.incoming.push(ownBytes(frame.payload));
    if (frame.end) exchange.receiveEnd();
    this.#keepRoomForOthers();
  }

  /** Streams that nobody reads must not use up the credit of those that somebody does (C6). */
  #keepRoomForOthers(): void {
    if (this.#unreadBytes <= this.#receiveWindow.size - this.limits.streamWindow) return;
    this.#grant(CONTROL_LANE, 0, this.#receiveWindow.grow(this.limits.streamWindow));
  }

  #receiveWindowFrame(lane: number, stream: number, increment: number): void {
    if (stream === 0) {
      this.#sendCredit.grant(increment);
      this.#sender.wakeAll();
      return;
    }
    this.requireKnownId(lane, stream);
    const exchange = this.find(lane, stream);
    if (!exchange) return;
    exchange.sendCredit.grant(increment);
    this.#sender.wake(exchange);
  }

  #receivePing(ack: boolean, payload: Bytes): void {
    if (ack) this.#liveness.pong(payload);
    else if (this.#transport.queued(CONTROL_LANE) < MAX_PONG_QUEUE_BYTES) {
      this.#sender.sendFrame(CONTROL_LANE, { type: 'ping', ack: true, payload: payload.slice() });
    }
  }

  /** A stream of which nobody has said HEADERS cannot have frames (S2). */
  requireKnownId(lane: number, id: number): void {
    if (id > (this.#lastStreamId[lane] ?? 0)) {
      throw new PeerServerError('protocol-violation', 'A frame of a stream that was never opened.');
    }
  }

  #grant(lane: number, stream: number, increment: number): void {
    if (increment > 0) this.#sender.sendFrame(lane, { type: 'window', stream, increment });
  }

  #sendReset(lane: number, stream: number, error: PeerServerError): void {
    const code = ERROR_MEANINGS[error.code].wire;
    this.#sender.sendFrame(lane, { type: 'reset', stream, code, reason: error.message });
  }

  // --- the end --------------------------------------------------------------------------------------

  /** Runs what handles outside input: what it throws ends the connection, and nothing else. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      const error = asPeerServerError(thrown, 'connection-lost');
      if (error.code === 'connection-lost') this.#end(error);
      else this.close(error);
    }
  }

  #end(error: PeerServerError | undefined, ours = false): void {
    if (this.#ended) {
      // The peer hung up after our GOAWAY.
      this.#closeTransport();
      return;
    }
    this.#ended = true;
    this.#liveness.stop();
    this.#sender.close();
    const reason = error ?? new PeerServerError('connection-lost', 'The connection was closed.');
    for (const exchange of [...this.#exchanges.values()]) exchange.endedByPeer(asLost(reason));
    // Closing at once would drop the GOAWAY that is still queued; the peer closes when it has read it.
    const cancelTimer = ours ? this.#clock.schedule(1000, () => this.#closeTransport()) : () => {};
    this.#closeTransport = () => {
      cancelTimer();
      this.#transport.close();
    };
    if (!ours) this.#closeTransport();
    this.#role.closed(error);
  }
}

function keyOf(lane: number, id: number): string {
  return `${lane}:${id}`;
}

/** A small view would keep its whole message in memory, so it becomes a copy (C7). */
function ownBytes(payload: Bytes): Bytes {
  return payload.length * 2 < payload.buffer.byteLength ? payload.slice() : payload;
}

function lostError(error: Error | undefined): PeerServerError {
  return new PeerServerError(
    'connection-lost',
    error?.message ?? 'The peer closed the connection.',
    {
      cause: error,
    },
  );
}

/** Whatever ended the connection, an open exchange learns that its outcome is unknown (E4). */
function asLost(error: PeerServerError): PeerServerError {
  if (error.code === 'connection-lost') return error;
  return new PeerServerError('connection-lost', error.message, { cause: error });
}
