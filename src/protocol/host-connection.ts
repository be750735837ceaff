import { acceptSocket, SWITCHING_PROTOCOLS } from './accept-socket.ts';
import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import type { ConnectionStats } from './connection-role.ts';
import { countedBody } from './counted-body.ts';
import { EarlyMessages } from './early-messages.ts';
import { asPeerServerError, PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { agreedFeatures, FEATURES, type Feature, hostFeatures } from './features.ts';
import type { HeadersFrame } from './frame-receiver.ts';
import { decodeRequestHead } from './header-block.ts';
import { createHostHello, decodeHello, type Hello, verifyVisitorHello } from './hello.ts';
import type { HostRequest, RequestHandler } from './http-message.ts';
import { type Limits, limitsWith } from './limits.ts';
import { asHandlerError, sendResponse } from './send-response.ts';
import { CONTROL_LANE, type Transport } from './transport.ts';

/** A host has many visitors, so what one of them may fill, or leave unread, is less than a visitor's own. */
const HOST_LIMITS: Partial<Limits> = {
  maxStreamWindow: 4 * 1024 * 1024,
  maxConnectionWindow: 8 * 1024 * 1024,
  socketReassemblyBytes: 16 * 1024 * 1024,
  socketQueueBytes: 8 * 1024 * 1024,
};

export interface HostConnectionOptions {
  readonly handler: RequestHandler;
  /** Names the connection in logs; unique within the host. */
  readonly connectionId: string;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /** Optional abilities to offer (V3); all by default. */
  readonly features?: readonly Feature[];
  /** Closes the connection when it aborts. */
  readonly signal?: AbortSignal;
}

/** A host's end of a connection: answers what one visitor asks. */
export interface HostConnection {
  /** The visitor's public key, proved once `proven` has resolved. */
  readonly visitorKey: string;
  /** Rejects when the visitor does not prove its key, or not in time. Nothing runs before (H4). */
  readonly proven: Promise<void>;
  /** Resolves when the connection is over, with the error if one ended it. */
  readonly closed: Promise<PeerServerError | undefined>;
  stats(): ConnectionStats;
  close(reason?: PeerServerError): void;
}

/** Answers a visitor's requests on a fresh transport with `handler`. The transport is the connection's now. */
export function acceptConnection(
  transport: Transport,
  options: HostConnectionOptions,
): HostConnection {
  return new HostSide(transport, options);
}

type Admission = 'awaiting-hello' | 'verifying' | 'proven';

class HostSide implements HostConnection {
  readonly visitorKey: string;
  readonly proven: Promise<void>;
  readonly closed: Promise<PeerServerError | undefined>;
  readonly #transport: Transport;
  readonly #options: HostConnectionOptions;
  readonly #connection: Connection;
  readonly #early: EarlyMessages;
  readonly #features: readonly Feature[];
  /** What both peers can, once the visitor's HELLO is accepted. */
  #agreed: ReadonlySet<Feature> = new Set();
  #admission: Admission = 'awaiting-hello';
  /** Exchanges that are open or whose handler runs: a visitor cannot start any number by resetting (X4). */
  #occupied = 0;
  #settleProven: { resolve(): void; reject(error: PeerServerError): void } | undefined;

  constructor(transport: Transport, options: HostConnectionOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#features = options.features ?? hostFeatures();
    this.visitorKey = transport.handshake.visitorKey;
    const limits = limitsWith({ ...HOST_LIMITS, ...options.limits });
    this.#early = new EarlyMessages(limits.earlyBytes);
    this.proven = new Promise((resolve, reject) => {
      this.#settleProven = { resolve, reject };
    });
    // Whoever awaits `proven` handles its rejection; nobody has to.
    this.proven.catch(() => undefined);
    let resolveClosed: (error: PeerServerError | undefined) => void = () => {};
    this.closed = new Promise((resolve) => {
      resolveClosed = resolve;
    });
    const role = {
      admit: (lane: number, bytes: Uint8Array<ArrayBuffer>) => this.#admit(lane, bytes),
      hello: (payload: Uint8Array) => this.#receiveHello(payload),
      headers: (lane: number, frame: HeadersFrame) => this.#receiveRequest(lane, frame),
      helloMissing: () =>
        new PeerServerError('too-slow', 'The visitor did not introduce itself in time.'),
      closed: (error: PeerServerError | undefined) => {
        this.#early.take();
        this.#settleProven?.reject(asPeerServerError(error ?? 'Closed.', 'connection-lost'));
        resolveClosed(error);
      },
    };
    this.#connection = new Connection(transport, role, limits, options.clock ?? systemClock);
    this.#connection.listen(options.signal);
  }

  stats(): ConnectionStats {
    return this.#connection.stats();
  }

  close(reason?: PeerServerError): void {
    this.#connection.close(reason);
  }

  /** Keeps what arrives before the proof has been checked; only HELLO's own lane is read till it came (H5). */
  #admit(lane: number, bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#admission === 'proven') return true;
    if (this.#admission === 'awaiting-hello' && lane === CONTROL_LANE) return true;
    this.#early.keep({ lane, bytes });
    return false;
  }

  #receiveHello(payload: Uint8Array): void {
    this.#admission = 'verifying';
    const hello = decodeHello(payload);
    verifyVisitorHello(hello, this.#transport.handshake).then(
      () => this.#connection.guard(() => this.#begin(hello)),
      (thrown: unknown) => this.close(asPeerServerError(thrown, 'identity-mismatch')),
    );
  }

  #begin(hello: Hello): void {
    this.#admission = 'proven';
    this.#agreed = agreedFeatures(this.#features, hello.features);
    this.#connection.sendHello(createHostHello(this.#connection.limits, this.#features));
    this.#connection.start(hello);
    this.#settleProven?.resolve();
    for (const { lane, bytes } of this.#early.take()) this.#connection.deliver(lane, bytes);
  }

  #receiveRequest(lane: number, frame: HeadersFrame): void {
    const { limits } = this.#connection;
    if (this.#occupied >= limits.occupiedStreams) {
      const error = new PeerServerError('stream-refused', 'Too many requests at once.');
      this.#connection.refuse(lane, frame.stream, error);
      return;
    }
    let head: ReturnType<typeof decodeRequestHead>;
    try {
      head = decodeRequestHead(frame.payload, limits, this.#agreed.has(FEATURES.webSocket));
    } catch (thrown) {
      const error = asPeerServerError(thrown, 'protocol-violation');
      if (error.code !== 'headers-too-large') throw error;
      // Lanes are framed, so a block that is too large harms this exchange only (R1).
      this.#connection.refuse(lane, frame.stream, error);
      return;
    }
    const { protocol: upgrade, ...request } = head;
    if (upgrade && frame.end) {
      throw new PeerServerError('protocol-violation', 'A WebSocket cannot end with its head.');
    }
    const exchange = this.#connection.open(lane, frame.stream);
    exchange.headReceived = true;
    if (frame.end) exchange.receiveEnd();
    const hasBody = !frame.end && !upgrade;
    void this.#answer(exchange, {
      ...request,
      body: hasBody ? countedBody(exchange.incoming, request.headers, 'protocol-violation') : null,
      visitor: {
        key: this.visitorKey,
        connectionId: this.#options.connectionId,
        features: this.#agreed,
      },
      ...(upgrade ? { upgrade } : {}),
    });
  }

  /** Runs the handler and sends its answer. Every way out ends the exchange exactly once (S4). */
  async #answer(exchange: Exchange, request: Omit<HostRequest, 'signal'>): Promise<void> {
    const abort = new AbortController();
    let holders = 2;
    const leave = () => {
      holders -= 1;
      if (holders === 0) this.#occupied -= 1;
    };
    this.#occupied += 1;
    exchange.onReset = (error) => abort.abort(error);
    exchange.onFinished = leave;
    try {
      const response = await this.#options.handler({ ...request, signal: abort.signal });
      if (request.upgrade && response.status === SWITCHING_PROTOCOLS) {
        await acceptSocket(this.#connection, exchange, response);
      } else {
        const gzip = this.#agreed.has(FEATURES.gzip);
        const { method } = request;
        await sendResponse(this.#connection, exchange, method, response, gzip, abort.signal);
      }
    } catch (thrown) {
      exchange.reset(asHandlerError(thrown));
    } finally {
      // The handler has settled: what the visitor sent before it reset is nobody's any more (X5).
      if (exchange.over) exchange.incoming.discard();
      leave();
    }
  }
}
