import { afterEach, expect, test, vi } from 'vitest';
import {
  type FromSocket,
  messageCost,
  SOCKET_WINDOW,
  type SocketRequest,
  type ToSocket,
} from '../bridge/socket-messages.ts';
import type { SocketScope } from './tunnel-socket.ts';
import { type NativeSockets, replaceWebSocket } from './web-socket-class.ts';

const ORIGIN = 'http://garden.localhost:8890';

// What of a browser's own class is changed.
const MEMBERS = ['url', 'protocol', 'extensions', 'readyState', 'bufferedAmount', 'binaryType'];
const HANDLERS = ['onopen', 'onmessage', 'onerror', 'onclose'];

class TestCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  constructor(type: string, init: CloseEventInit) {
    super(type);
    this.code = init.code ?? 0;
    this.reason = init.reason ?? '';
    this.wasClean = init.wasClean ?? false;
  }
}

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

function setUp(allows = true) {
  const Native = class WebSocket extends EventTarget {};
  for (const name of [...MEMBERS, ...HANDLERS]) {
    Object.defineProperty(Native.prototype, name, {
      get: () => `native ${name}`,
      set: () => {},
      configurable: true,
    });
  }
  for (const name of ['send', 'close']) {
    Object.defineProperty(Native.prototype, name, {
      value: () => `native ${name}`,
      writable: true,
    });
  }
  const scope = {
    ...{
      ArrayBuffer,
      Blob,
      DOMException,
      Event,
      EventTarget,
      MessageChannel,
      MessageEvent,
      TypeError,
    },
    CloseEvent: TestCloseEvent,
    WebSocket: Native,
  } as unknown as SocketScope;
  const natives: NativeSockets = new WeakMap();
  const asked: SocketRequest[] = [];
  const heard: FromSocket[] = [];
  let far: MessagePort | undefined;
  const gate = {
    origin: ORIGIN,
    base: () => `${ORIGIN}/page`,
    natives,
    allows: () => allows,
    open(request: SocketRequest, port: MessagePort) {
      asked.push(request);
      far = port;
      ports.push(port);
      port.onmessage = (event: MessageEvent<FromSocket>) => heard.push(event.data);
    },
  };
  const leave = replaceWebSocket(scope, gate);
  return {
    scope,
    gate,
    asked,
    heard,
    leave,
    tell: (...messages: ToSocket[]) => {
      for (const message of messages) far?.postMessage(message);
    },
  };
}

async function opened() {
  const around = setUp();
  const socket = new around.scope.WebSocket('/chat', ['v1']);
  around.tell({ kind: 'open', protocol: 'v1' });
  await vi.waitFor(() => expect(socket.readyState).toBe(1));
  return { ...around, socket };
}

test('a socket of the own origin asks for its path, and is what scripts take it for', async () => {
  const { scope, asked, socket } = await opened();
  expect(asked).toEqual([{ target: '/chat', protocols: ['v1'] }]);
  expect([socket.url, socket.protocol]).toEqual(['ws://garden.localhost:8890/chat', 'v1']);
  expect(socket instanceof scope.WebSocket).toBe(true);
  expect(socket.constructor).toBe(scope.WebSocket);
  expect(scope.WebSocket.name).toBe('WebSocket');
});

test.each([
  ['another origin', 'ws://elsewhere.example/'],
  ['another scheme', 'wss://garden.localhost:8890/'],
  ['what is ours', '/.peerserver/signal'],
])('%s is left to the browser', (_, url) => {
  const { scope, asked } = setUp();
  const socket = new scope.WebSocket(url);
  expect(asked).toEqual([]);
  expect(socket.url).toBe('native url');
  expect(socket instanceof scope.WebSocket).toBe(true);
});

test('what a policy forbids is left to the browser, which forbids it', () => {
  const { scope, asked } = setUp(false);
  expect(new scope.WebSocket('/chat').url).toBe('native url');
  expect(asked).toEqual([]);
});

test('a window that is met again gets a class of its own over the same native one', () => {
  const { scope, gate, asked } = setUp();
  replaceWebSocket(scope, gate);
  new scope.WebSocket('/chat');
  expect(asked).toHaveLength(1);
  expect(new scope.WebSocket('ws://elsewhere.example/').url).toBe('native url');
});

test('bufferedAmount grows at once, by bytes, and shrinks as messages are handed on', async () => {
  const { socket, tell } = await opened();
  socket.send('ü');
  socket.send(new Uint8Array(5));
  socket.send(new Blob(['abc']));
  expect(socket.bufferedAmount).toBe(10);
  tell({ kind: 'sent', messages: 2 });
  await vi.waitFor(() => expect(socket.bufferedAmount).toBe(3));
});

