import { type Clock, systemClock } from './clock.ts';
import { Connection, type ConnectionStats } from './connection.ts';
import { asPeerServerError, type ErrorCode, PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Frame } from './frame.ts';
import { decodeRequestHead, encodeResponseHead, hasNoBody } from './header-block.ts';
import { createHostHello, decodeHello, verifyVisitorHello } from './hello.ts';
import type { HostResponse, RequestHandler, RequestHead, ResponseBody } from './http-message.ts';
import { type Limits, limitsWith } from './limits.ts';
import { CONTROL_LANE, type Transport } from './transport.ts';

/** A host has many visitors, so the windows that one of them may fill grow less than a visitor's own. */
const HOST_LIMITS: Partial<Limits> = {
  maxStreamWindow: 4 * 1024 * 1024,
  maxConnectionWindow: 8 * 1024 * 1024,
};

export interface HostConnectionOptions {
  readonly handler: RequestHandler;
  /** Names the connection in logs; unique within the host. */
  readonly connectionId: string;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
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

/** Answers a visitor's requests on a fresh transport with `handler`. */
export function acceptConnection(
  transport: Transport,
  options: HostConnectionOptions,
): HostConnection {
  const side = new HostSide(transport, options);
  options.signal?.addEventListener('abort', () => side.close(), { once: true });
  return side;
}

type Admission = 'awaiting-hello' | 'verifying' | 'proven';
type HeadersFrame = Extract<Frame, { type: 'headers' }>;

class HostSide implements HostConnection {
  readonly visitorKey: string;
  readonly proven: Promise<void>;
  readonly closed: Promise<PeerServerError | undefined>;
  readonly #transport: Transport;
  readonly #options: HostConnectionOptions;
  readonly #connection: Connection;
  #admission: Admission = 'awaiting-hello';
  readonly #early: { readonly lane: number; readonly bytes: Uint8Array<ArrayBuffer> }[] = [];
  #earlyBytes = 0;
  /** Handlers at work, those of reset exchanges included: a visitor cannot start any number by resetting (X4). */
  #running = 0;
  #settleProven: { resolve(): void; reject(error: PeerServerError): void } | undefined;

  constructor(transport: Transport, options: HostConnectionOptions) {
    this.#transport = transport;
    this.#options = options;
    this.visitorKey = transport.handshake.visitorKey;
    const clock = options.clock ?? systemClock;
    const limits = limitsWith({ ...HOST_LIMITS, ...options.limits });
    this.proven = new Promise((resolve, reject) => {
      this.#settleProven = { resolve, reject };
    });
    let resolveClosed: (error: PeerServerError | undefined) => void = () => {};
    this.closed = new Promise((resolve) => {
      resolveClosed = resolve;
    });
    const cancelTimeout = clock.schedule(limits.helloTimeoutMs, () => {
      if (this.#admission === 'proven') return;
      this.close(
        new PeerServerError('identity-mismatch', 'The visitor did not introduce itself in time.'),
      );
    });
    this.#connection = new Connection(
      transport,
      {
        admit: (lane, bytes) => this.#admit(lane, bytes),
        hello: (payload) => this.#receiveHello(payload),
        headers: (lane, frame) => this.#receiveRequest(lane, frame),
        closed: (error) => {
          cancelTimeout();
          this.#early.length = 0;
          this.#settleProven?.reject(asPeerServerError(error ?? 'Closed.', 'connection-lost'));
          resolveClosed(error);
        },
      },
      limits,
      clock,
    );
    // Whoever awaits `proven` handles its rejection; nobody has to.
    this.proven.catch(() => undefined);
    this.#connection.listen();
  }

  stats(): ConnectionStats {
    return this.#connection.stats();
  }

  close(reason?: PeerServerError): void {
    this.#connection.close(reason);
  }

  /** Keeps what arrives before the proof has been checked, up to a limit (H5). */
  #admit(lane: number, bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#admission === 'proven') return true;
    if (this.#admission === 'awaiting-hello' && lane === CONTROL_LANE) return true;
    this.#earlyBytes += bytes.length;
    this.#early.push({ lane, bytes });
    if (this.#earlyBytes > this.#connection.limits.earlyBytes) {
      this.close(new PeerServerError('protocol-violation', 'Too much arrived before the proof.'));
    }
    return false;
  }

