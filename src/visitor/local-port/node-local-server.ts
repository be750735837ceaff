/** The HTTP server behind a local port: whatever a program asks of it is asked of one site. */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { DEFAULT_LIMITS } from '../../protocol/limits.ts';
import type { SiteConnection } from '../site-connection.ts';
import { refusal } from './failure-answer.ts';
import {
  carryExchange,
  type ExchangeResult,
  type LocalRequestEvent,
  rawFields,
  sendFailure,
} from './node-exchange.ts';
import { writeRefusal } from './node-raw-answer.ts';
import { isSoundHandshake, refuseHandshake } from './node-socket-relay.ts';
import { asSocket, carrySocket, serveWithoutUpgrade } from './node-upgrade.ts';
import { type LocalTarget, type RefusedTarget, readTarget } from './site-address.ts';
import { refuseForeignPage } from './web-page-check.ts';

/** What the port needs of a visit; requests wait in it while there is no connection. */
export type LocalSite = Pick<SiteConnection, 'request' | 'openSocket'>;

export interface LocalServerOptions {
  readonly site: LocalSite;
  /** The site's own origin, e.g. `http://garden.localhost:8890`. */
  readonly siteOrigin: string;
  readonly onRequest: (event: LocalRequestEvent) => void;
  readonly clock?: Clock;
}

export interface LocalServer {
  /** To be put to listening, on loopback addresses only. */
  readonly server: Server;
  /** Ends every connection: WebSockets with a goodbye, what else is under way is cut off. */
  close(): Promise<void>;
}

/**
 * How long an idle client connection is kept, milliseconds: longer than programs that reuse connections let them
 * rest, so that none is closed just when it is used again.
 */
const KEEP_ALIVE_MS = 75_000;
const TRACE_REFUSED: RefusedTarget = {
  ok: false,
  status: 405,
  message: 'TRACE is refused: it would show what other headers hold.',
  headers: [['allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH']],
};
const CONNECT_TEXT = 'This port is no tunnel to other servers; ask it for paths of its site.';

/** Makes a server for one site. */
export function createLocalServer(options: LocalServerOptions): LocalServer {
  const closing = new AbortController();
  // Everything under way listens, which Node would take for a leak.
  setMaxListeners(0, closing.signal);
  const open = new Set<Promise<void>>();
  const busy = new WeakMap<Duplex, number>();
  const server = createServer({
    // What the protocol can carry in one header block (SPEC R1).
    maxHeaderSize: DEFAULT_LIMITS.headerBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // An upload may take as long as it takes.
    requestTimeout: 0,
    insecureHTTPParser: false,
  });
  // Beyond it Node would leave fields out without a word. Their size is limited above, their number by R1.
  server.maxHeadersCount = 0;

  const watch = (work: Promise<void>): void => {
    open.add(work);
    void work.then(() => open.delete(work));
  };
  const serve = (request: IncomingMessage, response: ServerResponse, waits: boolean): void => {
    const { socket } = request;
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.on('close', () => busy.set(socket, (busy.get(socket) ?? 1) - 1));
    watch(answer(request, response, waits, options, closing.signal));
  };
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const raw = asSocket(stream);
    if (!raw) stream.destroy();
    else if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, raw, head);
    } else if (!isSoundHandshake(request)) refuseHandshake(request, raw, head);
    else watch(upgrade(request, raw, head, options, closing.signal));
  });
  server.on('connect', (_request, socket: Duplex) => {
    writeRefusal(socket, refusal(501, CONNECT_TEXT));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // In the middle of an answer, another one would pass for a part of it.
    if ((busy.get(socket) ?? 0) > 0 || !socket.writable) socket.destroy();
    else writeRefusal(socket, parserRefusal(error.code));
  });
  return {
    server,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      closing.abort();
      await Promise.all(open);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
  { site, siteOrigin, onRequest }: LocalServerOptions,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const { method = 'GET', url = '' } = request;
  const place = method === 'TRACE' ? TRACE_REFUSED : locate(request, siteOrigin, false);
  const result = place.ok
    ? await carryExchange({
        request,
        response,
        target: place.target,
        origins: { site: siteOrigin, client: place.clientOrigin },
        expectsContinue,
        site,
        signal,
      })
    : refuse(request, response, expectsContinue, place);
  const target = place.ok ? place.target : url;
  onRequest({ method, target, ms: performance.now() - started, ...result });
}

async function upgrade(
  request: IncomingMessage,
  raw: Socket,
  head: Buffer,
  { site, siteOrigin, onRequest, clock = systemClock }: LocalServerOptions,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const place = locate(request, siteOrigin, true);
  if (!place.ok) {
    const { status, message } = place;
    writeRefusal(raw, refusal(status, message));
    const error = new PeerServerError('bad-input', message);
    onRequest({ method: 'GET', target: request.url ?? '', status, bytes: 0, ms: 0, error });
    return;
  }
  const { target } = place;
  const origins = { site: siteOrigin, client: place.clientOrigin };
  const result = await carrySocket({ request, raw, head, target, origins, site, clock, signal });
  onRequest({ method: 'GET', target, ms: performance.now() - started, ...result });
}

/** Answers without asking the site. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
  { status, message, headers }: RefusedTarget,
): ExchangeResult {
  // The client may or may not send the body that it asked about.
  if (expectsContinue) response.shouldKeepAlive = false;
  sendFailure(response, refusal(status, message, headers));
  request.resume();
  return { status, bytes: 0, error: new PeerServerError('bad-input', message) };
}

/** What the request asks for, unless it names another host, or comes from another site's page. */
function locate(request: IncomingMessage, siteOrigin: string, opensSocket: boolean): LocalTarget {
  const fields = rawFields(request);
  const hosts = fields.filter(([name]) => name === 'host').map(([, value]) => value);
  const place = readTarget(request.url ?? '', hosts, siteOrigin);
  if (!place.ok) return place;
  const { method = 'GET' } = request;
  const { clientOrigin } = place;
  return refuseForeignPage({ method, opensSocket, fields, siteOrigin, clientOrigin }) ?? place;
}

/** In words what Node's parser refused; it is strict, so that nothing can be read in two ways. */
function parserRefusal(code: string | undefined) {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refusal(431, 'The headers are longer than 48 KiB. Send fewer, or shorter ones.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refusal(408, 'The head of the request took too long.');
    case 'HPE_INVALID_METHOD':
      return refusal(
        501,
        'This method is unknown here: Node reads only those registered with IANA.',
      );
    default:
      return refusal(400, `This is not HTTP as it should be (${code ?? 'unknown error'}).`);
  }
}
