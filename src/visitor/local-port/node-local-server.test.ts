import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PeerServerError } from '../../protocol/errors.ts';
import type {
  BodyReader,
  HeaderList,
  ReceivedBody,
  RequestHead,
  VisitorResponse,
} from '../../protocol/http-message.ts';
import type { MessageSocket, SocketClose, SocketMessage } from '../../protocol/message-socket.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import type { LocalRequestEvent } from './node-exchange.ts';
import { createLocalServer, type LocalServer, type LocalSite } from './node-local-server.ts';

const SITE = 'http://garden.localhost:8890';

/** What the stand-in for the site got, and how it answers. */
interface Asked {
  readonly head: RequestHead;
  readonly body: BodyReader | null;
  readonly signal: AbortSignal | undefined;
}

let local: LocalServer;
let port: number;
let events: LocalRequestEvent[];
let clock: ManualClock;
let answer: (asked: Asked) => Promise<VisitorResponse>;
let openSocket: LocalSite['openSocket'];

beforeEach(async () => {
  events = [];
  clock = new ManualClock();
  answer = async () => plain('hello');
  openSocket = async () => ({ kind: 'refused', response: plain('no') });
  local = createLocalServer({
    site: {
      request: (head, openBody, options) =>
        answer({ head, body: openBody?.() ?? null, signal: options?.signal }),
      openSocket: (...args) => openSocket(...args),
    },
    siteOrigin: SITE,
    onRequest: (event) => events.push(event),
    clock,
  });
  local.server.listen(0, '127.0.0.1');
  await once(local.server, 'listening');
  port = (local.server.address() as AddressInfo).port;
});

afterEach(() => local.close());

function plain(text: string, headers: HeaderList = [], status = 200): VisitorResponse {
  return { status, headers, body: bodyOf([text]) };
}

