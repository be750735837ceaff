import { describe, expect, it } from 'vitest';
import { answerOf, CachedSite, notModified } from './testing/cached-site.ts';

const FRESH = { 'cache-control': 'max-age=60', etag: '"1"' };

/** A site whose answers say how many there were before, and which has answered once. */
async function visitedSite(headers: Readonly<Record<string, string>> = FRESH): Promise<CachedSite> {
  let count = 0;
  const site = new CachedSite(() => {
    count += 1;
    return answerOf(`answer ${count}`, headers);
  });
  await site.ask();
  return site;
}

describe('the cache mode of a request (Fetch)', () => {
  it('no-store neither uses what is stored nor stores', async () => {
    const site = await visitedSite();
    expect((await site.ask({ mode: 'no-store' })).text).toBe('answer 2');
    expect((await site.ask()).text).toBe('answer 1');
    expect(site.asked[1]).toEqual({ pragma: 'no-cache', 'cache-control': 'no-cache' });
  });

  it('reload does not use what is stored, but stores', async () => {
    const site = await visitedSite();
    expect((await site.ask({ mode: 'reload' })).text).toBe('answer 2');
    expect((await site.ask()).text).toBe('answer 2');
    expect(site.asked[1]).toEqual({ pragma: 'no-cache', 'cache-control': 'no-cache' });
  });

  it('no-cache asks the host whether what is stored is still right', async () => {
    const site = await visitedSite();
    site.host = () => notModified();
    expect((await site.ask({ mode: 'no-cache' })).text).toBe('answer 1');
    expect(site.asked[1]).toEqual({ 'cache-control': 'max-age=0', 'if-none-match': '"1"' });
  });

  it('force-cache uses what is stored although it is stale', async () => {
    const site = await visitedSite();
    site.pass(1000);
    expect((await site.ask({ mode: 'force-cache' })).text).toBe('answer 1');
    expect((await site.ask({ mode: 'force-cache', path: '/new' })).text).toBe('answer 2');
  });

  it('only-if-cached uses what is stored although it is stale, and never asks', async () => {
    const site = await visitedSite();
    site.pass(1000);
    expect((await site.ask({ mode: 'only-if-cached' })).text).toBe('answer 1');
    const unknown = site.ask({ mode: 'only-if-cached', path: '/new' });
    await expect(unknown).rejects.toMatchObject({ code: 'cancelled' });
    expect(site.asked).toHaveLength(1);
  });

  it('leaves the cache fields of the page as they are', async () => {
    const site = await visitedSite();
    await site.ask({ mode: 'reload', headers: [['cache-control', 'max-age=5']] });
    expect(site.asked[1]).toEqual({ pragma: 'no-cache', 'cache-control': 'max-age=5' });
  });
});

