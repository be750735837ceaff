import { type SocketSurroundings, socketSurroundings } from './body-socket.ts';
import type { Clock } from './clock.ts';
import type { ConnectionRole, ConnectionStats } from './connection-role.ts';
import { SendCredit } from './credit.ts';
import { asPeerServerError, ERROR_MEANINGS, PeerServerError } from './errors.ts';
import { Exchange, type ExchangeOwner } from './exchange.ts';
import { ExchangeTable } from './exchange-table.ts';
import { FRAME_HEADER_BYTES } from './frame.ts';
import { FrameReceiver } from './frame-receiver.ts';
import { FrameSender } from './frame-sender.ts';
import { encodeHello, type Hello } from './hello.ts';
import { IncomingCredit } from './incoming-credit.ts';
import type { Limits } from './limits.ts';
import { Liveness } from './liveness.ts';
import { QueueBudget } from './queue-budget.ts';
import { CONTROL_LANE, type Transport } from './transport.ts';
import { requireUsable } from './usable-transport.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** PING answers wait in the control lane at most this long a queue, bytes: a flood is not answered (K3). */
const MAX_PONG_QUEUE_BYTES = 64 * 1024;
/** How long the sender of GOAWAY leaves the peer to read it before it closes the transport, ms (K4). */
const GOAWAY_LINGER_MS = 1_000;

/**
 * The part of a connection that both sides share: frames in and out, credit, liveness, the end. It speaks of
 * exchanges and knows no HTTP; `visitor-connection.ts` and `host-connection.ts` do.
 */
export class Connection implements ExchangeOwner {
  readonly limits: Limits;
  readonly exchanges = new ExchangeTable();
  /** What WebSockets need of their connection. */
  readonly sockets: SocketSurroundings;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #role: ConnectionRole;
  readonly #sender: FrameSender;
  readonly #receiver: FrameReceiver;
  readonly #sendCredit = new SendCredit(0);
  readonly #incomingCredit: IncomingCredit;
  readonly #queueBudget: QueueBudget;
  readonly #liveness: Liveness;
  #peerStreamWindow = 0;
  #bytesReceived = 0;
  #ended = false;
  #cancelHelloTimer: () => void = () => {};
  #forgetSignal: () => void = () => {};
  #closeTransport: () => void = () => {};