/** A body of these pieces. */
function bodyOf(pieces: readonly string[]) {
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

async function readAll(body: BodyReader | null): Promise<string> {
  let text = '';
  for (let bytes = await body?.read(); bytes; bytes = await body?.read()) {
    text += new TextDecoder().decode(bytes);
  }
  return text;
}

async function ask(
  options: RequestOptions = {},
  body?: string,
): Promise<{ response: IncomingMessage; text: string }> {
  const request = httpRequest({ port, host: '127.0.0.1', ...options });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  return { response, text: (await response.toArray()).join('') };
}

/** A conversation byte by byte. `all` resolves when the server has ended it, with all that has come. */
function talk(...pieces: string[]): { socket: Socket; all(): Promise<string> } {
  const socket = connectTcp(port, '127.0.0.1');
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

const HOST = 'Host: localhost\r\n';

it('carries a request and its answer', async () => {
  let asked: RequestHead | undefined;
  answer = async ({ head, body }) => {
    asked = head;
    return plain(`got ${await readAll(body)}`, [['x-a', '1']], 201);
  };
  const headers = { 'x-b': ['2', '3'] };
  const { response, text } = await ask({ method: 'POST', path: '/p?q', headers }, 'body');
  expect(asked).toMatchObject({ method: 'POST', target: '/p?q' });
  expect(asked?.headers).toContainEqual(['host', 'garden.localhost:8890']);
  expect(asked?.headers.filter(([name]) => name === 'x-b')).toEqual([
    ['x-b', '2'],
    ['x-b', '3'],
  ]);
  expect(response).toMatchObject({ statusCode: 201, headers: { 'x-a': '1' } });
  expect(text).toBe('got body');
  expect(events).toMatchObject([{ method: 'POST', target: '/p?q', status: 201, bytes: 8 }]);
});

it('lets a client wait for its go-ahead until the tunnel takes the body', async () => {
  let take: () => void = () => {};
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  answer = async ({ head, body }) => {
    expect(head.headers.map(([name]) => name)).not.toContain('expect');
    await taken;
    return plain(await readAll(body));
  };
  const request = httpRequest({
    ...{ port, host: '127.0.0.1', method: 'PUT' },
    headers: { expect: '100-continue', 'content-length': 4 },
  });
  request.flushHeaders();
  let isContinued = false;
  request.on('continue', () => {
    isContinued = true;
    request.end('body');
  });
  await once(local.server, 'checkContinue');
  expect(isContinued).toBe(false);
  take();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect((await response.toArray()).join('')).toBe('body');
});

it('closes the connection of a client that got an answer instead of its go-ahead', async () => {
  answer = async () => plain('too large', [], 413);
  const { all } = talk(
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
  );
  const answered = await all();
  expect(answered).toMatch(/^HTTP\/1\.1 413 /);
  expect(answered).toMatch(/connection: close/i);
});

it('says which error kept an answer from coming', async () => {
  answer = async () => {
    throw new PeerServerError('too-slow', 'The handler took too long.');
  };
  const { response, text } = await ask();
  expect(response.statusCode).toBe(504);
  expect(response.headers['peerserver-error']).toBe('too-slow');
  expect(text).toBe('The handler took too long.\n');
  expect(events).toMatchObject([{ status: 504, error: { code: 'too-slow' } }]);
});

it.each([
  { version: '1.1', headers: [], end: 'end' },
  { version: '1.1', headers: [['content-length', '100']], end: 'end' },
  // Where nothing else marks the end of a body, an orderly one would pass for it.
  { version: '1.0', headers: [], end: 'error' },
] as {
  version: string;
  headers: HeaderList;
  end: string;
}[])('ends the connection of HTTP/$version in the middle of a body that breaks off, by an $end (SPEC S6)', async ({
  version,
  headers,
  end,
}) => {
  const body = bodyOf(['half']);
  answer = async () => ({ status: 200, headers, body });
  const { socket } = talk(`GET / HTTP/${version}\r\n${HOST}\r\n`);
  const seen: string[] = [];
  socket.on('end', () => seen.push('end')).on('error', () => seen.push('error'));
  let all = '';
  let arrived: () => void = () => {};
  const half = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  socket.on('data', (chunk) => {
    all += chunk;
    if (all.includes('half')) arrived();
  });
  body.onEmpty = async () => {
    await half;
    throw new PeerServerError('connection-lost', 'Gone.');
  };
  await new Promise((resolve) => socket.on('close', resolve));
  expect(seen).toEqual([end]);
  expect(all).not.toContain('0\r\n\r\n');
  expect(events).toMatchObject([{ status: 200, bytes: 4, error: { code: 'connection-lost' } }]);
});

it('cancels the exchange when the client goes away', async () => {
  const cancelled = new Promise<void>((resolve) => {
    answer = ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          resolve();
          reject(signal.reason);
        });
        socket.destroy();
      });
  });
  const { socket } = talk(`GET / HTTP/1.1\r\n${HOST}\r\n`);
  await cancelled;
  await until(() => events.length === 1);
  expect(events).toMatchObject([{ error: { code: 'cancelled' } }]);
});

