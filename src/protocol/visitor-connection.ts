import { BodySocket } from './body-socket.ts';
import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import type { ConnectionStats } from './connection-role.ts';
import { countedBody } from './counted-body.ts';
import { asPeerServerError, PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { agreedFeatures, FEATURES, type Feature, visitorFeatures } from './features.ts';
import type { HeadersFrame } from './frame-receiver.ts';
import { decodeResponseHead, encodeRequestHead, hasNoBody } from './header-block.ts';
import { createVisitorHello, decodeHello, type Hello } from './hello.ts';
import type {
  BodyReader,
  HeaderList,
  RequestHead,
  SocketAnswer,
  VisitorResponse,
} from './http-message.ts';
import type { Identity } from './identity.ts';
import { inflated } from './inflated.ts';
import { type Limits, limitsWith } from './limits.ts';
import { sendBody } from './send-body.ts';
import { chosenProtocol, encodeSocketRequest } from './socket-head.ts';
import { StreamSlots } from './stream-slots.ts';
import { DATA_LANES, type Transport } from './transport.ts';

export interface VisitorConnectionOptions {
  /** The key named in the offer; its proof is the first thing sent (H4). */
  readonly identity: Identity;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /**
   * `host` asks the host to keep this visitor's cookies (section 14); by default it gets plain `Set-Cookie`
   * fields and sends `Cookie` by itself.
   */
  readonly cookies?: 'host';
  /** Closes the connection when it aborts. */
  readonly signal?: AbortSignal;
}

/** A visitor's end of a connection: asks, and gets answers. */
export interface VisitorConnection {
  /**
   * Sends a request and resolves with the answer's head; both bodies stream. Waits for a free slot when
   * the host's limit of open exchanges is reached.
   * The caller must read the answer's body to its end or cancel it: what lies unread uses up credit (C6).
   * Rejects with a PeerServerError: `cancelled` after `signal`, `connection-lost` when the outcome is
   * unknown, `stream-refused` when the connection ended before anything was sent, `bad-input` and
   * `headers-too-large` for a head that cannot be sent, what the host said in its RESET otherwise. `body` is
   * cancelled whenever it is not sent to its end.
   */
  request(
    head: RequestHead,
    body: BodyReader | null,
    options?: { readonly signal?: AbortSignal },
  ): Promise<VisitorResponse>;
  /**
   * Asks for a WebSocket: a GET whose answer opens it or is an ordinary one. Waits for a free slot among
   * `openSockets` and `openStreams`. Aborting `signal` later breaks the open socket.
   * Rejects as `request` does, and with `host-failed` when the host has not the ability or chose a subprotocol
   * that was not offered.
   */
  openSocket(head: RequestHead, options?: { readonly signal?: AbortSignal }): Promise<SocketAnswer>;
  /**
   * Optional abilities of both peers (V3), known when the host's HELLO has come; empty when the connection
   * ended before. Never rejects.
   */
  readonly features: Promise<ReadonlySet<Feature>>;
  /** Resolves when the connection is over, with the error if one ended it. */
  readonly closed: Promise<PeerServerError | undefined>;
  stats(): ConnectionStats;
  close(reason?: PeerServerError): void;
}

/**
 * Proves the visitor's key on a fresh transport and makes it ready for requests. The transport is the
 * connection's now: it is closed if this rejects (`cancelled` after `signal`, or what signing failed with).
 */
export async function openConnection(
  transport: Transport,
  options: VisitorConnectionOptions,
): Promise<VisitorConnection> {
  const { identity, signal, clock = systemClock } = options;
  const limits = limitsWith(options.limits);
  const features = visitorFeatures(options.cookies);
  let hello: Hello;
  try {
    hello = await createVisitorHello(identity, transport.handshake, limits, features);
    signal?.throwIfAborted();
  } catch (thrown) {
    transport.close();
    throw asPeerServerError(thrown, 'cannot-connect');
  }
  const side = new VisitorSide(transport, limits, clock, features);
  side.start(hello, signal);
  return side;
}

/** What happens when the head of an answer comes, or does not. */
interface AwaitedAnswer {
  readonly method: string;
  answered(response: VisitorResponse): void;
  /** Where a WebSocket was asked for: the host accepts (W2). */
  readonly opened?: (headers: HeaderList) => void;
  failed(error: PeerServerError): void;
  /** The exchange is over. */
  readonly finished?: () => void;
}

class VisitorSide implements VisitorConnection {
  readonly closed: Promise<PeerServerError | undefined>;
  readonly features: Promise<ReadonlySet<Feature>>;
  readonly #ours: readonly Feature[];
  #agreed: ReadonlySet<Feature> = new Set();
  #settleFeatures: (features: ReadonlySet<Feature>) => void = () => {};
  readonly #connection: Connection;
  readonly #slots: StreamSlots;
  /** Opens with the host's HELLO, which says whether there are WebSockets at all. */
  readonly #socketSlots = new StreamSlots(0);
  readonly #awaited = new Map<Exchange, AwaitedAnswer>();
  #lastLane = 0;

  constructor(transport: Transport, limits: Limits, clock: Clock, features: readonly Feature[]) {
    this.#ours = features;
    this.#slots = new StreamSlots(Math.min(limits.earlyRequests, limits.openStreams));
    this.features = new Promise((resolve) => {
      this.#settleFeatures = resolve;
    });
    let resolveClosed: (error: PeerServerError | undefined) => void = () => {};
    this.closed = new Promise((resolve) => {
      resolveClosed = resolve;
    });
    const role = {
      admit: () => true,
      hello: (payload: Uint8Array) => this.#receiveHello(payload),
      headers: (lane: number, frame: HeadersFrame) => this.#receiveHead(lane, frame),
      helloMissing: () =>
        new PeerServerError('too-slow', 'The host did not answer the introduction in time.'),
      closed: (cause: PeerServerError | undefined) => {
        // Who still waits in line has sent nothing: safe to repeat, unlike what was open (E4).
        const message = 'The connection ended before the request was sent.';
        const refusal = new PeerServerError('stream-refused', message, { cause });
        this.#socketSlots.close(refusal);
        this.#slots.close(refusal);
        this.#settleFeatures(this.#agreed);
        resolveClosed(cause);
      },
    };
    this.#connection = new Connection(transport, role, limits, clock);
  }

  start(hello: Hello, signal?: AbortSignal): void {
    this.#connection.sendHello(hello);
    this.#connection.listen(signal);
  }

  async request(
    head: RequestHead,
    body: BodyReader | null,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<VisitorResponse> {
    const { signal } = options;
    try {
      const block = encodeRequestHead(head, this.#connection.limits);
      await this.#slots.take(signal);
      const exchange = this.#open(signal);
      this.#connection.sendHeaders(exchange, block, body === null);
      const { method } = head;
      const answer = new Promise<VisitorResponse>((answered, failed) =>
        this.#expect(exchange, { method, answered, failed }, signal),
      );
      if (body) void sendBody(exchange, body);
      return await answer;
    } catch (error) {
      body?.cancel(error);
      throw error;
    }
  }

  async openSocket(
    head: RequestHead,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<SocketAnswer> {
    const { signal } = options;
    const { limits } = this.#connection;
    const block = encodeSocketRequest(head, limits);
    await this.#socketSlots.take(signal);
    const finished = () => this.#socketSlots.release();
    let exchange: Exchange;
    try {
      if (!this.#agreed.has(FEATURES.webSocket)) {
        const text = 'The host of this site is of an earlier version, without WebSockets.';
        throw new PeerServerError('host-failed', text);
      }
      await this.#slots.take(signal);
      exchange = this.#open(signal);
    } catch (error) {
      finished();
      throw error;
    }
    this.#connection.sendHeaders(exchange, block, false);
    return await new Promise<SocketAnswer>((resolve, failed) => {
      const answered = (response: VisitorResponse) => {
        // There is nothing to say to whom has refused; its body is read like any other.
        exchange.outgoing.end();
        resolve({ kind: 'refused', response });
      };
      const opened = (headers: HeaderList) => {
        const protocol = chosenProtocol(head.headers, headers);
        if (protocol === undefined) {
          const text = 'The site chose a subprotocol that was not offered.';
          exchange.reset(new PeerServerError('host-failed', text));
          return;
        }
        const socket = new BodySocket(exchange, this.#connection.sockets, protocol);
        resolve({ kind: 'open', headers, socket });
      };
      this.#expect(exchange, { method: 'GET', answered, opened, failed, finished }, signal);
    });
  }

  stats(): ConnectionStats {
    return this.#connection.stats();
  }

  close(reason?: PeerServerError): void {
    this.#connection.close(reason);
  }

  /** Takes the place in line that is ours; gives it back if it came too late. */
  #open(signal?: AbortSignal): Exchange {
    try {
      signal?.throwIfAborted();
      const lane = this.#quietestLane();
      return this.#connection.open(lane, this.#connection.exchanges.nextId(lane));
    } catch (thrown) {
      this.#slots.release();
      throw asPeerServerError(thrown, 'cancelled');
    }
  }

  /** Settles exactly once: with the head, or with what ended the exchange before it (S4). */
  #expect(exchange: Exchange, awaited: AwaitedAnswer, signal?: AbortSignal): void {
    const abort = () => exchange.reset(asPeerServerError(signal?.reason, 'cancelled'));
    exchange.onReset = (error) => awaited.failed(error);
    exchange.onFinished = () => {
      signal?.removeEventListener('abort', abort);
      this.#awaited.delete(exchange);
      this.#slots.release();
      awaited.finished?.();
    };
    this.#awaited.set(exchange, awaited);
    signal?.addEventListener('abort', abort, { once: true });
  }

  #receiveHello(payload: Uint8Array): void {
    const hello = decodeHello(payload);
    this.#connection.start(hello);
    this.#agreed = agreedFeatures(this.#ours, hello.features);
    this.#settleFeatures(this.#agreed);
    const { openStreams, openSockets } = this.#connection.limits;
    const agreedStreams = Math.min(hello.openStreams, openStreams);
    this.#slots.resize(agreedStreams);
    // At most half, so that sockets, which stay, leave exchanges to requests, which pass (W8).
    this.#socketSlots.resize(Math.max(1, Math.min(openSockets, Math.floor(agreedStreams / 2))));
  }

  #receiveHead(lane: number, frame: HeadersFrame): void {
    const { exchanges, limits } = this.#connection;
    exchanges.requireKnownId(lane, frame.stream);
    const exchange = exchanges.find(lane, frame.stream);
    if (!exchange) return;
    const awaited = this.#awaited.get(exchange);
    if (!awaited) throw violation('A second head for one answer.');
    let head: ReturnType<typeof decodeResponseHead>;
    try {
      head = decodeResponseHead(frame.payload, limits, awaited.opened !== undefined);
    } catch (thrown) {
      const error = asPeerServerError(thrown, 'protocol-violation');
      if (error.code !== 'headers-too-large') throw error;
      exchange.reset(error);
      return;
    }
    const { protocol, ...response } = head;
    const bodiless = hasNoBody(awaited.method, response.status);
    if (bodiless && !frame.end) throw violation('This answer cannot have a body.');
    if (protocol && frame.end) throw violation('A WebSocket cannot end with its head.');
    if (frame.gzip && (frame.end || protocol || !this.#ours.includes(FEATURES.gzip))) {
      throw violation('Nothing here may be compressed.');
    }
    this.#awaited.delete(exchange);
    exchange.headReceived = true;
    if (frame.end) exchange.receiveEnd();
    if (protocol) {
      awaited.opened?.(response.headers);
      return;
    }
    const received = frame.gzip ? inflated(exchange.incoming, limits) : exchange.incoming;
    const body = bodiless ? null : countedBody(received, response.headers, 'host-failed');
    awaited.answered({ ...response, body });
  }

  /** The lane with the fewest exchanges, so that a lost packet of one holds up few others; in turn if equal. */
  #quietestLane(): number {
    const start = this.#lastLane;
    let best = { lane: 0, open: Number.POSITIVE_INFINITY };
    for (let step = 1; step <= DATA_LANES.length; step += 1) {
      const lane = ((start + step - 1) % DATA_LANES.length) + 1;
      const open = this.#connection.exchanges.openOn(lane);
      if (open < best.open) best = { lane, open };
    }
    this.#lastLane = best.lane;
    return best.lane;
  }
}

function violation(message: string): PeerServerError {
  return new PeerServerError('protocol-violation', message);
}
