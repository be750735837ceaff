import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { bodyOfBytes, readWholeBody } from './body-streams.ts';
import { PeerServerError } from './errors.ts';
import type { HostRequest, HostResponse } from './http-message.ts';
import {
  answerFrame,
  connect,
  dataFrame,
  gate,
  get,
  ManualClock,
  ok,
  piecesOf,
  post,
  rawHost,
  rawVisitor,
  requestFrame,
  settled,
  text,
} from './peers.test.support.ts';

const MIB = 1024 * 1024;
const code = (error: string) => ({ code: error });

/** Both sides with a handler that leaves each request to the test. */
async function withOpenRequests(count: number, limits = {}) {
  const pair = await createMemoryTransports();
  const requests: HostRequest[] = [];
  const answers: ReturnType<typeof gate<HostResponse>>[] = [];
  const { host, visitor } = await connect(pair, {
    clock: new ManualClock(),
    ...limits,
    handler: (request) => {
      const answer = gate<HostResponse>();
      requests.push(request);
      answers.push(answer);
      return answer.promise;
    },
  });
  await host.proven;
  await settled();
  const abort = new AbortController();
  // One signal for many requests is what is tested; Node would take it for a leak.
  setMaxListeners(0, abort.signal);
  const pending = Array.from({ length: count }, () =>
    visitor.request(get, null, { signal: abort.signal }),
  );
  const outcomes = Promise.allSettled(pending);
  await settled();
  return { pair, host, visitor, requests, answers, abort, pending, outcomes };
}

