import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../../../protocol/errors.ts';
import type { HeaderList } from '../../../protocol/http-message.ts';
import { answerOf, CachedSite, notModified } from './testing/cached-site.ts';

/** Answers with 304 to a request that names the tag, else with the text. */
function tagged(text: string, tag: string, headers: Readonly<Record<string, string>> = {}) {
  return (request: HeaderList) =>
    request.some(([name, value]) => name === 'if-none-match' && value === tag)
      ? notModified({ etag: tag, ...headers })
      : answerOf(text, { etag: tag, ...headers });
}

function lost(): never {
  throw new PeerServerError('host-away', 'The host is away.');
}

describe('validation (RFC 9111, 4.3)', () => {
  it('asks by the tag and gives the stored body for a 304', async () => {
    const site = new CachedSite(tagged('hello', '"1"', { 'cache-control': 'no-cache' }));
    await site.ask();
    expect(await site.ask()).toMatchObject({ status: 200, text: 'hello' });
    expect(site.asked[1]).toMatchObject({ 'if-none-match': '"1"' });
  });

  it('asks by the date when there is no tag', async () => {
    const headers = {
      'last-modified': 'Mon, 31 Dec 2029 00:00:00 GMT',
      'cache-control': 'no-cache',
    };
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask();
    site.host = () => notModified();
    expect((await site.ask()).text).toBe('hello');
    expect(site.asked[1]).toMatchObject({ 'if-modified-since': headers['last-modified'] });
  });

  it('shows what was changed at once, and forgets the old', async () => {
    const site = new CachedSite(tagged('old', '"1"', { 'cache-control': 'no-cache' }));
    await site.ask();
    site.host = tagged('new', '"2"', { 'cache-control': 'no-cache' });
    expect((await site.ask()).text).toBe('new');
    expect((await site.ask()).text).toBe('new');
    await site.settle();
    expect(site.asked[2]).toMatchObject({ 'if-none-match': '"2"' });
    expect(site.caches.size).toBe(1);
  });

  it('takes headers and freshness from the 304, but not what describes the body', async () => {
    const stale = {
      'cache-control': 'max-age=10',
      'content-length': '5',
      a: '1',
      b: '1',
      age: '5',
    };
    const site = new CachedSite(tagged('hello', '"1"', stale));
    await site.ask();
    site.pass(20);
    site.host = () => notModified({ 'cache-control': 'max-age=60', 'content-length': '0', a: '2' });
    await site.ask();
    site.pass(30);
    const { text, headers } = await site.ask();
    expect(site.asked).toHaveLength(2);
    expect({ text, ...headers }).toEqual({
      text: 'hello',
      etag: '"1"',
      'cache-control': 'max-age=60',
      'content-length': '5',
      a: '2',
      b: '1',
      age: '30',
    });
  });

  it('is fresh again by a 304 without a date, whatever the stored date was', async () => {
    const date = 'Tue, 01 Jan 2030 00:00:00 GMT';
    const headers = { 'cache-control': 'max-age=60', etag: '"1"', date };
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask();
    site.pass(90);
    site.host = () => notModified();
    expect((await site.ask()).headers.date).toBe('Tue, 01 Jan 2030 00:01:30 GMT');
    site.pass(30);
    await site.ask();
    expect(site.asked).toHaveLength(2);
  });

  it('keeps the freshness that a 304 brought, over the end of the service worker', async () => {
    const site = new CachedSite(tagged('hello', '"1"', { 'cache-control': 'max-age=60' }));
    await site.ask();
    site.pass(90);
    await site.ask();
    await site.restart();
    site.pass(50);
    expect(await site.ask()).toMatchObject({ text: 'hello', headers: { age: '50' } });
    expect(site.asked).toHaveLength(2);
  });

  it('writes nothing for a 304 that changes nothing', async () => {
    const site = new CachedSite(tagged('hello', '"1"', { 'cache-control': 'no-cache' }));
    await site.ask();
    await site.settle();
    const before = site.caches.calls.filter((call) => call === 'put').length;
    await site.ask();
    await site.settle();
    expect(site.caches.calls.filter((call) => call === 'put')).toHaveLength(before);
  });

  it('gives the page its own 304 when the page asked by itself', async () => {
    const site = new CachedSite(tagged('hello', '"1"', { 'cache-control': 'max-age=60' }));
    await site.ask();
    const answer = await site.ask({ headers: [['if-none-match', '"1"']] });
    expect(answer.status).toBe(304);
    expect(site.asked).toHaveLength(2);
  });

  it('has the whole sent again when a 304 comes and the body has gone', async () => {
    const site = new CachedSite(tagged('hello', '"1"', { 'cache-control': 'max-age=60' }));
    await site.ask();
    await site.settle();
    site.caches.clear();
    site.pass(90);
    expect(await site.ask()).toMatchObject({ status: 200, text: 'hello' });
    expect(site.asked).toHaveLength(3);
    expect(site.asked[2]).not.toHaveProperty('if-none-match');
    await site.settle();
    expect(site.caches.size).toBe(1);
  });
});

