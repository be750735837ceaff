import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bodyOfStream } from '../../protocol/body-streams.ts';
import type { BodyReader, RequestHead, VisitorResponse } from '../../protocol/http-message.ts';
import type { SiteConnection } from '../site-connection.ts';
import { BridgeClient } from './bridge-client.ts';
import { BridgeServer } from './bridge-server.ts';
import { BRIDGE_WINDOW, type ToShell, type ToWorker } from './messages.ts';

type Chunk = Uint8Array<ArrayBuffer>;

const POST: RequestHead = { method: 'POST', target: '/', headers: [] };
const PIECE = 64 * 1024;
const OK: VisitorResponse = { status: 200, headers: [], body: null };

beforeEach(() => {
  // Held by whoever asks first, for good: no shell ends here.
  const held = new Set<string>();
  const request = (name: string, callback: () => unknown) => {
    if (held.has(name)) return new Promise(() => {});
    held.add(name);
    return Promise.resolve(callback());
  };
  vi.stubGlobal('navigator', { locks: { request } });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

type Ask = (
  openBody: (() => BodyReader) | null,
  options: { signal: AbortSignal; mayRepeat(): boolean },
) => Promise<VisitorResponse>;

/** A shell's end whose connection does as `ask` says, on one end of a port. */
function serve(ask: Ask): MessagePort {
  const site = {
    request: (_: RequestHead, openBody: unknown, options: unknown) =>
      ask(openBody as Parameters<Ask>[0], options as Parameters<Ask>[1]),
  } as SiteConnection;
  const server = new BridgeServer({ site, shell: 'token', onBusy: () => {} });
  const { port1, port2 } = new MessageChannel();
  void server.serve(port2);
  return port1;
}

function setUp(ask: Ask): BridgeClient {
  return new BridgeClient(serve(ask), 'token', () => {});
}

/** A body without an end, that counts what was asked of it. */
class EndlessUpload implements BodyReader {
  made = 0;
  cancelled = false;
  read(): Promise<Chunk | null> {
    this.made += PIECE;
    return Promise.resolve(new Uint8Array(PIECE));
  }
  cancel(): void {
    this.cancelled = true;
  }
}

/** Turns of the event loop in which anything that still moves would move. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function readAll(body: BodyReader | undefined): Promise<number> {
  let bytes = 0;
  for (let piece = await body?.read(); piece; piece = await body?.read()) bytes += piece.length;
  return bytes;
}

test('a streamed body arrives whole, pieces larger than the window included', async () => {
  const received = vi.fn();
  const client = setUp(async (openBody) => {
    received(await readAll(openBody?.()));
    return OK;
  });
  const pieces = [new Uint8Array(3 * BRIDGE_WINDOW), new Uint8Array(0), new Uint8Array(7)];
  const stream = new ReadableStream<Chunk>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  const answer = await client.request(POST, { kind: 'stream', reader: bodyOfStream(stream) });
  expect(answer.status).toBe(200);
  expect(received).toHaveBeenCalledWith(3 * BRIDGE_WINDOW + 7);
});

test('a body that the host does not take stops at the stated window', async () => {
  const upload = new EndlessUpload();
  let reader: BodyReader | undefined;
  const client = setUp((openBody) => {
    reader = openBody?.();
    return new Promise(() => {});
  });
  void client.request(POST, { kind: 'stream', reader: upload }).catch(() => undefined);
  await vi.waitFor(() => expect(upload.made).toBeGreaterThan(BRIDGE_WINDOW));
  await settle();
  // One piece is read and waits for credit.
  expect(upload.made).toBe(BRIDGE_WINDOW + PIECE);
  for (let bytes = 0; bytes < BRIDGE_WINDOW / 2; bytes += PIECE) await reader?.read();
  await vi.waitFor(() => expect(upload.made).toBeGreaterThan(BRIDGE_WINDOW * 1.4));
  expect(upload.made).toBeLessThanOrEqual(BRIDGE_WINDOW * 1.5 + PIECE);
});

test('an answer that comes before the body is taken stops the body', async () => {
  const upload = new EndlessUpload();
  const client = setUp(async (openBody) => {
    await openBody?.().read();
    return { ...OK, status: 413 };
  });
  const answer = await client.request(POST, { kind: 'stream', reader: upload });
  expect(answer.status).toBe(413);
  await vi.waitFor(() => expect(upload.cancelled).toBe(true));
});

test('a request that is given up stops its body and ends at the host', async () => {
  const upload = new EndlessUpload();
  const signals: AbortSignal[] = [];
  const client = setUp((_, { signal }) => {
    signals.push(signal);
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  const controller = new AbortController();
  const { signal } = controller;
  const asked = client.request(POST, { kind: 'stream', reader: upload }, { signal });
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  expect(upload.cancelled).toBe(true);
  await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
});

test('a page that cannot make the rest of its body fails it at the host, never a short body (S6)', async () => {
  const failed = vi.fn();
  const client = setUp(async (openBody) => {
    const body = openBody?.();
    await readAll(body).catch(failed);
    return OK;
  });
  let reads = 0;
  const reader: BodyReader = {
    read() {
      reads += 1;
      if (reads === 1) return Promise.resolve(new Uint8Array(PIECE));
      return Promise.reject(new Error('The page has no more.'));
    },
    cancel: () => {},
  };
  await client.request(POST, { kind: 'stream', reader });
  expect(failed).toHaveBeenCalledOnce();
  expect(failed.mock.calls[0]?.[0]).toMatchObject({ code: 'cancelled' });
});

test('a body that waits in line may be sent in another attempt, one that was begun may not', async () => {
  const attempts: boolean[] = [];
  const client = setUp(async (openBody, { mayRepeat }) => {
    // Turned away before anything was read: S3's `stream-refused` in line, for instance.
    openBody?.().cancel();
    attempts.push(mayRepeat());
    const second = openBody?.();
    expect(await second?.read()).toEqual(Uint8Array.of(1));
    second?.cancel();
    attempts.push(mayRepeat());
    expect(() => openBody?.()).toThrowError(/cannot be sent again/);
    return OK;
  });
  const stream = new ReadableStream<Chunk>({
    start(controller) {
      controller.enqueue(Uint8Array.of(1));
      controller.close();
    },
  });
  await client.request(POST, { kind: 'stream', reader: bodyOfStream(stream) });
  expect(attempts).toEqual([true, false]);
});

test('a service worker that sends beyond its credit ends that request and holds no more memory', async () => {
  const reasons: unknown[] = [];
  const port = serve((_, { signal }) => {
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason);
      });
    });
  });
  const failures: string[] = [];
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.kind === 'failed') failures.push(data.code);
  };
  const post = (message: ToShell) => port.postMessage(message);
  post({ kind: 'request', id: 1, ...POST, body: { kind: 'stream' } });
  for (let bytes = 0; bytes <= BRIDGE_WINDOW; bytes += PIECE) {
    post({ kind: 'body-chunk', id: 1, bytes: new Uint8Array(PIECE) });
  }
  await vi.waitFor(() => expect(failures).toHaveLength(1));
  expect(failures).toEqual(['flow-control']);
  // What nobody asked for is thrown away.
  post({ kind: 'body-chunk', id: 99, bytes: new Uint8Array(PIECE) });
  post({ kind: 'body-end', id: 1 });
  post({ kind: 'body-failed', id: 1, message: '' });
  await settle();
  expect(reasons).toHaveLength(1);
  port.close();
});
