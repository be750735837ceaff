/** What a client may want instead of an answer: a WebSocket, or a protocol that is not spoken here. */
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Clock } from '../../protocol/clock.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import { type HeaderList, headerValue } from '../../protocol/http-message.ts';
import type { SiteConnection } from '../site-connection.ts';
import { failureAnswer } from './failure-answer.ts';
import { fieldsForClient, fieldsForSite, type Origins } from './forwarded-fields.ts';
import {
  clientIsGone,
  type ExchangeResult,
  passOn,
  rawFields,
  sendFailure,
} from './node-exchange.ts';
import { SocketRelay } from './node-socket-relay.ts';

/** Bytes that a client may send before its handshake is answered; an honest one waits. */
const MAX_EARLY_BYTES = 64 * 1024;

/** Fields of an accepting answer that `ws` writes itself. */
const HANDSHAKE_FIELDS = new Set([
  'content-length',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
]);

export interface UpgradeOptions {
  readonly request: IncomingMessage;
  readonly raw: Socket;
  /** What came behind the request's head. */
  readonly head: Buffer;
  /** The request's, as `rawFields` gives them. */
  readonly fields: HeaderList;
  readonly target: string;
  readonly origins: Origins;
  readonly site: Pick<SiteConnection, 'openSocket'>;
  readonly clock: Clock;
  /** Aborts when the port closes. */
  readonly signal: AbortSignal;
}

/**
 * Opens a WebSocket at the site for a client and carries its messages until it is over. A refusal of the host's
 * is passed on as it is. Never rejects.
 */
export async function carrySocket(options: UpgradeOptions): Promise<ExchangeResult> {
  const { request, raw, fields, target, origins, site, signal } = options;
  const gone = new AbortController();
  const leave = (): void => gone.abort(clientIsGone());
  signal.addEventListener('abort', leave, { once: true });
  const early = new EarlyBytes(raw, options.head, leave);
  const head = { method: 'GET', target, headers: fieldsForSite(fields, origins) };
  try {
    const answer = await site.openSocket(head, { signal: gone.signal });
    if (answer.kind === 'refused') {
      early.discard();
      return await answerPlainly(request, raw, signal, (response) =>
        passOn(response, answer.response, origins, { bytes: 0 }),
      );
    }
    signal.removeEventListener('abort', leave);
    const headers = fieldsForClient(answer.headers, origins, { status: 101, bodyBytes: null });
    const opened = {
      socket: answer.socket,
      headers: headers.filter(([name]) => !HANDSHAKE_FIELDS.has(name)),
      breakOff: leave,
    };
    const relay = new SocketRelay(request, raw, early.handOver(), opened, options.clock);
    const goodbye = (): void => void relay.close();
    signal.addEventListener('abort', goodbye, { once: true });
    const result = await relay.done;
    signal.removeEventListener('abort', goodbye);
    return { status: 101, ...result };
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'host-failed');
    if (gone.signal.aborted) raw.destroy();
    if (raw.destroyed) return { status: error.status, bytes: 0, error };
    early.discard();
    return await answerPlainly(request, raw, signal, async (response) => {
      sendFailure(response, failureAnswer(error));
      return { status: response.statusCode, bytes: 0, error };
    });
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** An ordinary answer on a socket that was taken from the HTTP server; its last one. */
async function answerPlainly(
  request: IncomingMessage,
  raw: Socket,
  signal: AbortSignal,
  answer: (response: ServerResponse) => Promise<ExchangeResult>,
): Promise<ExchangeResult> {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(raw);
  cutOffAtEnd(raw, response, signal);
  // Both the HTTP server would do for a socket of its own.
  raw.on('drain', () => response.emit('drain'));
  response.on('finish', () => raw.end(() => raw.destroy()));
  try {
    return await answer(response);
  } catch (thrown) {
    response.destroy();
    const error = asPeerServerError(thrown, 'host-failed');
    return { status: response.statusCode, bytes: 0, error };
  }
}

/** The HTTP server knows nothing of this socket any more, so it would wait for a client that reads slowly. */
function cutOffAtEnd(raw: Socket, response: ServerResponse, signal: AbortSignal): void {
  const cut = (): void => void response.destroy();
  // The socket's `close` may have come already, and the response goes by that.
  if (raw.destroyed || signal.aborted) {
    cut();
    return;
  }
  signal.addEventListener('abort', cut, { once: true });
  raw.once('close', () => signal.removeEventListener('abort', cut));
}

/** Notices a client that leaves while the host is asked, and keeps what it sends too early. */
class EarlyBytes {
  readonly #raw: Socket;
  readonly #kept: Buffer[];
  #bytes: number;
  readonly #keep = (chunk: Buffer): void => {
    this.#kept.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_EARLY_BYTES) this.#raw.destroy();
  };
  readonly #leave: () => void;

  constructor(raw: Socket, head: Buffer, leave: () => void) {
    this.#raw = raw;
    this.#kept = [head];
    this.#bytes = head.length;
    this.#leave = leave;
    raw.on('data', this.#keep);
    raw.on('end', leave);
    raw.on('close', leave);
    // Its end tells the same.
    raw.on('error', () => {});
  }

  /** Stops watching; what was kept is the next reader's, who must listen before this turn is over. */
  handOver(): Buffer {
    this.#raw.off('data', this.#keep);
    this.#raw.off('end', this.#leave);
    this.#raw.off('close', this.#leave);
    return Buffer.concat(this.#kept.splice(0));
  }

  /** Stops watching: there will be no reader, and whatever comes is thrown away. */
  discard(): void {
    this.handOver();
    this.#raw.resume();
  }
}

/**
 * Gives a request that asked for another protocol back to the HTTP server, without that wish: a server may ignore
 * it (RFC 9110, 7.8), and programs that would rather speak HTTP/2 count on that.
 */
export function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  raw: Socket,
  head: Buffer,
): void {
  const fields = rawFields(request);
  const wishes = new Set(['upgrade', 'connection', 'http2-settings']);
  const kept = fields.filter(([name]) => !wishes.has(name));
  const closes = /\bclose\b/i.test(headerValue(fields, 'connection') ?? '');
  const lines = [
    `${request.method} ${request.url} HTTP/${request.httpVersion}`,
    ...kept.map(([name, value]) => `${name}: ${value}`),
    ...(closes ? ['connection: close'] : []),
    '',
    '',
  ];
  raw.unshift(Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), head]));
  server.emit('connection', raw);
}

/** The socket of an upgrade. Node's types leave open what it is; of an HTTP server it is always this. */
export function asSocket(stream: unknown): Socket | undefined {
  return stream instanceof Socket ? stream : undefined;
}
