import { describe, expect, it, test } from 'vitest';
import type { BridgeAnswer } from '../../bridge/bridge-client.ts';
import { Invalidations } from './invalidations.ts';
import { answerOf, CachedSite, notModified } from './testing/cached-site.ts';

const FRESH = { 'cache-control': 'max-age=60' };

/** An answer that comes when the test wants it to. */
function later(): { answer: Promise<BridgeAnswer>; give: (answer: BridgeAnswer) => void } {
  let give: (answer: BridgeAnswer) => void = () => {};
  const answer = new Promise<BridgeAnswer>((resolve) => {
    give = resolve;
  });
  return { answer, give };
}

describe('an answer that was asked for before a POST to its address and comes after it', () => {
  async function postMeanwhile(site: CachedSite): Promise<void> {
    const { host } = site;
    site.host = () => answerOf('done');
    await site.ask({ method: 'POST' });
    site.host = host;
  }

  it('is not stored when its body comes to its end after it', async () => {
    let body: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
    const site = new CachedSite(() => ({
      status: 200,
      headers: Object.entries(FRESH),
      body: new ReadableStream({
        start(controller) {
          body = controller;
        },
      }),
    }));
    const first = site.ask();
    await site.settle();
    body?.enqueue(new TextEncoder().encode('old'));
    await postMeanwhile(site);
    body?.close();
    expect((await first).text).toBe('old');
    site.host = () => answerOf('new', FRESH);
    expect((await site.ask()).text).toBe('new');
    // What is asked for afterwards is stored as ever.
    expect((await site.ask()).text).toBe('new');
    expect(site.asked).toHaveLength(3);
  });

  it('is not stored when its head comes after it', async () => {
    const { answer, give } = later();
    const site = new CachedSite(() => answer);
    const first = site.ask();
    await site.settle();
    await postMeanwhile(site);
    give(answerOf('old', FRESH));
    expect((await first).text).toBe('old');
    site.host = () => answerOf('new');
    expect((await site.ask()).text).toBe('new');
  });

  it('is not stored when it was fetched in the background', async () => {
    const bridged = { 'cache-control': 'max-age=1, stale-while-revalidate=60' };
    const site = new CachedSite(() => answerOf('first', bridged));
    await site.ask();
    site.pass(2);
    const { answer, give } = later();
    site.host = () => answer;
    expect((await site.ask()).text).toBe('first');
    await site.settle();
    await postMeanwhile(site);
    give(answerOf('old', FRESH));
    await site.settle();
    site.host = () => answerOf('new');
    expect((await site.ask()).text).toBe('new');
  });

  it('brings nothing back to life when it is a 304', async () => {
    const site = new CachedSite(() =>
      answerOf('old', { 'cache-control': 'no-cache', etag: '"1"' }),
    );
    await site.ask();
    const { answer, give } = later();
    site.host = () => answer;
    const validated = site.ask();
    await site.settle();
    await postMeanwhile(site);
    site.host = () => answerOf('new');
    give(notModified(FRESH));
    // What was still right is gone by now, so the whole is asked for.
    expect((await validated).text).toBe('new');
    expect((await site.ask()).text).toBe('new');
  });

  it('is not stored either when the list of what is stored is still being read', async () => {
    const site = new CachedSite(() => answerOf('old', FRESH));
    site.caches.ready = new Promise(() => {});
    await site.restart();
    expect((await site.ask({ mode: 'reload' })).text).toBe('old');
    await postMeanwhile(site);
    site.host = () => answerOf('new');
    const again = site.ask();
    await site.settle();
    site.pass(1);
    expect((await again).text).toBe('new');
  });
});

test('however many addresses are invalidated, what is forgotten of them counts as hit', () => {
  const invalidations = new Invalidations();
  const before = invalidations.moment;
  invalidations.add('/first');
  const after = invalidations.moment;
  for (let index = 0; index < 5_000; index += 1) invalidations.add(`/${index}`);
  expect(invalidations.hit('/first', before)).toBe(true);
  expect(invalidations.hit('/first', after)).toBe(true);
  expect(invalidations.hit('/untouched', invalidations.moment)).toBe(false);
  expect(invalidations.hit('/4999', invalidations.moment)).toBe(false);
});
