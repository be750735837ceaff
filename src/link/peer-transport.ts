/** A transport over one peer connection: keeps the transport's promises whatever WebRTC does below. */
import type { Clock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { HandshakeRecord } from '../protocol/handshake-record.ts';
import {
  LANE_COUNT,
  type Transport,
  type TransportDescription,
  type TransportListener,
} from '../protocol/transport.ts';
import { Delivery } from './delivery.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import type { PeerConnection, PeerState } from './peer.ts';
import { LocalCandidates } from './trickle.ts';

/**
 * Bytes kept for a listener that has not come yet; the same as the protocol's credit for a whole connection,
 * so that only a peer that ignores credit gets there.
 */
export const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/**
 * How long a closing connection waits, in ms, for its last messages to leave or arrive: the 1 MiB or so that a
 * sender queues takes that long at 2 Mbit/s. To whoever closes it counts as closed from the start; the other
 * end waits only if some lanes close and others do not.
 */
export const CLOSE_LINGER_MS = 5_000;

/** Made by `dial` and `answer`, who bind it to its handshake before anybody else sees it. */
export class PeerTransport implements Transport {
  readonly localCandidates = new LocalCandidates();
  /** Resolves when all lanes are open; rejects when that can no longer happen. */
  readonly opened: Promise<void>;
  readonly #peer: PeerConnection;
  readonly #clock: Clock;
  readonly #opening = deferred();
  readonly #openLanes = new Set<number>();
  /** True once all lanes have been open together. */
  #hasStood = false;
  readonly #delivery = new Delivery();
  #bound: { handshake: HandshakeRecord; maxMessageSize: number } | undefined;
  /** `closing`: no more sending, last messages may still arrive. `closed`: it is over. */
  #phase: 'open' | 'closing' | 'closed' = 'open';
  #cancelTimer: (() => void) | undefined;

  constructor(peer: PeerConnection, clock: Clock) {
    this.#peer = peer;
    this.#clock = clock;
    this.opened = this.#opening.promise;
    // Whoever negotiates awaits it later, or not at all when something else fails first.
    this.opened.catch(() => undefined);
    peer.listen({
      candidate: (candidate) => this.localCandidates.add(candidate),
      state: (state) => this.#stateChanged(state),
      laneOpened: (lane) => this.#laneOpened(lane),
      laneMessage: (lane, message) => this.#laneMessage(lane, message),
      laneDrained: (lane) => {
        if (this.#phase === 'open') this.#delivery.drained(lane);
      },
      laneClosed: (lane) => this.#laneClosed(lane),
    });
  }

  /** Says who is at both ends, and what message size they agreed on, in bytes. */
  bind(handshake: HandshakeRecord, maxMessageSize: number): void {
    this.#bound = { handshake, maxMessageSize };
  }

  get handshake(): HandshakeRecord {
    return this.#binding().handshake;
  }

  get maxMessageSize(): number {
    return this.#binding().maxMessageSize;
  }

  #binding(): { handshake: HandshakeRecord; maxMessageSize: number } {
    if (this.#bound === undefined)
      throw new Error('The transport is not bound to a handshake yet.');
    return this.#bound;
  }

  queued(lane: number): number {
    return this.#phase === 'open' ? this.#peer.queued(lane) : 0;
  }

  send(lane: number, message: Uint8Array<ArrayBuffer>): void {
    if (this.#phase !== 'open') {
      throw new PeerServerError(
        'connection-lost',
        'The connection is closed: nothing can be sent.',
      );
    }
    if (!this.#openLanes.has(lane)) {
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
    try {
      this.#peer.send(lane, message);
    } catch (cause) {
      const error = new PeerServerError('connection-lost', `Lane ${lane} broke.`, { cause });
      this.abandon(error);
      throw error;
    }
  }

  listen(listener: TransportListener): void {
    this.#delivery.listen(listener);
  }

  describe(): Promise<TransportDescription> {
    return this.#phase === 'open' ? this.#peer.describe() : Promise.resolve({ route: 'unknown' });
  }

  /** Ends the connection. What was sent before still goes out, for at most CLOSE_LINGER_MS. */
  close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#cancelTimer?.();
    this.#opening.reject(new PeerServerError('cancelled', 'The connection was closed.'));
    this.#delivery.closed(undefined);
    this.#peer.closeLanes();
    this.#cancelTimer = this.#clock.schedule(CLOSE_LINGER_MS, () => this.#peer.close());
    this.#endIfAllClosed();
  }

  /** Ends it at once with an error, without lingering: an attempt that failed, a peer that cheats. */
  abandon(error: Error): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#cancelTimer?.();
    this.#opening.reject(error);
    this.#peer.close();
    this.#delivery.closed(error);
  }

  #stateChanged(state: PeerState): void {
    if (this.#phase !== 'open') return;
    // `disconnected` may recover by itself; if it does not, `failed` follows.
    if (state === 'closed') this.#peerIsClosing();
    else if (state === 'failed') this.#pathFailed();
  }

  #pathFailed(): void {
    this.abandon(this.#neverStood() ?? lost('The network path to the other peer was lost.'));
  }

  /** Firefox may tell of the end of lanes that never opened before it tells that it found no path. */
  #neverStood(): PeerServerError | undefined {
    if (this.#hasStood) return undefined;
    return new PeerServerError(
      'cannot-connect',
      'No network path between the two peers was found. A TURN server may be needed.',
    );
  }

  #laneOpened(lane: number): void {
    this.#openLanes.add(lane);
    if (this.#openLanes.size < LANE_COUNT) return;
    this.#hasStood = true;
    this.#opening.resolve();
  }

  #laneMessage(lane: number, message: Uint8Array<ArrayBuffer> | 'text'): void {
    if (this.#phase === 'closed') return;
    if (message === 'text' || message.byteLength > MAX_MESSAGE_SIZE) {
      const what = message === 'text' ? 'text' : `${message.byteLength} bytes`;
      this.abandon(
        new PeerServerError('protocol-violation', `The peer sent a message of ${what}.`),
      );
      return;
    }
    this.#delivery.message(lane, message);
    if (this.#delivery.keptBytes > MAX_KEPT_BYTES) {
      this.abandon(
        new PeerServerError('protocol-violation', 'The peer sent too much before it was heard.'),
      );
    }
  }

  #laneClosed(lane: number): void {
    this.#openLanes.delete(lane);
    if (this.#phase === 'open') this.#peerIsClosing();
    this.#endIfAllClosed();
  }

  /** Lanes close one by one, and what was sent last on one may arrive after another has closed. */
  #peerIsClosing(): void {
    this.#phase = 'closing';
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.schedule(CLOSE_LINGER_MS, () => this.#peerClosed());
    this.#endIfAllClosed();
  }

  #peerClosed(): void {
    this.abandon(this.#neverStood() ?? lost('The other peer closed the connection.'));
  }

  #endIfAllClosed(): void {
    if (this.#openLanes.size > 0) return;
    if (this.#phase === 'closing') this.#peerClosed();
    else if (this.#phase === 'closed') {
      this.#cancelTimer?.();
      this.#peer.close();
    }
  }
}

function lost(message: string): PeerServerError {
  return new PeerServerError('connection-lost', message);
}

interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

function deferred(): Deferred {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