describe("the page's own fields (RFC 9111, 5.2.1 and 5.4)", () => {
  it.each([
    ['cache-control', 'no-cache'],
    ['cache-control', 'max-age=5'],
    ['cache-control', 'min-fresh=55'],
    ['cache-control', 'No-Store'],
    ['pragma', 'no-cache'],
    ['if-none-match', '"0"'],
    ['if-modified-since', 'Tue, 01 Jan 2030 00:00:00 GMT'],
    ['if-match', '"1"'],
    ['if-range', '"1"'],
  ])('%s: %s gets a new answer in place of a fresh one', async (name, value) => {
    const site = await visitedSite();
    site.pass(10);
    expect((await site.ask({ headers: [[name, value]] })).text).toBe('answer 2');
    expect(site.asked[1]).toMatchObject({ [name]: value });
  });

  it.each([
    ['cache-control', 'max-age=15'],
    ['cache-control', 'min-fresh=45'],
    ['cache-control', 'max-stale'],
    ['pragma', 'unknown'],
  ])('%s: %s is content with a fresh one', async (name, value) => {
    const site = await visitedSite();
    site.pass(10);
    expect((await site.ask({ headers: [[name, value]] })).text).toBe('answer 1');
  });

  it.each([
    ['max-stale', 'max-age=60', 'answer 1'],
    ['max-stale=50', 'max-age=60', 'answer 1'],
    ['max-stale=30', 'max-age=60', 'answer 2'],
    ['max-stale', 'max-age=60, must-revalidate', 'answer 2'],
    ['max-stale', 'no-cache', 'answer 2'],
  ])('%s for what was stored with "%s", 40 s too late, gets %s', async (asked, stored, text) => {
    const site = await visitedSite({ 'cache-control': stored, etag: '"1"' });
    site.pass(100);
    expect((await site.ask({ headers: [['cache-control', asked]] })).text).toBe(text);
  });

  it('max-stale gets what was stale already when it came, since its date is in whole seconds', async () => {
    const date = new Date(new CachedSite().clock.now() - 1000).toUTCString();
    const site = await visitedSite({ 'cache-control': 'max-age=1', date });
    expect((await site.ask({ headers: [['cache-control', 'max-stale']] })).text).toBe('answer 1');
    expect((await site.ask()).text).toBe('answer 2');
  });

  it('max-age waits for a new answer although a stale one might be given', async () => {
    const site = await visitedSite({ 'cache-control': 'max-age=60, stale-while-revalidate=60' });
    site.pass(10);
    expect((await site.ask({ headers: [['cache-control', 'max-age=5']] })).text).toBe('answer 2');
  });

  it('only-if-cached is answered with 504 when nothing fresh is stored', async () => {
    const site = await visitedSite();
    const headers = [['cache-control', 'only-if-cached']] as const;
    expect((await site.ask({ headers })).text).toBe('answer 1');
    expect((await site.ask({ headers, path: '/new' })).status).toBe(504);
    site.pass(100);
    expect((await site.ask({ headers })).status).toBe(504);
    expect(site.asked).toHaveLength(1);
  });
});

describe('a part of an answer (RFC 9110, 14)', () => {
  async function askForPart(site: CachedSite, range: string) {
    const { status, text, headers } = await site.ask({ headers: [['range', range]] });
    const { 'content-range': contentRange, 'content-length': length } = headers;
    return { status, text, contentRange, length };
  }

  async function digits(headers: Readonly<Record<string, string>> = FRESH): Promise<CachedSite> {
    const site = new CachedSite(() =>
      answerOf('0123456789', { ...headers, 'content-length': '10' }),
    );
    await site.ask();
    site.host = () => answerOf('from the host', {}, 206);
    return site;
  }

  it.each([
    ['bytes=0-1', '01', 'bytes 0-1/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ])('%s is made from a fresh whole one, in memory and on disk', async (range, text, contentRange) => {
    const site = await digits();
    const expected = { status: 206, text, contentRange, length: String(text.length) };
    expect(await askForPart(site, range)).toEqual(expected);
    await site.settle();
    expect(await askForPart(site, range)).toEqual(expected);
    expect(site.asked).toHaveLength(1);
  });

  it.each([
    'bytes=0-1,3-4',
    'bytes=10-',
    'bytes=5-3',
    'bytes=-0',
    'bytes=-',
    'lines=1-2',
  ])('%s is for the host to answer', async (range) => {
    const site = await digits();
    expect((await askForPart(site, range)).text).toBe('from the host');
    expect(site.asked[1]).toEqual({ range });
  });

  it('is asked of the host when the whole one is encoded', async () => {
    const site = await digits({ ...FRESH, 'content-encoding': 'gzip' });
    expect((await askForPart(site, 'bytes=0-1')).text).toBe('from the host');
  });

  it('is asked of the host, as it is, when the whole one is stale', async () => {
    const site = await digits();
    site.pass(100);
    expect((await askForPart(site, 'bytes=0-1')).text).toBe('from the host');
    expect(site.asked[1]).toEqual({ range: 'bytes=0-1' });
  });
});
