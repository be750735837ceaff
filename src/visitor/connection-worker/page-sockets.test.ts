import { afterEach, describe, expect, test, vi } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import type { RequestHead, SocketAnswer } from '../../protocol/http-message.ts';
import type { MessageSocket, SocketClose, SocketMessage } from '../../protocol/message-socket.ts';
import { messageCost, SOCKET_WINDOW, type ToSocket } from '../bridge/socket-messages.ts';
import { MAX_PAGE_SOCKETS, PageSockets } from './page-sockets.ts';

const KIB = 1024;

/** The host's end, played by a test: what it sends is read here, and `send` waits for `take`. */
class HostSocket implements MessageSocket {
  readonly protocol = '';
  readonly bufferedAmount = 0;
  readonly taken: SocketMessage[] = [];
  readonly closes: unknown[][] = [];
  reads = 0;
  /** What it says again and again. */
  endless: Uint8Array<ArrayBuffer> | undefined;
  #inbox: (SocketMessage | null)[] = [];
  #arrived: () => void = () => {};
  #allowed = 0;
  #admit: () => void = () => {};
  #end: (end: SocketClose) => void = () => {};
  readonly closed = new Promise<SocketClose>((resolve) => {
    this.#end = resolve;
  });

  say(...messages: SocketMessage[]): void {
    this.#inbox.push(...messages);
    this.#arrived();
  }

  /** Lets this many messages of the page's go. */
  take(count: number): void {
    this.#allowed += count;
    this.#admit();
  }

  end(end: SocketClose): void {
    this.#inbox.push(null);
    this.#end(end);
    this.#arrived();
  }

  async read(): Promise<SocketMessage | null> {
    this.reads += 1;
    if (this.endless !== undefined) return this.endless.slice();
    while (this.#inbox.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#inbox.shift() ?? null;
  }

  async send(message: SocketMessage): Promise<void> {
    this.taken.push(message);
    while (this.#allowed === 0) {
      await new Promise<void>((resolve) => {
        this.#admit = resolve;
      });
    }
    this.#allowed -= 1;
  }

  close(...args: [code?: number, reason?: string]): void {
    this.closes.push(args);
    this.end({ code: args[0] ?? 1005, reason: args[1] ?? '', wasClean: true });
  }
}

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const REQUEST = { target: '/chat', protocols: [] };

function setUp(open: (signal: AbortSignal) => Promise<SocketAnswer>) {
  const heads: RequestHead[] = [];
  const sockets = new PageSockets({
    openSocket: (head, { signal }) => {
      heads.push(head);
      return open(signal);
    },
    origin: 'http://garden.localhost:8890',
    headers: [['user-agent', 'Test']],
  });
  /** The page's end of a new socket, and all that it has been told. */
  const connect = (request: unknown = REQUEST) => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1);
    const told: ToSocket[] = [];
    port1.onmessage = (event: MessageEvent<ToSocket>) => told.push(event.data);
    void sockets.serve(request, port2);
    return { port: port1, told };
  };
  return { heads, connect };
}

function accepting(socket: MessageSocket): () => Promise<SocketAnswer> {
  return () => Promise.resolve({ kind: 'open', headers: [], socket });
}