describe('stale answers (RFC 5861)', () => {
  it('are given while a newer one is fetched, for as long as stale-while-revalidate says', async () => {
    const headers = { 'cache-control': 'max-age=10, stale-while-revalidate=60' };
    let version = 1;
    const site = new CachedSite(() => answerOf(`version ${version}`, headers));
    await site.ask();
    version = 2;
    site.pass(30);
    expect((await site.ask()).text).toBe('version 1');
    await site.settle();
    expect((await site.ask()).text).toBe('version 2');
    expect(site.asked).toHaveLength(2);
    site.pass(80);
    version = 3;
    expect((await site.ask()).text).toBe('version 3');
  });

  it('are fetched anew once, however many ask meanwhile', async () => {
    const headers = { 'cache-control': 'max-age=10, stale-while-revalidate=60' };
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask();
    site.pass(30);
    await Promise.all([site.ask(), site.ask(), site.ask()]);
    await site.settle();
    expect(site.asked).toHaveLength(2);
  });

  it('are given when the host is away, if stale-if-error allows it', async () => {
    const headers = { 'cache-control': 'max-age=10, stale-if-error=60' };
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask();
    site.pass(30);
    site.host = lost;
    expect(await site.ask()).toMatchObject({ text: 'hello', headers: { age: '30' } });
    site.host = () => answerOf('busy', {}, 503);
    expect(await site.ask()).toMatchObject({ status: 200, text: 'hello' });
    site.pass(60);
    expect(await site.ask()).toMatchObject({ status: 503 });
  });

  it.each([
    'max-age=10',
    'max-age=10, stale-if-error=60, must-revalidate',
    'no-cache, stale-if-error=60, stale-while-revalidate=60',
  ])('are not given when the host is away and the answer was: %s', async (control) => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': control, etag: '"1"' }));
    await site.ask();
    site.pass(30);
    site.host = lost;
    await expect(site.ask()).rejects.toMatchObject({ code: 'host-away' });
  });
});

describe('methods', () => {
  it.each([
    ['POST', 200, 2],
    ['PUT', 204, 2],
    ['DELETE', 303, 2],
    ['M-SEARCH', 200, 2],
    ['POST', 403, 1],
    ['PUT', 500, 1],
    ['HEAD', 200, 1],
    ['OPTIONS', 200, 1],
  ])('after %s with %i a fresh answer is asked for %i times in all (RFC 9111, 4.4)', async (method, status, times) => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    site.host = () => ({ status, headers: [], body: null });
    await site.ask({ method });
    site.host = () => answerOf('hello', { 'cache-control': 'max-age=60' });
    await site.ask();
    expect(site.asked).toHaveLength(times + 1);
  });

  it('makes what an unsafe one points to be asked for again, on this site', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask({ path: '/list' });
    await site.ask({ path: '/item' });
    site.host = () => ({
      status: 201,
      headers: [
        ['location', '/item'],
        ['content-location', 'list'],
      ],
      body: null,
    });
    await site.ask({ method: 'POST', path: '/new' });
    site.host = () => answerOf('hello', { 'cache-control': 'max-age=60' });
    await site.ask({ path: '/list' });
    await site.ask({ path: '/item' });
    expect(site.asked).toHaveLength(5);
  });

  it('does not trust what it has after an unsafe one whose outcome is unknown', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    site.host = lost;
    await expect(site.ask({ method: 'POST' })).rejects.toMatchObject({ code: 'host-away' });
    site.host = () => answerOf('hello');
    await site.ask();
    expect(site.asked).toHaveLength(3);
  });

  it('never looks into storage for what cannot be there', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'no-store' }));
    await site.settle();
    site.caches.calls.length = 0;
    await site.ask();
    await site.ask({ method: 'POST' });
    await site.ask({ mode: 'no-store' });
    await site.settle();
    expect(site.caches.calls).toEqual([]);
  });
});

