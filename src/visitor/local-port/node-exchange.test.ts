import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import type {
  HeaderList,
  ReceivedBody,
  RequestHead,
  VisitorResponse,
} from '../../protocol/http-message.ts';
import { IncomingBody } from '../../protocol/incoming-body.ts';
import {
  bodyOf,
  HOST,
  type LocalPort,
  plain,
  readAll,
  until,
  withLocalPort,
} from './local-port.test.support.ts';

const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

let local: LocalPort;
withLocalPort((fresh) => {
  local = fresh;
});

/** Turns pass until a number has stopped changing: the kernel's buffers are full. */
async function settledAt(value: () => number): Promise<void> {
  for (let before = -1; before !== value() || before === 0; ) {
    before = value();
    for (let turn = 0; turn < 200; turn += 1) await new Promise((next) => setImmediate(next));
  }
}

it('carries a request and its answer', async () => {
  let asked: RequestHead | undefined;
  local.answer = async ({ head, body }) => {
    asked = head;
    return plain(`got ${await readAll(body)}`, [['x-a', '1']], 201);
  };
  const headers = { 'x-b': ['2', '3'] };
  const { response, text } = await local.ask({ method: 'POST', path: '/p?q', headers }, 'body');
  expect(asked).toMatchObject({ method: 'POST', target: '/p?q' });
  expect(asked?.headers).toContainEqual(['host', 'garden.localhost:8890']);
  expect(asked?.headers.filter(([name]) => name === 'x-b')).toEqual([
    ['x-b', '2'],
    ['x-b', '3'],
  ]);
  expect(response).toMatchObject({ statusCode: 201, headers: { 'x-a': '1' } });
  expect(text).toBe('got body');
  expect(local.events).toMatchObject([{ method: 'POST', target: '/p?q', status: 201, bytes: 8 }]);
});

it('lets a client wait for its go-ahead until the tunnel takes the body', async () => {
  let take: () => void = () => {};
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  local.answer = async ({ head, body }) => {
    expect(head.headers.map(([name]) => name)).not.toContain('expect');
    await taken;
    return plain(await readAll(body));
  };
  const request = httpRequest({
    ...{ port: local.port, host: '127.0.0.1', method: 'PUT' },
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
  local.answer = async () => plain('too large', [], 413);
  const { all } = local.talk(
    `PUT / HTTP/1.1\r\n${HOST}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
  );
  const answered = await all();
  expect(answered).toMatch(/^HTTP\/1\.1 413 /);
  expect(answered).toMatch(/connection: close/i);
});

it('says which error kept an answer from coming', async () => {
  local.answer = async () => {
    throw new PeerServerError('too-slow', 'The handler took too long.');
  };
  const { response, text } = await local.ask();
  expect(response.statusCode).toBe(504);
  expect(response.headers['peerserver-error']).toBe('too-slow');
  expect(text).toBe('The handler took too long.\n');
  expect(local.events).toMatchObject([{ status: 504, error: { code: 'too-slow' } }]);
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
  local.answer = async () => ({ status: 200, headers, body });
  const { socket } = local.talk(`GET / HTTP/${version}\r\n${HOST}\r\n`);
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
  expect(local.events).toMatchObject([
    { status: 200, bytes: 4, error: { code: 'connection-lost' } },
  ]);
});

it('cancels the exchange when the client goes away', async () => {
  const cancelled = new Promise<void>((resolve) => {
    local.answer = ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          resolve();
          reject(signal.reason);
        });
        socket.destroy();
      });
  });
  const { socket } = local.talk(`GET / HTTP/1.1\r\n${HOST}\r\n`);
  await cancelled;
  await until(() => local.events.length === 1);
  expect(local.events).toMatchObject([{ error: { code: 'cancelled' } }]);
});

it.each([
  { asks: '', to: 'a request', end: 'its client leaves' },
  { asks: HANDSHAKE, to: 'a WebSocket', end: 'its client leaves' },
  { asks: '', to: 'a request', end: 'the port closes' },
  { asks: HANDSHAKE, to: 'a WebSocket', end: 'the port closes' },
])('lets go of an answer to $to that is there whole, but unread, when $end', async ({
  asks,
  end,
}) => {
  const piece = new Uint8Array(64 * 1024);
  const pieces = 1000;
  let returned = 0;
  const body = new IncomingBody({
    consumed: (bytes) => {
      returned += bytes;
    },
    cancelled: () => {},
  });
  for (let count = 0; count < pieces; count += 1) body.push(piece);
  const response: VisitorResponse = { status: 403, headers: [], body };
  local.answer = async () => response;
  local.openSocket = async () => ({ kind: 'refused', response });
  const socket = connectTcp(local.port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\n${HOST}${asks}\r\n`);
  // What the client has seen of the answer is its head and a little more.
  await once(socket, 'readable');
  // From here on the exchange is over for the tunnel, and nothing there would end the body.
  body.complete();
  await settledAt(() => returned);
  expect(returned).toBeLessThan(pieces * piece.length);
  if (end === 'the port closes') await local.close();
  else socket.destroy();
  await until(() => local.events.length === 1);
  expect(local.events).toMatchObject([{ status: 403, error: { code: 'cancelled' } }]);
  expect(returned).toBe(pieces * piece.length);
  // Nothing is left that it would wait for.
  await local.close();
  socket.destroy();
});

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
  local.answer = async () => ({ status: 200, headers: [], body });
  const socket = connectTcp(local.port, '127.0.0.1');
  socket.pause();
  socket.write(`GET / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
  await once(local.server, 'request');
  await settledAt(() => pieces);
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
it('serves one request after another on one connection, whatever their answers are', async () => {
  const answers = new Map<string, VisitorResponse>([
    ['/1', { status: 204, headers: [], body: null }],
    ['/2', { status: 304, headers: [['content-length', '9']], body: null }],
    ['/3', { status: 205, headers: [], body: null }],
    ['/4', plain('last')],
  ]);
  local.answer = async ({ head, body }) => {
    await readAll(body);
    return answers.get(head.target) ?? plain('none');
  };
  const get = (target: string) => `GET ${target} HTTP/1.1\r\n${HOST}`;
  const post = (target: string) => `POST ${target} HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\nab`;
  // All at once: the client does not wait for one answer before it asks for the next.
  const { all } = local.talk(
    `${post('/1')}${get('/2')}\r\n${post('/3')}${get('/4')}Connection: close\r\n\r\n`,
  );
  const statuses = [...(await all()).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual(['204', '304', '205', '200']);
});

it('takes the rest of an upload that the site gave up, so that the client reads its answer', async () => {
  local.answer = async ({ body }) => {
    await body?.read();
    body?.cancel();
    return plain('enough');
  };
  const request = httpRequest({ port: local.port, host: '127.0.0.1', method: 'PUT' });
  const answered = once(request, 'response');
  const sent = once(request, 'finish');
  request.end('x'.repeat(5_000_000));
  // As a client does that reads no answer before it has sent everything.
  await sent;
  const [response] = (await answered) as [IncomingMessage];
  expect((await response.toArray()).join('')).toBe('enough');
});

it('serves a request that would rather upgrade to another protocol as it is', async () => {
  local.answer = async ({ head, body }) => plain(`${head.method} ${await readAll(body)}`);
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'A' };
  const { text } = await local.ask({ method: 'POST', headers }, 'body');
  expect(text).toBe('POST body');
});
