import { type Clock, systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import type { ConnectionStats } from './connection-role.ts';
import { countedBody } from './counted-body.ts';
import { asPeerServerError, PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { HeadersFrame } from './frame-receiver.ts';
import { decodeResponseHead, encodeRequestHead, hasNoBody } from './header-block.ts';
import { createVisitorHello, decodeHello, type Hello } from './hello.ts';
import type { BodyReader, RequestHead, ResponseHead, VisitorResponse } from './http-message.ts';
import type { Identity } from './identity.ts';
import { type Limits, limitsWith } from './limits.ts';
import { StreamSlots } from './stream-slots.ts';
import { DATA_LANES, type Transport } from './transport.ts';

export interface VisitorConnectionOptions {
  /** The key named in the offer; its proof is the first thing sent (H4). */
  readonly identity: Identity;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
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
  let hello: Hello;
  try {
    hello = await createVisitorHello(identity, transport.handshake, limits);
    signal?.throwIfAborted();
  } catch (thrown) {
    transport.close();
    throw asPeerServerError(thrown, 'cannot-connect');
  }
  const side = new VisitorSide(transport, limits, clock);
  side.start(hello, signal);
  return side;
}

/** What happens to an answer whose head has not come yet. */
interface AwaitedAnswer {
  readonly method: string;
  resolve(response: VisitorResponse): void;
}

class VisitorSide implements VisitorConnection {
  readonly closed: Promise<PeerServerError | undefined>;
  readonly #connection: Connection;
  readonly #slots: StreamSlots;
  readonly #awaited = new Map<Exchange, AwaitedAnswer>();
  #lastLane = 0;

  constructor(transport: Transport, limits: Limits, clock: Clock) {
    this.#slots = new StreamSlots(Math.min(limits.earlyRequests, limits.openStreams));
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
        this.#slots.close(new PeerServerError('stream-refused', message, { cause }));
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
      const answer = this.#awaitHead(exchange, head.method, signal);
      if (body) void sendBody(exchange, body);
      return await answer;
    } catch (error) {
      body?.cancel(error);
      throw error;
    }
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
  #awaitHead(exchange: Exchange, method: string, signal?: AbortSignal): Promise<VisitorResponse> {
    return new Promise((resolve, reject) => {
      const abort = () => exchange.reset(asPeerServerError(signal?.reason, 'cancelled'));
      exchange.onReset = reject;
      exchange.onFinished = () => {
        signal?.removeEventListener('abort', abort);
        this.#awaited.delete(exchange);
        this.#slots.release();
      };
      this.#awaited.set(exchange, { method, resolve });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  #receiveHello(payload: Uint8Array): void {
    const hello = decodeHello(payload);
    this.#connection.start(hello);
    this.#slots.resize(Math.min(hello.openStreams, this.#connection.limits.openStreams));
  }

  #receiveHead(lane: number, frame: HeadersFrame): void {
    const { exchanges, limits } = this.#connection;
    exchanges.requireKnownId(lane, frame.stream);
    const exchange = exchanges.find(lane, frame.stream);
    if (!exchange) return;
    const awaited = this.#awaited.get(exchange);
    if (!awaited) throw new PeerServerError('protocol-violation', 'A second head for one answer.');
    let head: ResponseHead;
    try {
      head = decodeResponseHead(frame.payload, limits);
    } catch (thrown) {
      const error = asPeerServerError(thrown, 'protocol-violation');
      if (error.code !== 'headers-too-large') throw error;
      exchange.reset(error);
      return;
    }
    const bodiless = hasNoBody(awaited.method, head.status);
    if (bodiless && !frame.end) {
      throw new PeerServerError('protocol-violation', 'This answer cannot have a body.');
    }
    this.#awaited.delete(exchange);
    exchange.headReceived = true;
    if (frame.end) exchange.receiveEnd();
    const body = bodiless ? null : countedBody(exchange.incoming, head.headers, 'host-failed');
    awaited.resolve({ ...head, body });
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

/** Sends a request's body as fast as it may leave. Its failure resets the exchange. */
async function sendBody(exchange: Exchange, body: BodyReader): Promise<void> {
  // The host may answer without wanting the rest while the producer sleeps in `read`.
  exchange.outgoing.onAbort = (error) => body.cancel(error);
  try {
    for (let chunk = await body.read(); chunk !== null; chunk = await body.read()) {
      await exchange.outgoing.write(chunk);
    }
    exchange.outgoing.end();
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'cancelled');
    body.cancel(error);
    // Over already when the host answered without wanting the rest, or when the reset came from there.
    exchange.reset(error);
  }
}
