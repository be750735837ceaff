import { type Clock, systemClock } from './clock.ts';
import { Connection, type ConnectionStats } from './connection.ts';
import { asPeerServerError, PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Frame } from './frame.ts';
import { decodeResponseHead, encodeRequestHead, hasNoBody } from './header-block.ts';
import { createVisitorHello, decodeHello } from './hello.ts';
import {
  type BodyReader,
  headerValue,
  type ReceivedBody,
  type RequestHead,
  type VisitorResponse,
} from './http-message.ts';
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
   * Rejects with a PeerServerError: `cancelled` after `signal`, `connection-lost` when the outcome is
   * unknown, what the host said in its RESET otherwise.
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

/** Proves the visitor's key on a fresh transport and makes it ready for requests. */
export async function openConnection(
  transport: Transport,
  options: VisitorConnectionOptions,
): Promise<VisitorConnection> {
  const limits = limitsWith(options.limits);
  const hello = await createVisitorHello(options.identity, transport.handshake, limits);
  options.signal?.throwIfAborted();
  const side = new VisitorSide(transport, limits, options.clock ?? systemClock);
  side.start(hello);
  options.signal?.addEventListener('abort', () => side.close(), { once: true });
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
  #helloSeen = false;
  #lastLane = 0;

  constructor(transport: Transport, limits: Limits, clock: Clock) {
    this.#slots = new StreamSlots(limits.earlyRequests);
    let resolveClosed: (error: PeerServerError | undefined) => void = () => {};
    this.closed = new Promise((resolve) => {
      resolveClosed = resolve;
    });
    const role = {
      admit: () => true,
      hello: (payload: Uint8Array) => this.#receiveHello(payload),
      headers: (lane: number, frame: Extract<Frame, { type: 'headers' }>) =>
        this.#receiveHead(lane, frame),
      closed: (error: PeerServerError | undefined) => {
        this.#slots.close(
          asPeerServerError(error ?? 'The connection is closed.', 'connection-lost'),
        );
        resolveClosed(error);
      },
    };
    this.#connection = new Connection(transport, role, limits, clock);
  }

  start(hello: Parameters<Connection['sendHello']>[0]): void {
    this.#connection.sendHello(hello);
    this.#connection.listen();
  }

  async request(
    head: RequestHead,
    body: BodyReader | null,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<VisitorResponse> {
    const { signal } = options;
    const block = encodeRequestHead(head, this.#connection.limits);
    try {
      await this.#slots.take(signal);
    } catch (error) {
      body?.cancel(error);
      throw error;
    }
    const lane = this.#quietestLane();
    const exchange = this.#connection.open(lane, this.#connection.nextStreamId(lane));
    this.#connection.sendHeaders(exchange, block, body === null);
    if (body) void sendBody(exchange, body);
    return this.#awaitHead(exchange, head.method, signal);
  }

  stats(): ConnectionStats {
    return this.#connection.stats();
  }

  close(reason?: PeerServerError): void {
    this.#connection.close(reason);
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
      if (signal?.aborted) abort();
    });
  }

  #receiveHello(payload: Uint8Array): void {
    if (this.#helloSeen) throw new PeerServerError('protocol-violation', 'A second HELLO.');
    this.#helloSeen = true;
    const hello = decodeHello(payload);
    this.#connection.start(hello);
    this.#slots.resize(Math.min(hello.openStreams, this.#connection.limits.openStreams));
  }

  #receiveHead(lane: number, frame: Extract<Frame, { type: 'headers' }>): void {
    const exchange = this.#connection.find(lane, frame.stream);
    if (!exchange) {
      this.#connection.requireKnownId(lane, frame.stream);
      return;
    }
    const awaited = this.#awaited.get(exchange);
    if (!awaited) throw new PeerServerError('protocol-violation', 'A second head for one answer.');
    this.#awaited.delete(exchange);
    const head = decodeResponseHead(frame.payload, this.#connection.limits);
    if (hasNoBody(awaited.method, head.status)) {
      if (!frame.end)
        throw new PeerServerError('protocol-violation', 'This answer cannot have a body.');
      exchange.receiveEnd();
      awaited.resolve({ ...head, body: null });
      return;
    }
    if (frame.end) exchange.receiveEnd();
    const declared = headerValue(head.headers, 'content-length');
    const body =
      declared === undefined
        ? exchange.incoming
        : new CountedBody(exchange.incoming, Number(declared));
    awaited.resolve({ ...head, body });
  }

  /** The lane with the fewest exchanges, so that a lost packet of one holds up few others; in turn if equal. */
  #quietestLane(): number {
    const start = this.#lastLane;
    let best = { lane: 0, open: Number.POSITIVE_INFINITY };
    for (let step = 1; step <= DATA_LANES.length; step += 1) {
      const lane = ((start + step - 1) % DATA_LANES.length) + 1;
      const open = this.#connection.openStreamsOn(lane);
      if (open < best.open) best = { lane, open };
    }
    this.#lastLane = best.lane;
    return best.lane;
  }
}

/** Sends a request's body as fast as it may leave. Its failure resets the exchange. */
async function sendBody(exchange: Exchange, body: BodyReader): Promise<void> {
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

/** A body whose length was announced: fewer or more bytes are an error, never a body (S7). */
class CountedBody implements ReceivedBody {
  readonly #body: ReceivedBody;
  #expected: number;

  constructor(body: ReceivedBody, expected: number) {
    this.#body = body;
    this.#expected = expected;
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    const chunk = await this.#body.read();
    this.#expected -= chunk?.length ?? 0;
    if (this.#expected < 0 || (chunk === null && this.#expected !== 0)) throw this.#mismatch();
    return chunk;
  }

  takeComplete(): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#body.takeComplete();
    if (bytes && bytes.length !== this.#expected) throw this.#mismatch();
    return bytes;
  }

  cancel(reason?: unknown): void {
    this.#body.cancel(reason);
  }

  #mismatch(): PeerServerError {
    const error = new PeerServerError(
      'host-failed',
      'The host sent a body of another length than it announced.',
    );
    this.#body.cancel(error);
    return error;
  }
}
