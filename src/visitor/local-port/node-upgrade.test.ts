import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PeerServerError } from '../../protocol/errors.ts';
import type { HeaderList } from '../../protocol/http-message.ts';
import type { MessageSocket, SocketClose, SocketMessage } from '../../protocol/message-socket.ts';
import {
  bodyOf,
  HOST,
  type LocalPort,
  plain,
  until,
  withLocalPort,
} from './local-port.test.support.ts';

const HANDSHAKE = `${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n`;

let local: LocalPort;
withLocalPort((fresh) => {
  local = fresh;
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
  local.openSocket = async (_head, options) => {
    options?.signal?.addEventListener('abort', () =>
      socket.over({ code: 1006, reason: 'broken off', wasClean: false }),
    );
    return { kind: 'open', headers, socket };
  };
}

async function openClient(protocols: string[] = []): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${local.port}/live`, protocols);
  await once(client, 'open');
  return client;
}

it('carries messages and closes both ways', async () => {
  const host = new FakeSocket('b');
  acceptWith(host, [
    ['sec-websocket-protocol', 'b'],
    ['set-cookie', 'a=1'],
  ]);
  const client = new WebSocket(`ws://127.0.0.1:${local.port}/live`, ['a', 'b']);
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
  await until(() => local.events.length === 1);
  expect(host.closes).toEqual([[4000, 'words']]);
  expect(local.events).toMatchObject([{ method: 'GET', target: '/live', status: 101, bytes: 5 }]);
  expect(local.events[0]?.error).toBeUndefined();
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
    local.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await host.closed).toMatchObject({ code: 1006 });
});

it("passes a refusal as the host's answer", async () => {
  local.openSocket = async () => ({
    kind: 'refused',
    response: plain('x'.repeat(200_000), [['x-why', 'no']], 403),
  });
  const client = new WebSocket(`ws://127.0.0.1:${local.port}/live`);
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response).toMatchObject({ statusCode: 403, headers: { 'x-why': 'no' } });
  expect(Buffer.concat(await response.toArray()).length).toBe(200_000);
});

it.each([
  ['Sec-WebSocket-Version: 12', 400],
  ['Sec-WebSocket-Key: short', 400],
  ['Sec-WebSocket-Protocol: a,,b', 400],
  ['Sec-WebSocket-Protocol: a, a', 400],
  ['Host: evil.example', 403],
  // Any page may open a WebSocket to this machine, and would read what comes.
  ['Origin: https://evil.example', 403],
  ['Origin: null', 403],
  ['Sec-Fetch-Site: cross-site', 403],
])('refuses a handshake with %s without asking the site, says so, and logs it', async (line, status) => {
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
  local.openSocket = async () => {
    isAsked = true;
    return { kind: 'refused', response: plain('') };
  };
  const head = [...lines].map((field) => `${field.join(': ')}\r\n`).join('');
  const { all } = local.talk(`GET /live HTTP/1.1\r\n${head}\r\n`);
  const answered = await all();
  expect(answered).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answered).toContain('\r\npeerserver-error: bad-input\r\n');
  expect(isAsked).toBe(false);
  expect(local.events).toMatchObject([{ method: 'GET', target: '/live', status }]);
});

it('tells a client of another version which ones there are, and one with another method which it is', async () => {
  const old = local.talk(`GET / HTTP/1.1\r\n${HANDSHAKE.replace('13', '12')}\r\n`);
  expect(await old.all()).toContain('\r\nsec-websocket-version: 13, 8\r\n');
  const post = local.talk(`POST / HTTP/1.1\r\n${HANDSHAKE}\r\n`);
  expect(await post.all()).toMatch(/^HTTP\/1\.1 405 [\s\S]*\r\nallow: GET\r\n/);
});

it('throws away what a client sends whose handshake was refused, however much it is', async () => {
  let goOn: () => void = () => {};
  const goingOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const body = bodyOf(['refused']);
  body.onEmpty = async () => {
    await goingOn;
    return null;
  };
  local.openSocket = async () => ({
    kind: 'refused',
    response: { status: 403, headers: [], body },
  });
  const connected = once(local.server, 'connection');
  const { socket, all } = local.talk(`GET / HTTP/1.1\r\n${HANDSHAKE}\r\n`);
  const [serverSocket] = (await connected) as [Socket];
  await once(socket, 'data');
  const bytes = 512 * 1024;
  socket.write(Buffer.alloc(bytes));
  await until(() => serverSocket.bytesRead > bytes || serverSocket.destroyed);
  goOn();
  expect(await all()).toMatch(/^HTTP\/1\.1 403 [\s\S]*refused\r\n0\r\n\r\n$/);
});

it('stops asking the site when a client leaves before its handshake is answered', async () => {
  const aborted = new Promise<void>((resolve) => {
    local.openSocket = (_head, options) =>
      new Promise((_, reject) => {
        options?.signal?.addEventListener('abort', () => {
          resolve();
          reject(new PeerServerError('cancelled', 'Gone.'));
        });
        client.terminate();
      });
  });
  const client = new WebSocket(`ws://127.0.0.1:${local.port}/live`);
  client.on('error', () => {});
  await aborted;
});

it('ends at once, with a goodbye to WebSockets and no more than half of what is under way', async () => {
  acceptWith(new FakeSocket(''));
  const client = await openClient();
  const clientClosed = once(client, 'close');
  local.answer = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const asked = once(local.server, 'request');
  const { all } = local.talk(`GET / HTTP/1.1\r\n${HOST}\r\n`);
  await asked;
  await local.close();
  expect((await clientClosed)[0]).toBe(1001);
  expect(await all()).toBe('');
});
