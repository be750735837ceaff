/** What the tests of the local port share: a port to a site that the test plays, and clients of it. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { afterEach, beforeEach } from 'vitest';
import type {
  BodyReader,
  HeaderList,
  ReceivedBody,
  RequestHead,
  VisitorResponse,
} from '../../protocol/http-message.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import type { LocalRequestEvent } from './node-exchange.ts';
import { createLocalServer, type LocalServer, type LocalSite } from './node-local-server.ts';

/** The site's own origin. */
export const SITE = 'http://garden.localhost:8890';

/** The field that every request needs. */
export const HOST = 'Host: localhost\r\n';

/** What the stand-in for the site got. */
export interface Asked {
  readonly head: RequestHead;
  readonly body: BodyReader | null;
  readonly signal: AbortSignal | undefined;
}

/** A conversation byte by byte. */
export interface Talk {
  readonly socket: Socket;
  /** Resolves when the server has ended it, with all that has come. */
  all(): Promise<string>;
}

/** A listening port, anew for each test, and how the site behind it answers. */
export class LocalPort {
  answer: (asked: Asked) => Promise<VisitorResponse> = async () => plain('hello');
  openSocket: LocalSite['openSocket'] = async () => ({ kind: 'refused', response: plain('no') });
  readonly events: LocalRequestEvent[] = [];
  readonly clock = new ManualClock();
  readonly #local: LocalServer;

  /** @param headMs how long a client may take to send a request's head, milliseconds */
  constructor(headMs?: number) {
    this.#local = createLocalServer({
      site: {
        request: (head, openBody, options) =>
          this.answer({ head, body: openBody?.() ?? null, signal: options?.signal }),
        openSocket: (...args) => this.openSocket(...args),
      },
      siteOrigin: SITE,
      onRequest: (event) => this.events.push(event),
      clock: this.clock,
      ...(headMs === undefined ? {} : { headMs }),
    });
  }

  get server(): LocalServer['server'] {
    return this.#local.server;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  close(): Promise<void> {
    return this.#local.close();
  }

  async ask(
    options: RequestOptions = {},
    body?: string,
  ): Promise<{ response: IncomingMessage; text: string }> {
    const request = httpRequest({ port: this.port, host: '127.0.0.1', ...options });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    return { response, text: (await response.toArray()).join('') };
  }

  /** Opens a connection and sends these pieces. */
  talk(...pieces: string[]): Talk {
    const socket = connectTcp(this.port, '127.0.0.1');
    // How it ended is told by `close`.
    socket.on('error', () => {});
    for (const piece of pieces) socket.write(piece);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    return {
      socket,
      async all() {
        await closed;
        return text;
      },
    };
  }
}

/** Gives each test of a file a port of its own. @param use takes it */
export function withLocalPort(use: (local: LocalPort) => void): void {
  let local: LocalPort;
  beforeEach(async () => {
    local = new LocalPort();
    await local.listen();
    use(local);
  });
  afterEach(() => local.close());
}

/** An answer with a body of text. */
export function plain(text: string, headers: HeaderList = [], status = 200): VisitorResponse {
  return { status, headers, body: bodyOf([text]) };
}

/** A body of these pieces. */
export function bodyOf(pieces: readonly string[]) {
  const rest = [...pieces];
  const body = {
    /** Asked when there are no more pieces. */
    onEmpty: async (): Promise<null> => null,
    async read() {
      const piece = rest.shift();
      return piece === undefined ? body.onEmpty() : new TextEncoder().encode(piece);
    },
    cancel() {},
    takeComplete: () => undefined,
  };
  return body satisfies ReceivedBody;
}

/** The text of a body. */
export async function readAll(body: BodyReader | null): Promise<string> {
  let text = '';
  for (let bytes = await body?.read(); bytes; bytes = await body?.read()) {
    text += new TextDecoder().decode(bytes);
  }
  return text;
}

/** Turns of the event loop pass, no time. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