/** Turns of the event loop pass, no time. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

it('asks for no more of a body than the client takes', async () => {
  let pieces = 0;
  const piece = new Uint8Array(64 * 1024);
  const body: ReceivedBody = {
    async read() {
      pieces += 1;
      return pieces > 1000 ? null : piece;
    },
    cancel() {},
    takeComplete: () => undefined,
  };
  answer = async () => ({ status: 200, headers: [], body });
  const socket = connectTcp(port, '127.0.0.1');
  socket.pause();
  socket.write(`GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
  await once(local.server, 'request');
  let before = -1;
  while (pieces !== before || pieces === 0) {
    before = pieces;
    for (let turn = 0; turn < 200; turn += 1) await new Promise((next) => setImmediate(next));
  }
  // The kernel's buffers take some megabytes; 62 MB is what there is.
  expect(pieces).toBeLessThan(500);
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  socket.resume();
  await once(socket, 'close');
  expect(bytes).toBeGreaterThan(1000 * piece.length);
});

it.each([
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', 501],
  ['TRACE', `TRACE / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 405],
  ['an unknown method', `FROB / HTTP/1.1\r\n${HOST}\r\n`, 501],
  ['a request without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  [
    'a foreign Host (DNS rebinding)',
    'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    403,
  ],
  ['headers above the limit', `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(50_000)}\r\n\r\n`, 431],
  ['nonsense', 'GET \u0000\r\n\r\n', 400],
  // What two programs could read in two ways, so that one request hides in another.
  [
    'both a length and chunks',
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'two lengths',
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    400,
  ],
  [
    'chunks that are not the last coding',
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['a blank before the colon', `GET / HTTP/1.1\r\n${HOST}A : b\r\n\r\n`, 400],
  ['a bare line feed', `GET / HTTP/1.1\n${HOST}\n\n`, 400],
])('refuses %s without asking the site', async (_what, bytes, status) => {
  let isAsked = false;
  answer = async ({ body }) => {
    isAsked = body === null;
    return plain(await readAll(body));
  };
  const { all } = talk(bytes);
  expect(await all()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(isAsked).toBe(false);
});

it('serves one request after another on one connection, whatever their answers are', async () => {
  const answers = new Map<string, VisitorResponse>([
    ['/1', { status: 204, headers: [], body: null }],
    ['/2', { status: 304, headers: [['content-length', '9']], body: null }],
    ['/3', { status: 205, headers: [], body: null }],
    ['/4', plain('last')],
  ]);
  answer = async ({ head, body }) => {
    await readAll(body);
    return answers.get(head.target) ?? plain('none');
  };
  const get = (target: string) => `GET ${target} HTTP/1.1\r\n${HOST}`;
  const post = (target: string) => `POST ${target} HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nab`;
  // All at once: the client does not wait for one answer before it asks for the next.
  const { all } = talk(
    `${post('/1')}${get('/2')}\r\n${post('/3')}${get('/4')}Connection: close\r\n\r\n`,
  );
  const statuses = [...(await all()).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual(['204', '304', '205', '200']);
});

it('takes the rest of an upload that the site gave up, so that the client reads its answer', async () => {
  answer = async ({ body }) => {
    await body?.read();
    body?.cancel();
    return plain('enough');
  };
  const request = httpRequest({ port, host: '127.0.0.1', method: 'PUT' });
  const answered = once(request, 'response');
  const sent = once(request, 'finish');
  request.end('x'.repeat(5_000_000));
  // As a client does that reads no answer before it has sent everything.
  await sent;
  const [response] = (await answered) as [IncomingMessage];
  expect((await response.toArray()).join('')).toBe('enough');
});

it('serves a request that would rather upgrade to another protocol as it is', async () => {
  answer = async ({ head, body }) => plain(`${head.method} ${await readAll(body)}`);
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'A' };
  const { text } = await ask({ method: 'POST', headers }, 'body');
  expect(text).toBe('POST body');
});

/** A host's end of a socket that the test plays. */
class FakeSocket implements MessageSocket {
  readonly bufferedAmount = 0;
  readonly closed: Promise<SocketClose>;
  readonly sent: SocketMessage[] = [];
  readonly closes: unknown[] = [];
  readonly #incoming: (SocketMessage | null)[] = [];
  #wake: () => void = () => {};
  #settle: (close: SocketClose) => void = () => {};

  constructor(readonly protocol: string) {
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** What the host sends; null when it is over. */
  give(message: SocketMessage | null): void {
    this.#incoming.push(message);
    this.#wake();
  }

  over(close: SocketClose): void {
    this.#settle(close);
    this.give(null);
  }

  async read(): Promise<SocketMessage | null> {
    while (this.#incoming.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#incoming.shift() ?? null;
  }

  async send(message: SocketMessage): Promise<void> {
    this.sent.push(message);
  }

  close(code?: number, reason?: string): void {
    this.closes.push([code, reason]);
    this.over({ code: code ?? 1005, reason: reason ?? '', wasClean: true });
  }
}

function acceptWith(socket: FakeSocket, headers: HeaderList = []): void {
  openSocket = async (_head, options) => {
    options?.signal?.addEventListener('abort', () =>
      socket.over({ code: 1006, reason: 'broken off', wasClean: false }),
    );
    return { kind: 'open', headers, socket };
  };
}

async function openClient(protocols: string[] = []): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/live`, protocols);
  await once(client, 'open');
  return client;
}

it('carries messages and closes both ways', async () => {
  const host = new FakeSocket('b');
  acceptWith(host, [
    ['sec-websocket-protocol', 'b'],
    ['set-cookie', 'a=1'],
  ]);
  const client = new WebSocket(`ws://127.0.0.1:${port}/live`, ['a', 'b']);
  const opened = once(client, 'open');
  const [upgrade] = (await once(client, 'upgrade')) as [IncomingMessage];
  expect(upgrade.headers['set-cookie']).toEqual(['a=1']);
  await opened;
  expect(client.protocol).toBe('b');
  client.send('text');
  client.send(Buffer.from([1, 2]));
  await until(() => host.sent.length === 2);
  expect(host.sent).toEqual(['text', new Uint8Array([1, 2])]);
  const received = once(client, 'message');
  host.give('hello');
  expect(String((await received)[0])).toBe('hello');
  client.close(4000, 'words');
  await until(() => events.length === 1);
  expect(host.closes).toEqual([[4000, 'words']]);
  expect(events).toMatchObject([{ method: 'GET', target: '/live', status: 101, bytes: 5 }]);
  expect(events[0]?.error).toBeUndefined();
});

