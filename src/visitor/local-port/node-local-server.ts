/** The HTTP server behind a local port: whatever a program asks of it is asked of one site. */
import { setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  METHODS,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { HeaderList } from '../../protocol/http-message.ts';
import { DEFAULT_LIMITS } from '../../protocol/limits.ts';
import type { SiteConnection } from '../site-connection.ts';
import { type Refusal, refusalAnswer, refusalError, refused } from './failure-answer.ts';
import {
  carryExchange,
  type ExchangeResult,
  type LocalRequestEvent,
  rawFields,
  sendFailure,
} from './node-exchange.ts';
import { writeRefusal } from './node-raw-answer.ts';
import { refuseHandshake } from './node-socket-relay.ts';
import { asSocket, carrySocket, serveWithoutUpgrade } from './node-upgrade.ts';
import { type ParserError, readRefused } from './parser-refusal.ts';
import { type LocalTarget, readTarget } from './site-address.ts';
import { refuseForeignPage } from './web-page-check.ts';

/** What the port needs of a visit; requests wait in it while there is no connection. */
export type LocalSite = Pick<SiteConnection, 'request' | 'openSocket'>;

export interface LocalServerOptions {
  readonly site: LocalSite;
  /** The site's own origin, e.g. `http://garden.localhost:8890`. */
  readonly siteOrigin: string;
  readonly onRequest: (event: LocalRequestEvent) => void;
  readonly clock?: Clock;
  /** How long a client may take to send the head of a request, milliseconds; default `HEAD_MS`. */
  readonly headMs?: number;
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
/**
 * How long a client may take to send the head of a request, milliseconds. Programs open connections ahead of time,
 * so it begins long before the request does; this is what servers usually grant.
 */
const HEAD_MS = 60_000;
/** How often that is looked at, at most, milliseconds. */
const HEAD_CHECK_MS = 5_000;
/** Those that Node's parser knows and that are not refused. */
const ALLOWED_METHODS = METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE');
const TRACE_REFUSED = refused(405, 'TRACE is refused: it would show what other headers hold.', [
  ['allow', ALLOWED_METHODS.join(', ')],
]);
const EXPECTATION_REFUSED = refused(
  417,
  'The only expectation that is understood is 100-continue.',
);
const CONNECT_REFUSED = refused(
  501,
  'This port is no tunnel to other servers; ask it for paths of its site.',
);

/** Makes a server for one site. */
export function createLocalServer(options: LocalServerOptions): LocalServer {
  const { headMs = HEAD_MS } = options;
  const closing = new AbortController();
  // Everything under way listens, which Node would take for a leak.
  setMaxListeners(0, closing.signal);
  const open = new Set<Promise<void>>();
  const busy = new WeakMap<Duplex, number>();
  const server = createServer({
    // What the protocol can carry in one header block (SPEC R1).
    maxHeaderSize: DEFAULT_LIMITS.headerBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // An upload may take as long as it takes. By default the limit for heads would go with the one for requests.
    requestTimeout: 0,
    headersTimeout: headMs,
    connectionsCheckingInterval: Math.min(headMs, HEAD_CHECK_MS),
    insecureHTTPParser: false,
    // Refused here, with our own words and a line in the log.
    requireHostHeader: false,
  });
  // Beyond it Node would leave fields out without a word. Their size is limited above, their number by SPEC R1.
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
  server.on('checkExpectation', (request, response) => serve(request, response, true));
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const raw = asSocket(stream);
    if (!raw) stream.destroy();
    else if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, raw, head);
    } else watch(upgrade(request, raw, head, options, closing.signal));
  });
  server.on('connect', ({ url = '' }: IncomingMessage, socket: Duplex) => {
    const result = refuseRaw(socket, CONNECT_REFUSED);
    options.onRequest({ method: 'CONNECT', target: url, ms: 0, ...result });
  });
  server.on('clientError', (error: ParserError, socket) => {
    // In the middle of an answer, another one would pass for a part of it.
    const isAnswering = (busy.get(socket) ?? 0) > 0;
    // A connection that was opened ahead of time and never used is no request.
    const isUnused = asSocket(socket)?.bytesRead === 0;
    if (isAnswering || isUnused || !socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { method, target, refusal } = readRefused(error);
    options.onRequest({ method, target, ms: 0, ...refuseRaw(socket, refusal) });
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
  const fields = rawFields(request);
  const place = refuseWish(request, expectsContinue) ?? locate(request, fields, siteOrigin, false);
  const result = place.ok
    ? await carryExchange({
        request,
        response,
        fields,
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
  const { method = 'GET', url = '' } = request;
  const fields = rawFields(request);
  const place = refuseHandshake(request) ?? locate(request, fields, siteOrigin, true);
  const result = place.ok
    ? await carrySocket({
        request,
        raw,
        head,
        fields,
        target: place.target,
        origins: { site: siteOrigin, client: place.clientOrigin },
        site,
        clock,
        signal,
      })
    : refuseRaw(raw, place);
  const target = place.ok ? place.target : url;
  onRequest({ method, target, ms: performance.now() - started, ...result });
}

/** Answers without asking the site. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
  refusal: Refusal,
): ExchangeResult {
  // The client may or may not send the body that it asked about.
  if (expectsContinue) response.shouldKeepAlive = false;
  sendFailure(response, refusalAnswer(refusal));
  request.resume();
  return refusedResult(refusal);
}

/** As above, on a socket that has no response object. */
function refuseRaw(socket: Duplex, refusal: Refusal): ExchangeResult {
  writeRefusal(socket, refusalAnswer(refusal));
  return refusedResult(refusal);
}

function refusedResult(refusal: Refusal): ExchangeResult {
  return { status: refusal.status, bytes: 0, error: refusalError(refusal) };
}

/** @param expects the client waits for something before it sends its body */
function refuseWish({ method, headers }: IncomingMessage, expects: boolean): Refusal | undefined {
  if (method === 'TRACE') return TRACE_REFUSED;
  const isUnderstood = !expects || /\b100-continue\b/i.test(headers.expect ?? '');
  return isUnderstood ? undefined : EXPECTATION_REFUSED;
}

/** What the request asks for, unless it names another host, or comes from another site's page. */
function locate(
  request: IncomingMessage,
  fields: HeaderList,
  siteOrigin: string,
  opensSocket: boolean,
): LocalTarget {
  const hosts = fields.filter(([name]) => name === 'host').map(([, value]) => value);
  if (hosts.length === 0 && request.httpVersion !== '1.0') {
    return refused(400, 'There is no Host field.');
  }
  const place = readTarget(request.url ?? '', hosts, siteOrigin);
  if (!place.ok) return place;
  const { method = 'GET' } = request;
  const { clientOrigin } = place;
  return refuseForeignPage({ method, opensSocket, fields, siteOrigin, clientOrigin }) ?? place;
}
