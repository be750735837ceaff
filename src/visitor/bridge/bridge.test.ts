import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bodyOfBytes } from '../../protocol/body-streams.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { ReceivedBody, RequestHead, VisitorResponse } from '../../protocol/http-message.ts';
import type { SiteConnection } from '../site-connection.ts';
import { BridgeClient } from './bridge-client.ts';
import { BridgeServer } from './bridge-server.ts';
import { BRIDGE_WINDOW } from './messages.ts';

const GET: RequestHead = { method: 'GET', target: '/', headers: [] };
const PIECE = 64 * 1024;

/** Web Locks as far as the bridge uses them: exclusive, in turn, released when the holder's promise settles. */
class LockManager {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #breakers = new Map<string, () => void>();

  request(name: string, callback: () => unknown): Promise<unknown> {
    const before = this.#tails.get(name) ?? Promise.resolve();
    const broken = new Promise<void>((resolve) => {
      if (!this.#breakers.has(name)) this.#breakers.set(name, resolve);
    });
    const turn = before.then(() => Promise.race([Promise.resolve(callback()), broken]));
    this.#tails.set(name, turn);
    return turn;
  }

  /** The first holder's page goes away. */
  breakFirst(name: string): void {
    this.#breakers.get(name)?.();
  }
}

let locks: LockManager;
beforeEach(() => {
  locks = new LockManager();
  vi.stubGlobal('navigator', { locks });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A body whose pieces the test counts. */
class EndlessBody implements ReceivedBody {
  taken = 0;
  cancelled = false;
  read(): Promise<Uint8Array<ArrayBuffer> | null> {
    this.taken += PIECE;
    return Promise.resolve(new Uint8Array(PIECE));
  }
  takeComplete(): undefined {
    return undefined;
  }
  cancel(): void {
    this.cancelled = true;
  }
}

function setUp(
  respond: (head: RequestHead, signal?: AbortSignal) => Promise<VisitorResponse>,
  worker?: string,
) {
  const busy: boolean[] = [];
  const site = {
    request: (head: RequestHead, _: unknown, options?: { signal?: AbortSignal }) =>
      respond(head, options?.signal),
  } as SiteConnection;
  const server = new BridgeServer({
    site,
    shell: 'token',
    onBusy: (on) => busy.push(on),
  });
  const { port1, port2 } = new MessageChannel();
  const ended = vi.fn();
  const client = new BridgeClient(port1, 'token', ended);
  void server.serve(port2, worker);
  return { client, ended, busy, close: () => port2.close() };
}

/** A complete body, as it comes with a small answer. */
function completeBody(bytes: Uint8Array<ArrayBuffer>): ReceivedBody {
  return { ...bodyOfBytes(bytes), takeComplete: () => bytes };
}

test('a small answer crosses in one message', async () => {
  const { client, busy, close } = setUp(async () => ({
    status: 201,
    headers: [['x-a', '1']],
    body: completeBody(Uint8Array.of(1, 2, 3)),
  }));
  const answer = await client.request(GET, { kind: 'none' });
  expect(answer).toEqual({ status: 201, headers: [['x-a', '1']], body: Uint8Array.of(1, 2, 3) });
  await vi.waitFor(() => expect(busy).toEqual([true, false]));
  close();
});

test('the service worker is kept awake while it waits for an answer, too', async () => {
  let answer: (response: VisitorResponse) => void = () => {};
  const { client, busy, close } = setUp(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const answered = client.request(GET, { kind: 'none' });
  await vi.waitFor(() => expect(busy).toEqual([true]));
  answer({ status: 204, headers: [], body: null });
  await answered;
  await vi.waitFor(() => expect(busy).toEqual([true, false]));
  close();
});

test('a stream stops when nobody reads it, at the stated window', async () => {
  const body = new EndlessBody();
  const { client, close } = setUp(async () => ({ status: 200, headers: [], body }));
  const answer = await client.request(GET, { kind: 'none' });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await vi.waitFor(() => expect(body.taken).toBe(BRIDGE_WINDOW));
  // Nothing moves any more, however long one waits: each turn of the event loop would show it.
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(body.taken).toBe(BRIDGE_WINDOW);
  for (let bytes = 0; bytes < BRIDGE_WINDOW / 2; bytes += PIECE) await reader.read();
  await vi.waitFor(() => expect(body.taken).toBeGreaterThan(BRIDGE_WINDOW));
  expect(body.taken).toBeLessThanOrEqual(BRIDGE_WINDOW * 1.5);
  await reader.cancel();
  close();
});

test('a reader that cancels ends the request at the host', async () => {
  const signals: AbortSignal[] = [];
  const { client, close } = setUp(async (_, signal) => {
    if (signal) signals.push(signal);
    return { status: 200, headers: [], body: new EndlessBody() };
  });
  const answer = await client.request(GET, { kind: 'none' });
  await (answer.body as ReadableStream).cancel();
  await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
  close();
});

test('what a service worker was reading ends at the host with the service worker', async () => {
  const signals: AbortSignal[] = [];
  void locks.request('peerserver-worker-life', () => new Promise(() => {}));
  const { client, close } = setUp(async (_, signal) => {
    if (signal) signals.push(signal);
    return { status: 200, headers: [], body: new EndlessBody() };
  }, 'life');
  await client.request(GET, { kind: 'none' });
  expect(signals[0]?.aborted).toBe(false);
  locks.breakFirst('peerserver-worker-life');
  await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
  close();
});

test('a body that breaks off is an error to the reader, never an end (S6)', async () => {
  let reads = 0;
  const { client, busy, close } = setUp(async () => ({
    status: 200,
    headers: [],
    body: {
      takeComplete: () => undefined,
      cancel: () => {},
      read() {
        reads += 1;
        if (reads === 1) return Promise.resolve(new Uint8Array(10));
        return Promise.reject(new PeerServerError('connection-lost', 'Gone.'));
      },
    },
  }));
  const answer = await client.request(GET, { kind: 'none' });
  const text = new Response(answer.body as ReadableStream).text();
  await expect(text).rejects.toMatchObject({ code: 'connection-lost' });
  await vi.waitFor(() => expect(busy).toEqual([true, false]));
  close();
});

test('what the host refuses reaches the asker with its code', async () => {
  const { client, close } = setUp(() =>
    Promise.reject(new PeerServerError('host-failed', 'It threw.')),
  );
  await expect(client.request(GET, { kind: 'none' })).rejects.toMatchObject({
    code: 'host-failed',
    message: 'It threw.',
  });
  close();
});

test("the shell's end cuts every answer short with an error", async () => {
  const { client, ended, close } = setUp((head) =>
    head.target === '/never'
      ? new Promise(() => {})
      : Promise.resolve({ status: 200, headers: [], body: new EndlessBody() }),
  );
  const stream = await client.request(GET, { kind: 'none' });
  const pending = client.request({ ...GET, target: '/never' }, { kind: 'none' });
  pending.catch(() => undefined);
  locks.breakFirst('peerserver-shell-token');
  await expect(pending).rejects.toMatchObject({ code: 'connection-lost' });
  const text = new Response(stream.body as ReadableStream).text();
  await expect(text).rejects.toMatchObject({ code: 'connection-lost' });
  expect(ended).toHaveBeenCalledOnce();
  expect(await client.isAlive()).toBe(false);
  close();
});
