import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SocketRequest } from '../bridge/socket-messages.ts';
import {
  SOCKET_CALLS,
  type SocketCall,
  type ToWorkerSocket,
  workerSocketName,
} from '../bridge/worker-sockets.ts';
import { serveWorkerSockets } from './worker-sockets.ts';

type Callback = (lock: object | null) => unknown;

/** Web Locks as far as they are used here: exclusive, in turn, held until the callback's promise settles. */
class LockManager {
  readonly #tails = new Map<string, Promise<unknown>>();

  request(name: string, given: Callback | { ifAvailable?: boolean }, then?: Callback) {
    const callback = typeof given === 'function' ? given : (then ?? (() => undefined));
    const held = this.#tails.get(name);
    if (held && typeof given === 'object' && given.ifAvailable)
      return Promise.resolve(callback(null));
    const turn = (held ?? Promise.resolve()).then(() => callback({}));
    this.#tails.set(name, turn);
    return turn;
  }
}

const REQUEST: SocketRequest = { target: '/chat', protocols: [] };
const open: BroadcastChannel[] = [];

beforeEach(() => {
  vi.stubGlobal('navigator', { locks: new LockManager() });
  const Native = BroadcastChannel;
  // They would keep the test's process alive.
  vi.stubGlobal(
    'BroadcastChannel',
    class extends Native {
      constructor(name: string) {
        super(name);
        open.push(this);
      }
    },
  );
});
afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
  vi.unstubAllGlobals();
});

/** A shell with this token, and the sockets that it was asked for. */
function shell(token: string) {
  const served: { request: unknown; port: MessagePort }[] = [];
  serveWorkerSockets(
    {
      serve(request, port) {
        served.push({ request, port });
        return Promise.resolve();
      },
    },
    token,
  );
  return served;
}

/** A worker that asks; `end` is its end. */
function worker(id: string, token: string | undefined) {
  const told: ToWorkerSocket[] = [];
  const channel = new BroadcastChannel(workerSocketName(id));
  channel.onmessage = ({ data }) => told.push(data);
  let end: () => void = () => {};
  const life = new Promise<void>((resolve) => {
    end = resolve;
  });
  void navigator.locks.request(workerSocketName(id), () => life);
  new BroadcastChannel(SOCKET_CALLS).postMessage({
    id,
    shell: token,
    request: REQUEST,
  } satisfies SocketCall);
  return { told, channel, end };
}

test('a call goes to the shell of its tab, and both sides hear each other', async () => {
  const [other, own] = [shell('other'), shell('own')];
  const { told, channel } = worker('1', 'own');
  await vi.waitFor(() => expect(own).toHaveLength(1));
  expect(own[0]?.request).toEqual(REQUEST);
  await vi.waitFor(() => expect(told).toEqual([{ kind: 'taken', shell: 'own' }]));
  const heard: unknown[] = [];
  const port = own[0]?.port;
  port?.addEventListener('message', ({ data }) => heard.push(data));
  port?.start();
  channel.postMessage({ kind: 'message', data: 'up' });
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'message', data: 'up' }]));
  const closed = { kind: 'closed', code: 1000, reason: '', wasClean: true };
  port?.postMessage({ kind: 'message', data: 'down' });
  port?.postMessage(closed);
  await vi.waitFor(() =>
    expect(told.slice(1)).toEqual([{ kind: 'message', data: 'down' }, closed]),
  );
  expect(other).toEqual([]);
});

test('of several shells one takes a call that is for any', async () => {
  const shells = [shell('a'), shell('b')];
  const { told } = worker('2', undefined);
  await vi.waitFor(() => expect(told).toHaveLength(1));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(shells.flat()).toHaveLength(1);
  expect(told).toHaveLength(1);
  shells.flat()[0]?.port.close();
});

test('the end of a worker is told, though it says nothing itself', async () => {
  const served = shell('own');
  const { told, end } = worker('3', 'own');
  await vi.waitFor(() => expect(told).toHaveLength(1));
  const heard: unknown[] = [];
  const port = served[0]?.port;
  port?.addEventListener('message', ({ data }) => heard.push(data));
  port?.start();
  end();
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'gone' }]));
  port?.close();
});

test('what is no call is passed over', async () => {
  const served = shell('own');
  const calls = new BroadcastChannel(SOCKET_CALLS);
  for (const odd of [null, 5, {}, { id: 5, request: REQUEST }, { id: 'x', request: {} }]) {
    calls.postMessage(odd);
  }
  const { told } = worker('4', 'own');
  await vi.waitFor(() => expect(told).toHaveLength(1));
  expect(served).toHaveLength(1);
  served[0]?.port.close();
});