/** Waits until nothing moves any more, however long one waits. */
async function standstill(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const FAILED = { kind: 'closed', code: 1006, reason: '', wasClean: false };

test('the host gets the head that a browser would send', async () => {
  const { heads, connect } = setUp(accepting(new HostSocket()));
  connect({ target: '/chat?a=1', protocols: ['v1', 'v2'] });
  await vi.waitFor(() => expect(heads).toHaveLength(1));
  expect(heads[0]).toMatchObject({ method: 'GET', target: '/chat?a=1' });
  expect(Object.fromEntries(heads[0]?.headers ?? [])).toMatchObject({
    host: 'garden.localhost:8890',
    origin: 'http://garden.localhost:8890',
    'user-agent': 'Test',
    'sec-websocket-protocol': 'v1, v2',
  });
});

test('what both say arrives in order, and the goodbye behind it', async () => {
  const host = new HostSocket();
  const { connect } = setUp(accepting(host));
  const { port, told } = connect();
  host.take(3);
  for (const data of ['a', Uint8Array.of(1, 2).buffer, ''])
    port.postMessage({ kind: 'message', data });
  port.postMessage({ kind: 'close', code: 4000, reason: 'enough' });
  host.say('x', Uint8Array.of(9, 8, 7).subarray(1));
  await vi.waitFor(() => expect(told.at(-1)?.kind).toBe('closed'));
  expect(host.taken).toEqual(['a', Uint8Array.of(1, 2), '']);
  expect(host.closes).toEqual([[4000, 'enough']]);
  expect(told.filter(({ kind }) => kind !== 'sent')).toEqual([
    { kind: 'open', protocol: '' },
    { kind: 'message', data: 'x' },
    { kind: 'message', data: Uint8Array.of(8, 7).buffer },
    { kind: 'closed', code: 4000, reason: 'enough', wasClean: true },
  ]);
});

test('messages count as sent when the host has taken them, not before', async () => {
  const host = new HostSocket();
  const { connect } = setUp(accepting(host));
  const { port, told } = connect();
  const sent = () =>
    told.reduce((sum, message) => sum + (message.kind === 'sent' ? message.messages : 0), 0);
  for (let index = 0; index < 100; index += 1)
    port.postMessage({ kind: 'message', data: `${index}` });
  await standstill();
  expect(sent()).toBe(0);
  expect(host.taken).toHaveLength(1);
  host.take(100);
  await vi.waitFor(() => expect(sent()).toBe(100));
  expect(host.taken).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
});

test('a page that is slow stops the reading, at the stated window', async () => {
  const host = new HostSocket();
  host.endless = new Uint8Array(64 * KIB);
  const { connect } = setUp(accepting(host));
  const { port, told } = connect();
  const cost = messageCost(new ArrayBuffer(64 * KIB));
  const most = Math.ceil(SOCKET_WINDOW / cost);
  await vi.waitFor(() => expect(told).toHaveLength(1 + most));
  await standstill();
  expect(host.reads).toBe(most);
  port.postMessage({ kind: 'credit', cost: SOCKET_WINDOW / 2 });
  await vi.waitFor(() => expect(host.reads).toBeGreaterThan(most));
  await standstill();
  expect(host.reads * cost).toBeLessThanOrEqual(SOCKET_WINDOW * 1.5 + cost);
  host.endless = undefined;
});

test('a page that is left closes with 1001', async () => {
  const host = new HostSocket();
  const { connect } = setUp(accepting(host));
  const { port, told } = connect();
  await vi.waitFor(() => expect(told).toHaveLength(1));
  port.postMessage({ kind: 'gone' });
  await vi.waitFor(() => expect(host.closes).toEqual([[1001]]));
});

describe('a socket that does not open', () => {
  test.each([
    ['the host refuses', () => Promise.resolve(REFUSED)],
    [
      'the connection is lost',
      () => Promise.reject(new PeerServerError('connection-lost', 'Gone.')),
    ],
  ])('fails, and says no more: %s', async (_, open) => {
    const { connect } = setUp(open as () => Promise<SocketAnswer>);
    const { told } = connect();
    await vi.waitFor(() => expect(told).toEqual([FAILED]));
  });

  const cancel = vi.fn();
  const REFUSED: SocketAnswer = {
    kind: 'refused',
    response: {
      status: 403,
      headers: [],
      body: { read: () => Promise.resolve(null), takeComplete: () => undefined, cancel },
    },
  };

  test.each(['close', 'gone'])('because the page says %s while it connects', async (kind) => {
    const { connect } = setUp(
      (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const { port, told } = connect();
    port.postMessage(kind === 'close' ? { kind, code: 1000, reason: '' } : { kind });
    await vi.waitFor(() => expect(told).toEqual([FAILED]));
  });
});

test('a broken connection gives no reason away', async () => {
  const host = new HostSocket();
  const { connect } = setUp(accepting(host));
  const { told } = connect();
  host.end({ code: 1006, reason: 'The host stopped.', wasClean: false });
  await vi.waitFor(() => expect(told.at(-1)).toEqual(FAILED));
});

describe('hostile pages', () => {
  test('more sockets than allowed fail at once, and a place is free again when one is over', async () => {
    const hosts: HostSocket[] = [];
    const { connect, heads } = setUp(() => {
      const host = new HostSocket();
      hosts.push(host);
      return accepting(host)();
    });
    for (let index = 0; index < MAX_PAGE_SOCKETS; index += 1) connect();
    const { told } = connect();
    await vi.waitFor(() => expect(told).toEqual([FAILED]));
    expect(heads).toHaveLength(MAX_PAGE_SOCKETS);
    hosts[0]?.end({ code: 1000, reason: '', wasClean: true });
    await standstill();
    const next = connect();
    await vi.waitFor(() => expect(next.told[0]?.kind).toBe('open'));
  });

  test('a script that sends without credit loses its socket instead of filling the memory', async () => {
    const host = new HostSocket();
    const { connect } = setUp(accepting(host));
    const { port } = connect();
    const piece = 'x'.repeat(64 * KIB);
    for (let index = 0; index < 100; index += 1) port.postMessage({ kind: 'message', data: piece });
    await vi.waitFor(() => expect(host.closes).toEqual([[1001]]));
    expect(host.taken).toHaveLength(1);
  });

  test.each([
    undefined,
    'text',
    {},
    { target: 'http://elsewhere/', protocols: [] },
    { target: '/', protocols: 'a' },
    { target: '/', protocols: [1] },
  ])('%j is no request', async (request) => {
    const { connect, heads } = setUp(accepting(new HostSocket()));
    const { told } = connect(request ?? null);
    await vi.waitFor(() => expect(told).toEqual([FAILED]));
    expect(heads).toEqual([]);
  });

  test('what is no message is passed over', async () => {
    const host = new HostSocket();
    host.take(1);
    const { connect } = setUp(accepting(host));
    const { port } = connect();
    const odd = [null, 5, {}, { kind: 'message', data: 5 }, { kind: 'credit', cost: -5 }];
    for (const message of [...odd, { kind: 'close', reason: 5 }]) port.postMessage(message);
    port.postMessage({ kind: 'message', data: 'good' });
    await vi.waitFor(() => expect(host.taken).toEqual(['good']));
    expect(host.closes).toEqual([]);
  });
});
