/** A site whose author has paused it: visitors stay connected and are told so, and nothing reaches the site. */
import type { Clock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import {
  type HostRequest,
  type HostResponse,
  headerValue,
  type RequestHandler,
} from '../protocol/http-message.ts';
import type { MessageSocket } from '../protocol/message-socket.ts';
import { type EndableStream, endableStream } from './endable-stream.ts';
import { messagePage } from './message-page.ts';

/** When a visitor's page looks again by itself, seconds: soon for a person, seldom for the host. */
export const PAUSED_RETRY_SECONDS = 5;
/**
 * How long an answer of unknown length may still take when the pause begins, milliseconds: a page that is just
 * being sent arrives whole, and one without an end is cut.
 */
export const PAUSE_GRACE_MS = 5_000;
/** "Try again later", as RFC 6455 has it for a server that is for the moment not to be had. */
const SOCKET_CODE = 1013;
const REASON = 'This site is paused.';
const NOT_ARRIVED = 'What you sent has not arrived: go back, and send it again later.';
const UNKNOWN = 'Whether it did what you asked is not known.';

/** `closing` gives answers that were on their way when the pause began their time. */
type State = 'open' | 'closing' | 'closed';

/** Stands before a site's handler, and answers in its place while paused. */
export class Pause {
  readonly #clock: Clock;
  readonly #onChange: (paused: boolean) => void;
  /** Open answers without a known end. */
  readonly #endless = new Set<EndableStream>();
  readonly #eventStreams = new Set<EndableStream>();
  readonly #sockets = new Set<MessageSocket>();
  #state: State = 'open';
  #cancelGrace: () => void = () => {};

  /** @param onChange called when the pause has begun or ended */
  constructor(clock: Clock, onChange: (paused: boolean) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get paused(): boolean {
    return this.#state !== 'open';
  }

  /** Begins the pause, and ends WebSockets and event streams. Without effect while paused. */
  begin(): void {
    if (this.paused) return;
    this.#state = 'closing';
    for (const socket of this.#sockets) closeSocket(socket);
    for (const stream of this.#eventStreams) stream.end();
    this.#cancelGrace = this.#clock.schedule(PAUSE_GRACE_MS, () => {
      this.#state = 'closed';
      // Not an orderly end: half a page must not look like a whole one.
      for (const stream of this.#endless) stream.end(new PeerServerError('host-away', REASON));
    });
    this.#onChange(true);
  }

  /** Ends the pause. Without effect while not paused. */
  end(): void {
    if (!this.paused) return;
    this.#cancelGrace();
    this.#state = 'open';
    this.#onChange(false);
  }

  /** The handler, as it answers with pauses. */
  before(handler: RequestHandler): RequestHandler {
    return async (request) => {
      if (this.paused) return pausedAnswer(request, 'refused');
      const response = await handler(request);
      return this.#watched(request, response);
    };
  }

  /** Keeps hold of what may stay open for any time. Ordinary answers are passed on as they are. */
  #watched(request: HostRequest, response: HostResponse): HostResponse {
    const { body, webSocket, headers } = response;
    if (webSocket) {
      return { ...response, webSocket: (socket) => this.#open(socket, webSocket) };
    }
    if (!(body instanceof ReadableStream) || headerValue(headers, 'content-length') !== undefined) {
      return response;
    }
    const isEvents = /^text\/event-stream\b/i.test(headerValue(headers, 'content-type') ?? '');
    if (this.#state === 'closed' || (isEvents && this.paused)) {
      void body.cancel(REASON).catch(() => {
        // It failed by itself at the same moment, and nobody waits for it any more.
      });
      return pausedAnswer(request, 'handled');
    }
    const kept = isEvents ? this.#eventStreams : this.#endless;
    const stream = endableStream(body, () => kept.delete(stream));
    kept.add(stream);
    return { ...response, body: stream.readable };
  }

  #open(
    socket: MessageSocket,
    webSocket: NonNullable<HostResponse['webSocket']>,
  ): void | Promise<void> {
    this.#sockets.add(socket);
    void socket.closed.then(() => this.#sockets.delete(socket));
    const opened = webSocket(socket);
    // Accepted before the pause: the site's end must learn that it is over, too.
    if (this.paused) closeSocket(socket);
    return opened;
  }
}

function closeSocket(socket: MessageSocket): void {
  socket.close(SOCKET_CODE, REASON);
}

/** Whether the site had been given a request that is answered in its place. */
type Reach = 'refused' | 'handled';

/** What visitors get while the site is paused: a page for a person, a few words for a script. */
function pausedAnswer(request: HostRequest, reach: Reach): HostResponse {
  const retry = ['retry-after', String(PAUSED_RETRY_SECONDS)] as const;
  const store = ['cache-control', 'no-store'] as const;
  if (isEventStream(request)) {
    // An EventSource gives up for good on any other answer; with this one it asks again until the site is back.
    return {
      status: 200,
      headers: [['content-type', 'text/event-stream'], store, retry],
      body: new TextEncoder().encode(`retry: ${PAUSED_RETRY_SECONDS * 1000}\n\n`),
    };
  }
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const mayHaveActed = !isRead && reach === 'handled';
  // Clients repeat by themselves what they are told to try again.
  const headers = mayHaveActed ? [store] : [store, retry];
  if (isDocument(request)) {
    const outlook = isRead
      ? 'This page tries again by itself.'
      : mayHaveActed
        ? UNKNOWN
        : NOT_ARRIVED;
    const text = `Its author has paused it for a while. ${outlook}`;
    return messagePage(request, 503, 'This site is paused', text, {
      headers,
      // Only what a reload cannot do twice.
      ...(isRead ? { refreshSeconds: PAUSED_RETRY_SECONDS } : {}),
    });
  }
  const body = new TextEncoder().encode(mayHaveActed ? `${REASON} ${UNKNOWN}\n` : `${REASON}\n`);
  return {
    status: 503,
    headers: [
      ['content-type', 'text/plain; charset=utf-8'],
      ['content-length', String(body.length)],
      ...headers,
    ],
    body: request.method === 'HEAD' ? null : body,
  };
}

function isEventStream({ method, headers }: HostRequest): boolean {
  return method === 'GET' && /\btext\/event-stream\b/i.test(headerValue(headers, 'accept') ?? '');
}

/** Whether a person will see the answer as a page. Clients that do not say so, by what they take. */
function isDocument({ headers, upgrade }: HostRequest): boolean {
  if (upgrade) return false;
  const destination = headerValue(headers, 'sec-fetch-dest');
  if (destination !== undefined) return /^(document|iframe|frame|embed|object)$/.test(destination);
  return /\btext\/html\b/i.test(headerValue(headers, 'accept') ?? '');
}