it.each([
  [{ code: 4001, reason: 'words', wasClean: true }, 4001],
  [{ code: 1005, reason: '', wasClean: true }, 1005],
  [{ code: 1006, reason: 'lost', wasClean: false }, 1006],
])("passes the host's end %j to the client", async (close, code) => {
  const host = new FakeSocket('');
  acceptWith(host);
  const client = await openClient();
  const closed = once(client, 'close');
  host.over(close);
  expect((await closed)[0]).toBe(code);
});

it('breaks the host’s end off when the client breaks off', async () => {
  const host = new FakeSocket('');
  acceptWith(host);
  (await openClient()).terminate();
  expect(await host.closed).toMatchObject({ code: 1006 });
});

it('notices that a client is gone while its messages wait for the host', async () => {
  const host = new FakeSocket('');
  let isWaiting = false;
  // It takes no message.
  host.send = () => {
    isWaiting = true;
    return new Promise(() => {});
  };
  acceptWith(host);
  const client = await openClient();
  client.send('waits');
  await until(() => isWaiting);
  client.terminate();
  let isOver = false;
  void host.closed.then(() => {
    isOver = true;
  });
  // What is written first makes the client's machine say that nobody is there.
  while (!isOver) {
    clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await host.closed).toMatchObject({ code: 1006 });
});

it("passes a refusal as the host's answer", async () => {
  openSocket = async () => ({
    kind: 'refused',
    response: plain('x'.repeat(200_000), [['x-why', 'no']], 403),
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}/live`);
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response).toMatchObject({ statusCode: 403, headers: { 'x-why': 'no' } });
  expect(Buffer.concat(await response.toArray()).length).toBe(200_000);
});

it.each([
  ['Sec-WebSocket-Version: 12', 400],
  ['Sec-WebSocket-Key: short', 400],
  ['Host: evil.example', 403],
])('refuses a handshake with %s without asking the site', async (line, status) => {
  const lines = new Map([
    ['Host', 'localhost'],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
    ['Sec-WebSocket-Version', '13'],
  ]);
  const [name = '', value = ''] = line.split(': ');
  lines.set(name, value);
  let isAsked = false;
  openSocket = async () => {
    isAsked = true;
    return { kind: 'refused', response: plain('') };
  };
  const head = [...lines].map((field) => `${field.join(': ')}\r\n`).join('');
  const { all } = talk(`GET /live HTTP/1.1\r\n${head}\r\n`);
  expect(await all()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(isAsked).toBe(false);
});

it('stops asking the site when a client leaves before its handshake is answered', async () => {
  const aborted = new Promise<void>((resolve) => {
    openSocket = (_head, options) =>
      new Promise((_, reject) => {
        options?.signal?.addEventListener('abort', () => {
          resolve();
          reject(new PeerServerError('cancelled', 'Gone.'));
        });
        client.terminate();
      });
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}/live`);
  client.on('error', () => {});
  await aborted;
});

it('ends at once, with a goodbye to WebSockets and no more than half of what is under way', async () => {
  acceptWith(new FakeSocket(''));
  const client = await openClient();
  const clientClosed = once(client, 'close');
  answer = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const asked = once(local.server, 'request');
  const { all } = talk(`GET / HTTP/1.1\r\n${HOST}\r\n`);
  await asked;
  await local.close();
  expect((await clientClosed)[0]).toBe(1001);
  expect(await all()).toBe('');
});
