import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../../protocol/errors.ts';
import { answerOf, CachedSite, streamOf } from './testing/cached-site.ts';

const FRESH = { 'cache-control': 'max-age=60' };

async function timesAsked(site: CachedSite, path = '/'): Promise<number> {
  const before = site.asked.length;
  await site.ask({ path });
  return site.asked.length - before;
}

describe('a body that passes through', () => {
  it('is stored when it has come to its end', async () => {
    const site = new CachedSite(() => streamOf(['one ', 'two ', 'three'], FRESH));
    expect((await site.ask()).text).toBe('one two three');
    expect((await site.ask()).text).toBe('one two three');
    await site.restart();
    expect((await site.ask()).text).toBe('one two three');
    expect(site.asked).toHaveLength(1);
  });

  it('is not stored when it was cut short', async () => {
    const site = new CachedSite(() => {
      const pieces = ['one '];
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull(controller) {
          const piece = pieces.shift();
          if (piece) controller.enqueue(new TextEncoder().encode(piece));
          else controller.error(new PeerServerError('connection-lost', 'Gone.'));
        },
      });
      return { status: 200, headers: Object.entries(FRESH), body };
    });
    await expect(site.ask()).rejects.toThrow('Gone.');
    site.host = () => answerOf('whole', FRESH);
    expect((await site.ask()).text).toBe('whole');
  });

  it('is not stored when its reader has given up, and the host is told', async () => {
    let givenUp: unknown;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: (reason) => {
        givenUp = reason;
      },
    });
    const site = new CachedSite(() => answerOf('x'.repeat(95), FRESH), { pendingBytes: 100 });
    const request = {
      method: 'GET',
      url: 'http://garden.localhost:8890/',
      headers: [],
      mode: 'default',
      withCookies: true,
    } as const;
    const answer = await site.cache.answer(request, async () => ({
      status: 200,
      headers: Object.entries(FRESH),
      body,
    }));
    if (!(answer?.body instanceof ReadableStream)) throw new Error('There is no stream.');
    const reader = answer.body.getReader();
    await reader.read();
    await reader.cancel('enough');
    expect(givenUp).toBe('enough');
    expect(await timesAsked(site)).toBe(1);
    // What was held of the first one is free again.
    expect(await timesAsked(site)).toBe(0);
  });

  it('is not stored when its length is not the one that was said', async () => {
    const headers = { ...FRESH, 'content-length': '4' };
    const site = new CachedSite(() => streamOf(['one ', 'two'], headers));
    await site.ask();
    expect(await timesAsked(site)).toBe(1);
    site.host = () => answerOf('one two', headers);
    await site.ask({ path: '/whole' });
    expect(await timesAsked(site, '/whole')).toBe(1);
  });

  it('is handed on as it is when it is said to be longer than entryBytes', async () => {
    const site = new CachedSite(undefined, { entryBytes: 100 });
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>();
    const headers = Object.entries({ ...FRESH, 'content-length': '101' });
    const answer = await site.cache.answer(
      {
        method: 'GET',
        url: 'http://garden.localhost:8890/',
        headers: [],
        mode: 'default',
        withCookies: true,
      },
      async () => ({ status: 200, headers, body }),
    );
    expect(answer?.body).toBe(body);
  });

  it('is read no faster than its reader reads', async () => {
    let pulled = 0;
    const site = new CachedSite();
    const answer = await site.cache.answer(
      {
        method: 'GET',
        url: 'http://garden.localhost:8890/',
        headers: [],
        mode: 'default',
        withCookies: true,
      },
      async () => ({
        status: 200,
        headers: Object.entries(FRESH),
        body: new ReadableStream<Uint8Array<ArrayBuffer>>(
          {
            pull(controller) {
              pulled += 1;
              controller.enqueue(new Uint8Array(10));
            },
          },
          { highWaterMark: 0 },
        ),
      }),
    );
    await site.settle();
    expect(pulled).toBe(0);
    if (!(answer?.body instanceof ReadableStream)) throw new Error('There is no stream.');
    await answer.body.getReader().read();
    await site.settle();
    expect(pulled).toBe(1);
  });
});