  #receiveHello(payload: Uint8Array): void {
    if (this.#admission !== 'awaiting-hello') {
      throw new PeerServerError('protocol-violation', 'A second HELLO.');
    }
    this.#admission = 'verifying';
    const hello = decodeHello(payload);
    verifyVisitorHello(hello, this.#transport.handshake).then(
      () => {
        this.#admission = 'proven';
        this.#connection.sendHello(createHostHello(this.#connection.limits));
        this.#connection.start(hello);
        this.#settleProven?.resolve();
        for (const { lane, bytes } of this.#early.splice(0)) this.#connection.deliver(lane, bytes);
      },
      (thrown: unknown) => this.close(asPeerServerError(thrown, 'identity-mismatch')),
    );
  }

  #receiveRequest(lane: number, frame: HeadersFrame): void {
    if (this.#admission !== 'proven') {
      throw new PeerServerError('protocol-violation', 'A request before HELLO.');
    }
    if (this.#running >= this.#connection.limits.openStreams) {
      const error = new PeerServerError('stream-refused', 'Too many requests at once.');
      this.#connection.refuse(lane, frame.stream, error);
      return;
    }
    const head = decodeRequestHead(frame.payload, this.#connection.limits);
    const exchange = this.#connection.open(lane, frame.stream);
    if (frame.end) exchange.receiveEnd();
    void this.#answer(exchange, head, !frame.end);
  }

  /** Runs the handler and sends its answer. Every way out ends the exchange exactly once (S4). */
  async #answer(exchange: Exchange, head: RequestHead, hasBody: boolean): Promise<void> {
    const abort = new AbortController();
    exchange.onReset = (error) => abort.abort(error);
    this.#running += 1;
    try {
      const response = await this.#options.handler({
        ...head,
        body: hasBody ? exchange.incoming : null,
        signal: abort.signal,
        visitor: { key: this.visitorKey, connectionId: this.#options.connectionId },
      });
      await this.#sendResponse(exchange, head.method, response, abort.signal);
    } catch (thrown) {
      exchange.reset(asHandlerError(thrown));
    } finally {
      this.#running -= 1;
    }
  }

  async #sendResponse(
    exchange: Exchange,
    method: string,
    response: HostResponse,
    signal: AbortSignal,
  ): Promise<void> {
    if (exchange.over) {
      await discardBody(response.body, signal.reason);
      return;
    }
    const { body } = response;
    const block = this.#encodeHead(response);
    // The visitor may still be sending a body that the handler has not read: it need not go on.
    exchange.onSentEnd = () => {
      if (exchange.receivedEnd) return;
      exchange.incoming.cancel(new PeerServerError('cancelled', 'The answer is complete.'));
    };
    if (body === null || hasNoBody(method, response.status)) {
      this.#connection.sendHeaders(exchange, block, true);
      await discardBody(body, 'This answer has no body.');
      return;
    }
    this.#connection.sendHeaders(exchange, block, false);
    if (body instanceof Uint8Array) await sendWhole(exchange, body);
    else await sendStream(exchange, body, signal);
  }

  /** An answer that cannot be sent is the handler's fault, not the visitor's (E3). */
  #encodeHead(response: HostResponse): Uint8Array<ArrayBuffer> {
    const { status } = response;
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new PeerServerError('host-failed', `The site answered with the status ${status}.`);
    }
    try {
      return encodeResponseHead(response, this.#connection.limits);
    } catch (cause) {
      throw new PeerServerError(
        'host-failed',
        'The site answered with headers that cannot be sent.',
        {
          cause,
        },
      );
    }
  }
}

/** Codes of the house that a handler may answer with; any other stands for a fault of its own (E3). */
const HANDLER_CODES = new Set<ErrorCode>([
  'cancelled',
  'too-slow',
  'body-too-large',
  'storage-failed',
]);

function asHandlerError(thrown: unknown): PeerServerError {
  const error = asPeerServerError(thrown, 'host-failed');
  if (HANDLER_CODES.has(error.code)) return error;
  return new PeerServerError('host-failed', error.message, { cause: error });
}

async function sendWhole(exchange: Exchange, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const written = exchange.outgoing.write(bytes);
  exchange.outgoing.end();
  await written;
}

async function sendStream(
  exchange: Exchange,
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): Promise<void> {
  const reader = stream.getReader();
  const cancel = () => {
    // The stream's own failure to cancel changes nothing for an exchange that is over.
    reader.cancel(signal.reason).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      await exchange.outgoing.write(next.value);
    }
    exchange.outgoing.end();
  } finally {
    signal.removeEventListener('abort', cancel);
    if (signal.aborted) cancel();
    reader.releaseLock();
  }
}

async function discardBody(body: ResponseBody, reason: unknown): Promise<void> {
  if (body instanceof ReadableStream) await body.cancel(reason);
}