test('messages wait in the page when the window is full, and a goodbye waits behind them', async () => {
  const { socket, heard, tell } = await opened();
  const piece = 'x'.repeat(SOCKET_WINDOW / 4);
  const most = Math.ceil(SOCKET_WINDOW / messageCost(piece));
  for (let index = 0; index < 10; index += 1) socket.send(piece);
  socket.close(4000, 'bye');
  expect(socket.readyState).toBe(2);
  await vi.waitFor(() => expect(heard).toHaveLength(most));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toHaveLength(most);
  // Sent into a socket that closes: counted, and lost.
  socket.send('lost');
  expect(socket.bufferedAmount).toBe(10 * piece.length + 4);
  tell({ kind: 'sent', messages: most });
  await vi.waitFor(() => expect(heard).toHaveLength(2 * most));
  tell({ kind: 'sent', messages: most });
  await vi.waitFor(() =>
    expect(heard.at(-1)).toEqual({ kind: 'close', code: 4000, reason: 'bye' }),
  );
  expect(heard).toHaveLength(11);
});

test('a Blob keeps its place', async () => {
  const { socket, heard } = await opened();
  socket.send('first');
  socket.send(new Blob(['second']));
  socket.send('third');
  socket.close();
  await vi.waitFor(() => expect(heard).toHaveLength(4));
  expect(heard).toEqual([
    { kind: 'message', data: 'first' },
    { kind: 'message', data: new TextEncoder().encode('second').buffer },
    { kind: 'message', data: 'third' },
    { kind: 'close', code: undefined, reason: '' },
  ]);
});

test('what is sent is what it was when it was sent', async () => {
  const { socket, heard } = await opened();
  const bytes = Uint8Array.of(1, 2, 3);
  socket.send(bytes.subarray(1));
  socket.send(bytes.buffer);
  bytes.fill(9);
  await vi.waitFor(() => expect(heard).toHaveLength(2));
  expect(heard.map((message) => 'data' in message && message.data)).toEqual([
    Uint8Array.of(2, 3).buffer,
    Uint8Array.of(1, 2, 3).buffer,
  ]);
});

test('credit goes back for messages that listeners have dealt with, dropped ones included', async () => {
  const { socket, heard, tell } = await opened();
  const data = 'x'.repeat(SOCKET_WINDOW / 2);
  const lengths: number[] = [];
  socket.onmessage = (event) => lengths.push(event.data.length);
  tell({ kind: 'message', data });
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'credit', cost: messageCost(data) }]));
  socket.close();
  tell({ kind: 'message', data });
  await vi.waitFor(() => expect(heard.filter(({ kind }) => kind === 'credit')).toHaveLength(2));
  expect(lengths).toEqual([data.length]);
});

test('events come in order, with their fields; a handler keeps its place among listeners', async () => {
  const { socket, tell } = await opened();
  const log: unknown[] = [];
  socket.onclose = () => log.push('replaced');
  socket.addEventListener('close', () => log.push('listener'));
  socket.onclose = ({ code, reason, wasClean }) => log.push([code, reason, wasClean]);
  socket.onerror = () => log.push(`error ${socket.readyState}`);
  socket.binaryType = 'arraybuffer';
  socket.binaryType = 'nonsense' as BinaryType;
  socket.onmessage = ({ data, origin }) => log.push([data, origin]);
  tell(
    { kind: 'message', data: Uint8Array.of(1).buffer },
    { kind: 'closed', code: 1006, reason: '', wasClean: false },
  );
  await vi.waitFor(() => expect(log).toHaveLength(3));
  expect(log).toEqual([
    [Uint8Array.of(1).buffer, 'ws://garden.localhost:8890'],
    [1006, '', false],
    'listener',
  ]);
  expect(socket.onclose).toBeTypeOf('function');
  socket.onclose = null;
  expect(socket.onclose).toBeNull();
});

test('nothing is sent, and nothing is heard, before the socket is open', async () => {
  const { scope, heard, tell } = setUp();
  const socket = new scope.WebSocket('/chat');
  expect(socket.readyState).toBe(0);
  expect(() => socket.send('x')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }));
  const opened = vi.fn();
  socket.onopen = opened;
  const failed = vi.fn();
  socket.onerror = failed;
  socket.close();
  tell({ kind: 'open', protocol: '' }, { kind: 'closed', code: 1006, reason: '', wasClean: false });
  await vi.waitFor(() => expect(socket.readyState).toBe(3));
  expect(opened).not.toHaveBeenCalled();
  expect(failed).toHaveBeenCalledOnce();
  expect(heard).toEqual([{ kind: 'close', code: undefined, reason: '' }]);
});

test('a page that is left lets all its sockets go', async () => {
  const { heard, leave } = await opened();
  leave();
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'gone' }]));
});