describe('a service worker that was stopped', () => {
  it('gives in its next life what was stored in the one before', async () => {
    const site = new CachedSite(() =>
      answerOf('hello', { 'cache-control': 'max-age=60', 'x-text': 'ä' }),
    );
    await site.ask();
    await site.restart();
    site.pass(10);
    expect(await site.ask()).toMatchObject({
      text: 'hello',
      headers: { age: '10', 'x-text': 'ä' },
    });
    expect(site.asked).toHaveLength(1);
  });

  it('does not make the first request wait for storage that hangs', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    await site.settle();
    site.caches.ready = new Promise(() => {});
    await site.restart();
    const asked = site.ask();
    await site.settle();
    expect(site.asked).toHaveLength(1);
    site.pass(1);
    await asked;
    expect(site.asked).toHaveLength(2);
  });

  it('waits for storage where a page wants what is stored and nothing else', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    await site.settle();
    let load: () => void = () => {};
    site.caches.ready = new Promise((resolve) => {
      load = resolve;
    });
    await site.restart();
    const asked = site.ask({ mode: 'only-if-cached' });
    site.pass(10);
    load();
    expect((await asked).text).toBe('hello');
    expect(site.asked).toHaveLength(1);
  });

  it('invalidates what it did not know of yet', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    let load: () => void = () => {};
    site.caches.ready = new Promise((resolve) => {
      load = resolve;
    });
    await site.restart();
    await site.ask({ method: 'POST' });
    load();
    await site.ask();
    expect(site.asked).toHaveLength(3);
  });

  it.each([
    ['is no JSON', () => 'hello'],
    ['is of another format', (text: string) => text.replace('"format":1', '"format":2')],
    ['has no headers', (text: string) => text.replace('"headers":[', '"headers":["x",')],
    ['has a strange status', (text: string) => text.replace('"status":200', '"status":99')],
    ['belongs to another place', (text: string) => text.replace('"id":"', '"id":"x')],
  ])('throws away a description that %s', async (_, change) => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    await site.settle();
    site.caches.rewrite(change);
    await site.restart();
    await site.ask();
    expect(site.asked).toHaveLength(2);
    await site.settle();
    expect(site.caches.size).toBe(1);
  });
});

it('does nothing any more once it was closed, and writes nothing', async () => {
  const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
  await site.ask();
  await site.settle();
  let goOn: () => void = () => {};
  site.caches.ready = new Promise((resolve) => {
    goOn = resolve;
  });
  await site.ask({ path: '/late' });
  let isClosed = false;
  const closed = site.cache.close().then(() => {
    isClosed = true;
  });
  await site.settle();
  // A write is under way: what it opens would be there again after a wipe.
  expect(isClosed).toBe(false);
  goOn();
  await closed;
  site.caches.clear();
  site.caches.calls.length = 0;
  await site.settle();
  await site.ask();
  await site.ask();
  await site.settle();
  expect(site.asked).toHaveLength(4);
  expect(site.caches.size).toBe(0);
  expect(site.caches.calls).toEqual([]);
});

it('stores no failure page of our own', async () => {
  const headers = { 'cache-control': 'max-age=60', 'peerserver-error': 'host-away' };
  const site = new CachedSite(() => answerOf('The host is asleep', headers, 503));
  await site.ask();
  await site.ask();
  expect(site.asked).toHaveLength(2);
});
