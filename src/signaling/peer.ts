import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../protocol/clock.ts';
import type { SignalTraffic } from './counters.ts';
import type { SignalingLimits } from './limits.ts';
import type { SignalingLogger } from './logger.ts';
import {
  type ClientMessage,
  parseClientMessage,
  type ServerMessage,
  SignalFormatError,
} from './messages.ts';
import type { Permission } from './origins.ts';
import type { RateLimit } from './rate-limits.ts';

/** WebSocket close codes (RFC 6455, section 7.4.1). */
export const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008, internalError: 1011 } as const;

/** What a peer's messages are passed to. */
export interface PeerListener {
  /** One message; the next is not passed on before this resolves, so order is kept. */
  message(message: ClientMessage): Promise<void>;
  /** True while the peer may stay although it says nothing: a host does. */
  mayIdle(): boolean;
  /** Called at each heartbeat that found the peer alive. */
  alive(): void;
  /** The socket is gone; called once, last. */
  gone(): void;
}

export interface PeerOptions {
  readonly id: string;
  /** From `addressKey`; for limits only, never logged. */
  readonly address: string;
  readonly permission: Permission;
  readonly clock: Clock;
  readonly limits: SignalingLimits;
  readonly messageRate: RateLimit;
  readonly traffic: SignalTraffic;
  readonly logger: SignalingLogger;
}

/** One client's WebSocket: parsed messages in order, one at a time, at a limited rate; heartbeats. */
export class Peer {
  readonly address: string;
  readonly permission: Permission;
  readonly #socket: WebSocket;
  readonly #options: PeerOptions;
  #listener: PeerListener | undefined;
  #tail: Promise<void> = Promise.resolve();
  #pending = 0;
  #ended = false;
  #lastMessageAt: number;
  #ponged = true;
  #cancelHeartbeat: () => void = () => {};

  constructor(socket: WebSocket, options: PeerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.address = options.address;
    this.permission = options.permission;
    this.#lastMessageAt = options.clock.now();
  }

  /** True once the socket closes: nothing is received or sent any more. */
  get isOver(): boolean {
    return this.#ended;
  }

  /** Starts delivery. To be called once, in the same turn in which the socket was opened. */
  listen(listener: PeerListener): void {
    this.#listener = listener;
    const socket = this.#socket;
    socket.on('message', (data, isBinary) => this.#enqueue(data, isBinary));
    socket.on('pong', () => {
      this.#ponged = true;
    });
    // `ws` has begun to close with the fitting code (1009 for a message too large); 'close' follows.
    socket.on('error', (error) => {
      this.#ended = true;
      this.#options.logger.info({ reason: error.message }, 'A signaling socket broke the rules.');
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#cancelHeartbeat();
      this.#options.messageRate.forget(this.#options.id);
      listener.gone();
    });
    this.#scheduleHeartbeat();
  }

  /** Sends a message, or cuts the peer off when it does not read. Does nothing once the socket closes. */
  send(message: ServerMessage): void {
    if (this.#ended) return;
    const text = JSON.stringify(message);
    this.#options.traffic.sent(Buffer.byteLength(text));
    this.#socket.send(text);
    if (this.#socket.bufferedAmount > this.#options.limits.queuedBytes) {
      this.#options.logger.info('A peer that does not read was cut off.');
      this.#ended = true;
      this.#socket.terminate();
    }
  }

  /** Refuses for being too many or too often, and closes. */
  refuseTooMany(message: string): void {
    this.send({ kind: 'error', code: 'too-many', message });
    this.close(CLOSE.policy, message);
  }

  /** Closes the socket; nothing is received or sent afterwards. */
  close(code: number, reason: string): void {
    this.#ended = true;
    this.#socket.close(code, reason);
  }

  /** Cuts the connection without a farewell. */
  terminate(): void {
    this.#ended = true;
    this.#socket.terminate();
  }

  #enqueue(data: RawData, isBinary: boolean): void {
    // With `ws`'s default binaryType a message is always one Buffer.
    const bytes = data as Buffer;
    this.#options.traffic.received(bytes.length);
    // No more is read from the network while a message is worked on, so none pile up in memory.
    this.#pending += 1;
    this.#socket.pause();
    this.#tail = this.#tail.then(async () => {
      try {
        if (!this.#ended) await this.#receive(bytes, isBinary);
      } catch (error) {
        this.#options.logger.error({ err: error }, 'A signaling message could not be handled.');
        this.close(CLOSE.internalError, 'The signaling server failed.');
      }
      this.#pending -= 1;
      if (this.#pending === 0) this.#socket.resume();
    });
  }

  async #receive(bytes: Buffer, isBinary: boolean): Promise<void> {
    this.#lastMessageAt = this.#options.clock.now();
    if (!(await this.#options.messageRate.allow(this.#options.id))) {
      this.refuseTooMany('Too many messages in a second.');
      return;
    }
    let message: ClientMessage;
    try {
      if (isBinary) throw new SignalFormatError('malformed', 'Messages are JSON text, not binary.');
      message = parseClientMessage(bytes.toString('utf8'));
    } catch (error) {
      if (!(error instanceof SignalFormatError)) throw error;
      this.send({ kind: 'error', code: error.code, message: error.message });
      return;
    }
    await this.#listener?.message(message);
  }

  #scheduleHeartbeat(): void {
    const { clock, limits } = this.#options;
    this.#cancelHeartbeat = clock.schedule(limits.heartbeatMs, () => {
      this.#beat();
    });
  }

  #beat(): void {
    const { clock, limits } = this.#options;
    if (!this.#ponged) {
      this.terminate();
      return;
    }
    const isIdle = clock.now() - this.#lastMessageAt >= limits.idleMs;
    if (isIdle && !this.#listener?.mayIdle()) {
      this.close(CLOSE.normal, 'Nothing was said for a while.');
      return;
    }
    this.#listener?.alive();
    this.#ponged = false;
    this.#socket.ping();
    this.#scheduleHeartbeat();
  }
}