describe('a hostile host', () => {
  it('cannot make the cache store a body beyond entryBytes', async () => {
    const site = new CachedSite(() => answerOf('x'.repeat(101), FRESH), { entryBytes: 100 });
    await site.ask();
    expect(await timesAsked(site)).toBe(1);
    site.host = () => streamOf(['x'.repeat(60), 'x'.repeat(60)], FRESH);
    expect((await site.ask({ path: '/stream' })).text).toHaveLength(120);
    expect(await timesAsked(site, '/stream')).toBe(1);
    site.host = () => answerOf('x'.repeat(100), FRESH);
    await site.ask({ path: '/just' });
    expect(await timesAsked(site, '/just')).toBe(0);
  });

  it('cannot make the cache store headers beyond entryHeadLength', async () => {
    const site = new CachedSite(() => answerOf('', { ...FRESH, long: 'x'.repeat(500) }), {
      entryHeadLength: 500,
    });
    await site.ask();
    expect(await timesAsked(site)).toBe(1);
  });

  it('cannot make the cache exceed totalBytes: what was used longest ago goes first', async () => {
    const site = new CachedSite(() => answerOf('x'.repeat(100), FRESH), { totalBytes: 400 });
    for (const path of ['/1', '/2', '/3']) await site.ask({ path });
    expect(await timesAsked(site, '/1')).toBe(0);
    await site.ask({ path: '/4' });
    await site.settle();
    expect(site.caches.size).toBe(3);
    expect(await timesAsked(site, '/1')).toBe(0);
    expect(await timesAsked(site, '/2')).toBe(1);
  });

  it('cannot make the cache exceed the number of entries, also over the end of the service worker', async () => {
    const site = new CachedSite(() => answerOf('', FRESH), { entries: 2 });
    for (const path of ['/1', '/2', '/3']) await site.ask({ path });
    await site.restart();
    await site.ask({ path: '/4' });
    await site.settle();
    expect(site.caches.size).toBe(2);
    expect(await timesAsked(site, '/2')).toBe(1);
  });

  it('cannot make the cache hold more than pendingBytes of bodies that pass through', async () => {
    const site = new CachedSite(() => streamOf(['x'.repeat(60)], FRESH), { pendingBytes: 100 });
    await Promise.all([site.ask({ path: '/1' }), site.ask({ path: '/2' })]);
    const asked = [await timesAsked(site, '/1'), await timesAsked(site, '/2')];
    expect(asked.sort()).toEqual([0, 1]);
    await site.settle();
    // What was held is free again.
    await site.ask({ path: '/3' });
    expect(await timesAsked(site, '/3')).toBe(0);
  });
});

describe('storage', () => {
  it('that takes nothing means that nothing is kept, and no more', async () => {
    const site = new CachedSite(() => answerOf('hello', FRESH), { pendingBytes: 12 });
    site.caches.failure = new DOMException('No space.', 'QuotaExceededError');
    for (const path of ['/1', '/2', '/3']) {
      expect((await site.ask({ path })).text).toBe('hello');
      await site.settle();
      expect(await timesAsked(site, path)).toBe(1);
      await site.settle();
    }
    // Nothing is looked for that could not be written.
    expect(site.caches.calls).not.toContain('match');
  });

  it('that cannot be read means that nothing is stored', async () => {
    const site = new CachedSite(() => answerOf('hello', FRESH));
    await site.ask();
    site.caches.open = () => Promise.reject(new DOMException('Not here.', 'SecurityError'));
    site.caches.match = () => Promise.reject(new DOMException('Not here.', 'SecurityError'));
    await site.restart();
    expect((await site.ask()).text).toBe('hello');
    await site.settle();
    expect((await site.ask()).text).toBe('hello');
  });

  it('that was cleared meanwhile is asked of the host again', async () => {
    const site = new CachedSite(() => answerOf('hello', FRESH));
    await site.ask();
    await site.settle();
    site.caches.clear();
    expect((await site.ask()).text).toBe('hello');
    expect(site.asked).toHaveLength(2);
  });
});
