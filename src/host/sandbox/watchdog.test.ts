import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BodyReader } from '../../protocol/http-message.ts';
import { BLOCKED_AFTER_MS, START_TIMEOUT_MS } from './sandbox.ts';
import { body, NEVER, RUN, request, SiteUnderTest } from './testing/site-under-test.ts';

let site: SiteUnderTest;
beforeEach(() => {
  site = new SiteUnderTest();
});
afterEach(() => site.sandbox.close());

describe('the watchdog', () => {
  it('answers 504 when nothing comes in time, and tells the author which handler it was', async () => {
    let aborted = false;
    site.standIns.code = (inside) => {
      inside.signal.addEventListener('abort', () => {
        aborted = true;
      });
      return NEVER();
    };
    await site.started();
    const response = await site.passTime(site.sandbox.handle(request('/slow'), RUN));
    expect(response.status).toBe(504);
    expect(site.log).toMatchObject(
      [
        { text: /No answer after 30 s/, place: { file: 'routes/index.ts' }, request: 'GET /slow' },
      ].map((entry) => ({ ...entry, text: expect.stringMatching(entry.text) })),
    );
    await expect.poll(() => aborted).toBe(true);
    expect(site.standIns.made).toHaveLength(1);
  });

  it('does not count the time that an upload takes', async () => {
    let pieces = 10;
    const slow: BodyReader = {
      read: () =>
        new Promise((resolve) =>
          site.clock.schedule(20_000, () => resolve(pieces-- > 0 ? new Uint8Array([1]) : null)),
        ),
      cancel: () => {},
    };
    site.standIns.code = async ({ body: sent }) => {
      while (await sent?.read());
      return { status: 201, headers: [], body: null };
    };
    await site.started();
    const handled = site.sandbox.handle(request('/', { method: 'POST', body: slow }), RUN);
    expect((await site.passTime(handled, 2_000)).status).toBe(201);
  });

  it('ends a sandbox whose event loop stands still, and gives what had not begun to the next', async () => {
    site.standIns.code = async (inside, standIn) => {
      site.seen.push(inside.target);
      if (inside.target === '/loop') {
        standIn.block();
        return NEVER();
      }
      return { status: 200, headers: [], body: null };
    };
    await site.started();
    const looping = site.sandbox.handle(request('/loop'), RUN);
    await site.running(1);
    const others = [
      site.sandbox.handle(request('/a'), RUN),
      site.sandbox.handle(request('/b'), RUN),
    ];
    const upload = site.sandbox.handle(request('/c', { method: 'POST', body: body('x') }), RUN);
    const before = site.clock.now();
    expect((await site.passTime(looping)).status).toBe(504);
    expect(site.clock.now() - before).toBeLessThanOrEqual(BLOCKED_AFTER_MS + 2_000);
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await upload).status).toBe(503);
    expect(site.standIns.made).toHaveLength(2);
    expect(site.standIns.made[0]?.terminated).toBe(true);
    expect(site.log).toMatchObject([
      { source: 'sandbox', place: { file: 'routes/index.ts' }, request: 'GET /loop' },
    ]);
  });

  it('blames the handler that stands still, and not who waits behind it, however short the time is', async () => {
    site.restart({ answerTimeoutMs: 1_000 });
    site.standIns.code = async (inside, standIn) => {
      site.seen.push(inside.target);
      if (inside.target === '/loop') {
        standIn.block();
        return NEVER();
      }
      return { status: 200, headers: [], body: null };
    };
    await site.started();
    const looping = site.sandbox.handle(request('/loop'), RUN);
    await site.running(1);
    const other = site.sandbox.handle(request('/a'), RUN);
    expect((await site.passTime(looping, 100)).status).toBe(504);
    expect((await other).status).toBe(200);
    expect(site.log).toMatchObject([{ source: 'sandbox', request: 'GET /loop' }]);
  });

  it('lets an answer be whole whose handler has not read the request', async () => {
    let cancelled = false;
    const unread: BodyReader = {
      read: async () => new Uint8Array(64 * 1024),
      cancel: () => {
        cancelled = true;
      },
    };
    site.standIns.code = async () => ({ status: 200, headers: [], body: new Uint8Array([1]) });
    const response = await site.sandbox.handle(request('/', { method: 'POST', body: unread }), RUN);
    expect(response.status).toBe(200);
    expect(await new Response(response.body).text()).toBe('\u0001');
    expect(cancelled).toBe(false);
  });

  it('tells who had begun that the outcome is unknown when the sandbox dies', async () => {
    site.standIns.code = async (inside, standIn) => {
      site.seen.push(inside.target);
      if (inside.target === '/hungry') standIn.die('Out of memory.');
      return NEVER();
    };
    const begun = site.sandbox.handle(request('/begun'), RUN);
    await site.running(1);
    const hungry = site.sandbox.handle(request('/hungry'), RUN);
    expect((await site.passTime(begun, 10)).status).toBe(502);
    expect((await hungry).status).toBe(502);
    expect(site.log).toMatchObject([
      { text: expect.stringContaining('Out of memory.'), request: 'GET /hungry' },
    ]);
  });

  it('leaves a site alone for a while that fails again and again', async () => {
    site.standIns.code = async (inside, standIn) => {
      site.seen.push(inside.target);
      standIn.die('Gone.');
      return NEVER();
    };
    for (let count = 1; count <= 4; count += 1) {
      const handled = site.sandbox.handle(request(), RUN);
      await site.running(count);
      expect((await site.passTime(handled, 10)).status).toBe(502);
    }
    for (let count = 0; count < 2; count += 1) {
      expect((await site.sandbox.handle(request(), RUN)).status).toBe(503);
    }
    expect(site.standIns.made).toHaveLength(4);
    site.clock.advance(1_000);
    site.standIns.code = async () => ({ status: 200, headers: [], body: null });
    expect((await site.sandbox.handle(request(), RUN)).status).toBe(200);
  });

  it('does not wait for ever for a sandbox that does not start', async () => {
    site.standIns.onStart = () => {};
    site.restart();
    const handled = site.sandbox.handle(request(), RUN);
    await expect.poll(() => site.standIns.made.length).toBe(2);
    site.clock.advance(START_TIMEOUT_MS);
    expect((await handled).status).toBe(500);
    expect(site.log).toMatchObject([
      { source: 'sandbox', text: expect.stringContaining('not ready') },
    ]);
  });
});

