/** What full HTTP needs of an exchange, beyond what exchange.test.ts shows. */
import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { bodyOfBytes, bodyOfStream, readWholeBody } from './body-streams.ts';
import type { HostRequest } from './http-message.ts';
import { connect, gate, get, ok, piecesOf, post, settled, text } from './peers.test.support.ts';

const MIB = 1024 * 1024;
const code = (error: string) => ({ code: error });

test.each([
  'GET',
  'PATCH',
  'PROPFIND',
  'M-SEARCH',
  'patch',
  'x'.repeat(32),
])('the method %s arrives as it is, body and all (R3)', async (method) => {
  const pair = await createMemoryTransports();
  const { visitor } = await connect(pair, {
    handler: async (request) => {
      const body = request.body ? await readWholeBody(request.body, 100) : new Uint8Array();
      return ok(body, [['x-method', request.method]]);
    },
  });
  const answer = await visitor.request({ ...get, method }, bodyOfBytes(text('payload')));
  expect(answer.headers).toEqual([['x-method', method]]);
  expect(answer.body && (await readWholeBody(answer.body, 100))).toEqual(text('payload'));
});

test('fields that repeat arrive in order, both ways (R2)', async () => {
  const repeated = [
    ['accept', 'a/b'],
    ['x', '1'],
    ['accept', 'c/d'],
    ['x', ''],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ] as const;
  const pair = await createMemoryTransports();
  const { visitor } = await connect(pair, {
    handler: async ({ headers }) => ok(null, headers),
  });
  const answer = await visitor.request({ ...get, headers: repeated }, null);
  expect(answer.headers).toEqual(repeated);
});

test('a request body of unknown length arrives whole (S1)', async () => {
  const pair = await createMemoryTransports();
  const { visitor } = await connect(pair, {
    handler: async ({ body }) => ok(text(String(body && (await readWholeBody(body, MIB)).length))),
  });
  const { stream } = piecesOf(7_001, 100);
  const answer = await visitor.request(post, bodyOfStream(stream));
  expect(answer.body && (await readWholeBody(answer.body, 100))).toEqual(text('700100'));
});

test('a large answer to an upload that runs on arrives whole; the upload is stopped (X2, X5)', async () => {
  const pair = await createMemoryTransports();
  const page = new Uint8Array(5 * MIB).fill(7);
  const { host, visitor } = await connect(pair, { handler: async () => ok(page) });
  const { stream, state } = piecesOf(64 * 1024, 1_000_000);
  const answer = await visitor.request(post, bodyOfStream(stream));
  const whole = answer.body ? await readWholeBody(answer.body, 6 * MIB) : new Uint8Array();
  expect(Buffer.compare(whole, page)).toBe(0);
  await settled();
  expect(state.cancelled).toMatchObject(code('cancelled'));
  expect([host.stats().openStreams, visitor.stats().openStreams]).toEqual([0, 0]);
  expect(host.stats().unreadBytes).toBe(0);
});

test('an answer and its upload stream past each other, each as the other goes on (S1)', async () => {
  const pair = await createMemoryTransports();
  const { visitor } = await connect(pair, {
    // Answers at once, and gives back each piece as it comes.
    handler: async ({ body }) =>
      ok(
        new ReadableStream({
          async pull(controller) {
            const piece = await body?.read();
            if (piece) controller.enqueue(piece);
            else controller.close();
          },
        }),
      ),
  });
  const next = [gate<string | null>(), gate<string | null>(), gate<string | null>()];
  let asked = 0;
  const upload = {
    async read() {
      const value = await next[asked++]?.promise;
      return typeof value === 'string' ? text(value) : null;
    },
    cancel: () => {},
  };
  const answer = await visitor.request(post, upload);
  for (const [index, word] of ['one', 'two'].entries()) {
    next[index]?.resolve(word);
    expect(await answer.body?.read()).toEqual(text(word));
  }
  next[2]?.resolve(null);
  expect(await answer.body?.read()).toBeNull();
});

test('given up during the upload, before any head: the handler’s body and signal end (X1, X2)', async () => {
  const pair = await createMemoryTransports();
  const requests: HostRequest[] = [];
  const failures: unknown[] = [];
  const { visitor } = await connect(pair, {
    handler: async (request) => {
      requests.push(request);
      await readWholeBody(request.body ?? bodyOfBytes(new Uint8Array()), MIB).catch(
        (error: unknown) => failures.push(error),
      );
      return ok();
    },
  });
  const abort = new AbortController();
  let stopped: unknown;
  const first = [text('part')];
  const upload = {
    read: () => Promise.resolve(first.pop() ?? new Promise<never>(() => {})),
    cancel: (reason: unknown) => {
      stopped = reason;
    },
  };
  const answer = visitor.request(post, upload, { signal: abort.signal });
  const failed = expect(answer).rejects.toMatchObject(code('cancelled'));
  while (requests.length === 0) await settled();
  abort.abort();
  await failed;
  await settled();
  expect(stopped).toMatchObject(code('cancelled'));
  expect(failures).toMatchObject([code('cancelled')]);
  expect(requests[0]?.signal.aborted).toBe(true);
});

test.each([
  100, 103, 199,
])('an interim answer, %d, is the handler’s failure (R5, E3)', async (status) => {
  const pair = await createMemoryTransports();
  const { visitor } = await connect(pair, {
    handler: async () => ({ status, headers: [], body: null }),
  });
  await expect(visitor.request(get, null)).rejects.toMatchObject(code('host-failed'));
});