describe('an exchange', () => {
  test('carries head and bodies of several MiB both ways, whole and unchanged (S1)', async () => {
    const pair = await createMemoryTransports();
    const { visitor } = await connect(pair, {
      handler: async (request) =>
        ok(request.body ? await readWholeBody(request.body, 9 * MIB) : null, [['x-a', 'b']]),
    });
    const sent = Uint8Array.from({ length: 5 * MIB }, (_, index) => (index * 31) % 251);
    const answer = await visitor.request(post, bodyOfBytes(sent));
    expect(answer.headers).toEqual([['x-a', 'b']]);
    const received = answer.body ? await readWholeBody(answer.body, 9 * MIB) : new Uint8Array();
    expect(Buffer.compare(received, sent)).toBe(0);
  });

  test('may have empty bodies both ways (R4)', async () => {
    const pair = await createMemoryTransports();
    const bodies: unknown[] = [];
    const { visitor } = await connect(pair, {
      handler: async (request) => {
        bodies.push(request.body === null ? null : await request.body.read());
        return ok(request.target === '/null' ? null : new Uint8Array());
      },
    });
    const none = await visitor.request({ ...get, target: '/null' }, null);
    const empty = await visitor.request(post, bodyOfBytes(new Uint8Array()));
    expect(none.body?.takeComplete()).toEqual(new Uint8Array());
    expect(await empty.body?.read()).toBeNull();
    expect(bodies).toEqual([null, null]);
  });

  test('drops the body that a handler gives where none may be (R4)', async () => {
    const pair = await createMemoryTransports();
    const { stream, state } = piecesOf(10, 3);
    const { visitor } = await connect(pair, {
      handler: async () => ({ status: 304, headers: [['content-length', '30']], body: stream }),
    });
    const answer = await visitor.request(get, null);
    expect([answer.status, answer.body]).toEqual([304, null]);
    await settled();
    expect(state).toEqual({ given: 0, cancelled: 'This answer has no body.' });
  });

  test('head and body of a small answer travel in one message (F1)', async () => {
    const pair = await createMemoryTransports();
    const { raw } = await rawVisitor(pair, async () => ok(text('hello')));
    raw.send(2, requestFrame(1));
    await settled();
    expect(raw.messages.filter(({ lane }) => lane === 2).length).toBe(1);
    expect(raw.ofType('data')).toMatchObject([{ stream: 1, end: true }]);
  });

  test('credit that arrives after END was sent does not end the body twice (S6)', async () => {
    const pair = await createMemoryTransports();
    const { visitor, raw } = await rawHost(pair);
    const request = visitor.request(post, bodyOfBytes(text('all')));
    await settled();
    expect(raw.ofType('data').length).toBeGreaterThan(0);
    const sent = raw.ofType('data').length;
    raw.send(1, { type: 'window', stream: 1, increment: 1_000 });
    raw.send(0, { type: 'window', stream: 0, increment: 1_000 });
    await settled();
    expect(raw.ofType('data').length).toBe(sent);
    raw.send(1, answerFrame(1, true));
    expect((await request).status).toBe(200);
  });

  test('cancelled by the visitor aborts the handler with its reason (X1, X2)', async () => {
    const { host, visitor, requests, abort, pending, outcomes } = await withOpenRequests(3);
    abort.abort();
    await expect(pending[0]).rejects.toMatchObject(code('cancelled'));
    await settled();
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(requests[0]?.signal.reason).toMatchObject(code('cancelled'));
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
    expect([host.stats().openStreams, visitor.stats().openStreams]).toEqual([0, 0]);
  });

  test('cancelled before it was sent never reaches the host (X1)', async () => {
    const { visitor, requests, abort } = await withOpenRequests(0);
    let cancelled: unknown;
    const body = { read: async () => null, cancel: (reason: unknown) => (cancelled = reason) };
    const early = visitor.request(post, body, { signal: AbortSignal.abort() });
    await expect(early).rejects.toMatchObject(code('cancelled'));
    const late = visitor.request(get, null, { signal: abort.signal });
    abort.abort();
    await expect(late).rejects.toMatchObject(code('cancelled'));
    await settled();
    expect(requests).toEqual([]);
    expect(cancelled).toMatchObject(code('cancelled'));
    expect(visitor.stats().openStreams).toBe(0);
  });

  test('cancelled by the reader of its body stops the handler stream (X1)', async () => {
    const pair = await createMemoryTransports();
    const { stream, state } = piecesOf(64 * 1024, 1_000);
    const { host, visitor } = await connect(pair, { handler: async () => ok(stream) });
    const answer = await visitor.request(get, null);
    await answer.body?.read();
    answer.body?.cancel();
    await settled();
    expect(state.cancelled).toMatchObject(code('cancelled'));
    expect(host.stats()).toMatchObject({ openStreams: 0, queuedBytes: 0 });
    expect(visitor.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('cancelled after the answer is complete leaves the answer readable (X2)', async () => {
    const pair = await createMemoryTransports();
    const { visitor } = await connect(pair, { handler: async () => ok(text('whole')) });
    const abort = new AbortController();
    const answer = await visitor.request(get, null, { signal: abort.signal });
    await settled();
    abort.abort();
    expect(await answer.body?.read()).toEqual(text('whole'));
    expect(await answer.body?.read()).toBeNull();
  });

  test('given up by both sides at the same time ends once, and late frames are ignored (X3)', async () => {
    const pair = await createMemoryTransports({ stepped: true });
    const { host, raw } = await rawVisitor(pair, async () => {
      throw new Error('no');
    });
    const reset = { type: 'reset', stream: 1, code: 0, reason: '' } as const;
    raw.send(1, requestFrame(1, false));
    pair.network.run('visitor');
    raw.send(1, dataFrame(1, text('late')), reset, { type: 'window', stream: 1, increment: 5 });
    await settled();
    pair.network.run();
    await settled();
    expect(raw.ofType('reset').length).toBe(1);
    expect(raw.goawayCode).toBeUndefined();
    expect(host.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('a handler that fails, sync or async, makes 502, with a code of its own if allowed (E3)', async () => {
    const pair = await createMemoryTransports();
    const { visitor } = await connect(pair, {
      handler: async ({ target }) => {
        if (target === '/slow') throw new PeerServerError('too-slow', 'Too slow.');
        if (target === '/lie') throw new PeerServerError('stream-refused', 'Never ran.');
        if (target === '/head') return { status: 200, headers: [['x', 'a\nb']], body: null };
        if (target === '/status') return { status: 42, headers: [], body: null };
        throw new Error('broken');
      },
    });
    const ask = (target: string) => visitor.request({ ...get, target }, null);
    await expect(ask('/slow')).rejects.toMatchObject(code('too-slow'));
    for (const target of ['/lie', '/head', '/status', '/other']) {
      await expect(ask(target)).rejects.toMatchObject(code('host-failed'));
    }
  });

  test('a body that fails half-way is an error after the bytes that came (S6)', async () => {
    const pair = await createMemoryTransports();
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(text('half'));
      },
      pull() {
        throw new Error('disk');
      },
    });
    const { visitor } = await connect(pair, { handler: async () => ok(stream) });
    const answer = await visitor.request(get, null);
    expect(await answer.body?.read()).toEqual(text('half'));
    await expect(answer.body?.read()).rejects.toMatchObject(code('host-failed'));
    await expect(answer.body?.read()).rejects.toMatchObject(code('host-failed'));
  });

  test.each([
    ['5', 'four', 'host-failed'],
    ['3', 'four', 'host-failed'],
    ['4x', 'four', 'host-failed'],
  ])('an announced length of %s for "%s" makes the body fail (S7)', async (length, body) => {
    const pair = await createMemoryTransports();
    const { visitor } = await connect(pair, {
      handler: async () => ok(text(body), [['content-length', length]]),
    });
    const read = async () => {
      const answer = await visitor.request(get, null);
      return answer.body ? readWholeBody(answer.body, 100) : undefined;
    };
    await expect(read()).rejects.toMatchObject(code('host-failed'));
    const whole = await visitor.request(get, null);
    await settled();
    expect(() => whole.body?.takeComplete()).toThrow('another length');
  });

  test('an answer before the upload is over stops the upload, and is whole (X2, X5)', async () => {
    const pair = await createMemoryTransports();
    const { host, visitor } = await connect(pair, { handler: async () => ok(text('enough')) });
    const stopped = gate<unknown>();
    const first = [text('a')];
    const body = {
      // The producer sleeps in its second read.
      read: () => Promise.resolve(first.pop() ?? new Promise<never>(() => {})),
      cancel: stopped.resolve,
    };
    const answer = await visitor.request(post, body);
    expect(await stopped.promise).toMatchObject(code('cancelled'));
    expect(answer.body?.takeComplete()).toEqual(text('enough'));
    expect([host.stats().openStreams, visitor.stats().openStreams]).toEqual([0, 0]);
  });

  test('an upload that fails, at once or later, ends the request (S4)', async () => {
    const { visitor, requests } = await withOpenRequests(0);
    const sync = {
      read(): Promise<null> {
        throw new Error('gone');
      },
      cancel: () => {},
    };
    const later = { read: () => Promise.reject(new Error('gone')), cancel: () => {} };
    await expect(visitor.request(post, sync)).rejects.toMatchObject({ message: 'gone' });
    await expect(visitor.request(post, later)).rejects.toMatchObject({ message: 'gone' });
    await settled();
    expect(requests.every(({ signal }) => signal.aborted)).toBe(true);
    expect(visitor.stats().openStreams).toBe(0);
  });
});

describe('the end of a connection', () => {
  test('broken under many exchanges ends each with connection-lost (E4)', async () => {
    const { pair, host, visitor, requests, outcomes } = await withOpenRequests(20);
    pair.network.break();
    const codes = (await outcomes).map((o) => (o.status === 'rejected' ? o.reason.code : 'ok'));
    expect(new Set(codes)).toEqual(new Set(['connection-lost']));
    expect(requests.length).toBe(20);
    expect(requests.every(({ signal }) => signal.aborted)).toBe(true);
    expect([(await host.closed)?.code, (await visitor.closed)?.code]).toEqual([
      'connection-lost',
      'connection-lost',
    ]);
  });

  test('a host gone in the middle of an answer is an error at its reader (S6)', async () => {
    const pair = await createMemoryTransports();
    const { visitor, raw } = await rawHost(pair);
    const request = visitor.request(get, null);
    await settled();
    raw.send(1, answerFrame(1), dataFrame(1, text('half')));
    const { body } = await request;
    pair.host.close();
    await visitor.closed;
    expect(await body?.read()).toEqual(text('half'));
    expect(body?.takeComplete()).toBeUndefined();
    await expect(body?.read()).rejects.toMatchObject(code('connection-lost'));
  });

  test('closing says GOAWAY; who had not been sent yet may be sent again (K4, E4)', async () => {
    const { host, visitor, requests, outcomes } = await withOpenRequests(6, {
      hostLimits: { openStreams: 4 },
      visitorLimits: { earlyRequests: 2 },
    });
    expect(requests.length).toBe(4);
    host.close(new PeerServerError('too-slow', 'Going to bed.'));
    const codes = (await outcomes).map((o) => (o.status === 'rejected' ? o.reason.code : 'ok'));
    expect(codes.sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'connection-lost'),
      'stream-refused',
      'stream-refused',
    ]);
    expect(await visitor.closed).toMatchObject({ code: 'too-slow', message: 'Going to bed.' });
    await expect(visitor.request(get, null)).rejects.toMatchObject(code('stream-refused'));
  });

  test('requests beyond openStreams wait for their turn, and none is refused (S3)', async () => {
    const { visitor, requests, answers, outcomes } = await withOpenRequests(9, {
      hostLimits: { openStreams: 4 },
    });
    expect([requests.length, visitor.stats().openStreams]).toEqual([4, 4]);
    for (let index = 0; index < 9; index += 1) {
      answers[index]?.resolve(ok());
      await settled();
    }
    expect((await outcomes).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(requests.length).toBe(9);
  });
});