it('takes whatever a sandbox says on its control port', async () => {
  await site.sandbox.handle(request(), RUN);
  const { control } = site.standIns.last.start.ports;
  const hostile = [null, 1, 'x', [], {}, { kind: 'log' }, { kind: 'error', text: 5 }];
  for (const message of hostile) control.postMessage(message);
  control.postMessage({ kind: 'running', request: 99, handler: 'x' });
  for (let count = 0; count < 2_000; count += 1) {
    control.postMessage({ kind: 'log', level: 'info', text: 'x'.repeat(50_000), request: 1 });
  }
  expect((await site.sandbox.handle(request(), RUN)).status).toBe(204);
  expect(site.log.length).toBeGreaterThan(0);
  expect(site.log.length).toBeLessThanOrEqual(500);
  expect(site.log.every(({ text }) => text.length < 20_000)).toBe(true);
  expect(site.log[0]?.request).toBe('GET /');
});

it('is ended when it floods its control port, and the site goes on in another', async () => {
  await site.started();
  const { control } = site.standIns.last.start.ports;
  for (let count = 0; count < 60_000; count += 1) {
    control.postMessage({ kind: 'running', request: 99, handler: 'x' });
  }
  await expect.poll(() => site.standIns.made[0]?.terminated).toBe(true);
  expect(site.log).toMatchObject([
    { source: 'sandbox', text: expect.stringContaining('far more') },
  ]);
  expect((await site.sandbox.handle(request(), RUN)).status).toBe(204);
  expect(site.standIns.made).toHaveLength(2);
});