  constructor(transport: Transport, role: ConnectionRole, limits: Limits, clock: Clock) {
    const messageBytes = Math.min(limits.messageBytes, transport.maxMessageSize);
    const headerBytes = Math.min(limits.headerBytes, messageBytes - FRAME_HEADER_BYTES);
    this.limits = { ...limits, messageBytes, headerBytes };
    this.sockets = socketSurroundings(this.limits, clock);
    this.#queueBudget = new QueueBudget(limits.connectionQueueBytes);
    this.#transport = transport;
    this.#clock = clock;
    this.#role = role;
    this.#sender = new FrameSender(transport, this.#sendCredit, this.limits, clock, (thrown) =>
      this.#fail(thrown),
    );
    this.#liveness = new Liveness({
      clock,
      limits,
      sendPing: (payload) =>
        this.#sender.sendFrame(CONTROL_LANE, { type: 'ping', ack: false, payload }),
      lost: () =>
        this.#end(new PeerServerError('connection-lost', 'The peer does not answer any more.')),
    });
    this.#incomingCredit = new IncomingCredit({
      limits,
      clock,
      roundTripMs: () => this.#liveness.roundTripMs,
      grant: (lane, stream, increment) =>
        this.#sender.sendFrame(lane, { type: 'window', stream, increment }),
    });
    this.#receiver = new FrameReceiver(
      this.exchanges,
      this.#incomingCredit,
      transport.maxMessageSize,
      {
        hello: (payload, rest) => this.#receiveHello(payload, rest),
        headers: (lane, frame) => role.headers(lane, frame),
        ping: (ack, payload) => this.#receivePing(ack, payload),
        goaway: (error) => this.#end(error),
        credit: (lane, stream, increment) => this.#receiveCredit(lane, stream, increment),
      },
    );
  }

  /**
   * Starts delivery of what the transport has kept.
   * @param signal closes the connection when it aborts
   */
  listen(signal?: AbortSignal): void {
    this.#cancelHelloTimer = this.#clock.schedule(this.limits.helloTimeoutMs, () =>
      this.close(this.#role.helloMissing()),
    );
    const abort = () => this.close();
    signal?.addEventListener('abort', abort, { once: true });
    this.#forgetSignal = () => signal?.removeEventListener('abort', abort);
    this.#transport.listen({
      message: (lane, bytes) => {
        if (this.#ended) return;
        this.#bytesReceived += bytes.length;
        this.guard(() => {
          if (this.#role.admit(lane, bytes)) this.deliver(lane, bytes);
        });
      },
      drained: () => this.guard(() => this.#sender.drained()),
      closed: (error) => this.#end(lostError(error)),
    });
    this.guard(() => requireUsable(this.#transport));
    if (signal?.aborted) abort();
  }

  sendHello(hello: Hello): void {
    this.#sender.sendFrame(CONTROL_LANE, { type: 'hello', payload: encodeHello(hello) });
  }

  /** The peer's HELLO has been accepted: bodies may flow. Throws `flow-control` (C4). */
  start(peer: Hello): void {
    if (this.#ended) return;
    this.#cancelHelloTimer();
    this.#peerStreamWindow = peer.streamWindow;
    this.#sendCredit.grant(peer.connectionWindow);
    for (const exchange of this.exchanges.all()) {
      exchange.sendCredit.grant(peer.streamWindow);
      this.#sender.wake(exchange);
    }
    this.#sender.wakeAll();
    this.#liveness.start();
  }

  /**
   * Registers an exchange. Throws `protocol-violation` for an id that was used before, `stream-refused` when
   * the connection is over.
   */
  open(lane: number, id: number): Exchange {
    if (this.#ended) throw new PeerServerError('stream-refused', 'The connection is closed.');
    this.exchanges.claimId(lane, id);
    const exchange = new Exchange({
      lane,
      id,
      sendWindow: this.#peerStreamWindow,
      receiveWindow: this.#incomingCredit.streamWindow(),
      bodyQueueBytes: this.limits.bodyQueueBytes,
      queueBudget: this.#queueBudget,
      owner: this,
    });
    this.exchanges.add(exchange);
    return exchange;
  }

  /** @param gzip the DATA that follows is gzip (G1) */
  sendHeaders(exchange: Exchange, payload: Bytes, end: boolean, gzip = false): void {
    this.#sender.sendFrame(exchange.lane, {
      type: 'headers',
      stream: exchange.id,
      end,
      ...(gzip ? { gzip: true } : {}),
      payload,
    });
    if (end) exchange.sentEnd();
  }

  /** Refuses a stream before it is registered. Throws `protocol-violation` for an id used before. */
  refuse(lane: number, id: number, error: PeerServerError): void {
    this.exchanges.claimId(lane, id);
    this.#sendReset(lane, id, error);
  }

  stats(): ConnectionStats {
    let queuedBytes = this.#sender.queuedBytes;
    for (const { outgoing } of this.exchanges.all()) queuedBytes += outgoing.pendingBytes;
    return {
      bytesSent: this.#sender.bytesSent,
      bytesReceived: this.#bytesReceived,
      roundTripMs: this.#liveness.roundTripMs,
      openStreams: this.exchanges.size,
      queuedBytes,
      unreadBytes: this.#incomingCredit.unreadBytes,
    };
  }

  /** Ends the connection from this side: says GOAWAY and lets go (K4). */
  close(error?: PeerServerError): void {
    if (this.#ended) return;
    const code = ERROR_MEANINGS[error?.code ?? 'cancelled'].wire;
    this.#sender.sendFrame(CONTROL_LANE, { type: 'goaway', code, reason: error?.message ?? '' });
    this.#sender.flush();
    this.#end(error, true);
  }

  // --- what exchanges ask of us ---------------------------------------------------------------------

  wake(exchange: Exchange): void {
    this.#sender.wake(exchange);
  }

  consumed(exchange: Exchange, bytes: number): void {
    this.#incomingCredit.consumed(exchange, bytes);
  }

  resetByUs(exchange: Exchange, error: PeerServerError): void {
    this.#sendReset(exchange.lane, exchange.id, error);
  }

  finished(exchange: Exchange): void {
    this.#sender.remove(exchange);
    this.exchanges.delete(exchange);
  }

  // --- what arrives ---------------------------------------------------------------------------------

  /** Reads one message. What the peer did wrong ends the connection. */
  deliver(lane: number, bytes: Bytes): void {
    if (this.#ended) return;
    this.#liveness.heard();
    this.guard(() => this.#receiver.receive(lane, bytes, () => this.#ended));
  }

  /** What stands behind HELLO in its message waits like any later message until the proof is checked (H5). */
  #receiveHello(payload: Bytes, rest: Bytes): void {
    this.#role.hello(payload);
    if (rest.length > 0 && this.#role.admit(CONTROL_LANE, rest)) this.deliver(CONTROL_LANE, rest);
  }

  #receiveCredit(lane: number, stream: number, increment: number): void {
    if (stream === 0) {
      this.#sendCredit.grant(increment);
      this.#sender.wakeAll();
      return;
    }
    const exchange = this.exchanges.find(lane, stream);
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

  #sendReset(lane: number, stream: number, error: PeerServerError): void {
    const code = ERROR_MEANINGS[error.code].wire;
    this.#sender.sendFrame(lane, { type: 'reset', stream, code, reason: error.message });
  }

  // --- the end --------------------------------------------------------------------------------------

  /** Runs what handles outside input: what it throws ends the connection, and nothing else (E5). */
  guard(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): void {
    const error = asPeerServerError(thrown, 'connection-lost');
    if (error.code === 'connection-lost') this.#end(error);
    else this.close(error);
  }

  #end(error: PeerServerError | undefined, ours = false): void {
    if (this.#ended) {
      // The peer hung up after our GOAWAY, or the transport broke under it.
      this.#closeTransport();
      return;
    }
    this.#ended = true;
    this.#cancelHelloTimer();
    this.#forgetSignal();
    this.#liveness.stop();
    this.#sender.close();
    const reason = asLost(error);
    for (const exchange of this.exchanges.all()) exchange.endedByPeer(reason);
    // Closing at once would drop the GOAWAY that is still queued; the peer closes when it has read it.
    const cancelTimer = ours
      ? this.#clock.schedule(GOAWAY_LINGER_MS, () => this.#closeTransport())
      : () => {};
    this.#closeTransport = () => {
      cancelTimer();
      this.#transport.close();
    };
    if (!ours) this.#closeTransport();
    this.#role.closed(error);
  }
}

function lostError(cause: Error | undefined): PeerServerError {
  const message = cause?.message ?? 'The peer closed the connection.';
  return new PeerServerError('connection-lost', message, { cause });
}

/** Whatever ended the connection, an open exchange learns that its outcome is unknown (E4). */
function asLost(error: PeerServerError | undefined): PeerServerError {
  if (error?.code === 'connection-lost') return error;
  const message = error?.message ?? 'The connection was closed.';
  return new PeerServerError('connection-lost', message, { cause: error });
}
