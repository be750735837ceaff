import { describe, expect, it } from 'vitest';
import { answerOf, CachedSite } from './testing/cached-site.ts';

describe('freshness (RFC 9111, 4.2)', () => {
  it('gives a fresh answer without asking the host, with its age', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    site.pass(59);
    const { status, text, headers } = await site.ask();
    expect({ status, text, age: headers.age }).toEqual({ status: 200, text: 'hello', age: '59' });
    expect(site.asked).toHaveLength(1);
  });

  it('asks again when the answer is not fresh any more', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    await site.ask();
    site.pass(60);
    await site.ask();
    expect(site.asked).toHaveLength(2);
  });

  it.each([
    [
      'expires',
      { expires: 'Tue, 01 Jan 2030 00:01:00 GMT', date: 'Tue, 01 Jan 2030 00:00:00 GMT' },
    ],
    ['a last-modified long ago', { 'last-modified': 'Mon, 31 Dec 2029 00:00:00 GMT' }],
    ['must-revalidate', { 'cache-control': 'max-age=60, must-revalidate' }],
    ['an expires of the old form', { expires: 'Tuesday, 01-Jan-30 00:01:00 GMT' }],
    ['immutable', { 'cache-control': 'max-age=60, immutable' }],
    ['names in capitals', { 'cache-control': 'MAX-AGE=60' }],
    ['no-cache of single fields', { 'cache-control': 'max-age=60, no-cache="x-secret"' }],
  ])('knows it fresh by %s', async (_, headers) => {
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask();
    site.pass(30);
    await site.ask();
    expect(site.asked).toHaveLength(1);
  });

  it.each([
    ['no-store', { 'cache-control': 'no-store, max-age=60' }],
    ['no-cache', { 'cache-control': 'no-cache, max-age=60' }],
    ['an age beyond it', { 'cache-control': 'max-age=60', age: '61' }],
    ['an age that is none', { 'cache-control': 'max-age=60', age: 'old' }],
    ['an expires in the past', { expires: '0' }],
    [
      'a date long ago (4.2.3)',
      { 'cache-control': 'max-age=60', date: 'Mon, 31 Dec 2029 00:00:00 GMT' },
    ],
    ['an expires that is no date', { expires: 'tomorrow' }],
    [
      'an expires of the old form, of the last century',
      { expires: 'Monday, 01-Jan-90 00:01:00 GMT' },
    ],
    ['an empty expires', { expires: '', 'last-modified': 'Mon, 31 Dec 2029 00:00:00 GMT' }],
    ['the first of two max-age', { 'cache-control': 'max-age=0, max-age=60' }],
    ['max-age in quotes of something else', { 'cache-control': 'a="max-age=60", max-age=0' }],
    ['nothing at all', {}],
  ])('asks the host each time because of %s', async (_, headers) => {
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask();
    await site.ask();
    expect(site.asked).toHaveLength(2);
  });

  it('takes immutable for no lifetime of its own (RFC 8246)', async () => {
    const headers = { 'cache-control': 'immutable', expires: 'Tue, 01 Jan 2030 00:00:10 GMT' };
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask();
    site.pass(20);
    await site.ask();
    expect(site.asked).toHaveLength(2);
  });

  it('leaves out of a stored answer what no-cache names', async () => {
    const headers = { 'cache-control': 'max-age=60, no-cache="x-secret"', 'x-secret': '1' };
    const site = new CachedSite(() => answerOf('hello', headers));
    expect((await site.ask()).headers['x-secret']).toBe('1');
    expect((await site.ask()).headers['x-secret']).toBeUndefined();
  });

  it('trusts nothing that was stored in the future, since the clock was set back', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    site.pass(1000);
    await site.ask();
    await site.settle();
    const back = new CachedSite(site.host);
    Object.assign(back, { caches: site.caches });
    await back.restart();
    await back.ask();
    expect(back.asked).toHaveLength(1);
  });

  it.each([
    [301, { location: '/new' }, 1],
    [308, { location: '/new' }, 1],
    [302, { location: '/new', 'cache-control': 'max-age=60' }, 1],
    [404, { 'cache-control': 'max-age=60' }, 1],
    [500, { 'cache-control': 'max-age=60' }, 1],
    [599, { 'cache-control': 'max-age=60, must-understand' }, 2],
    [206, { 'cache-control': 'max-age=60' }, 2],
    [302, { location: '/new' }, 2],
    [500, { 'last-modified': 'Mon, 31 Dec 2029 00:00:00 GMT' }, 2],
  ])('asked twice for what is %i with %j, it asks the host %i times', async (status, headers, times) => {
    const withDate = { 'last-modified': 'Mon, 31 Dec 2029 00:00:00 GMT', ...headers };
    const site = new CachedSite(() => answerOf('', withDate, status));
    expect((await site.ask()).status).toBe(status);
    expect((await site.ask()).status).toBe(status);
    expect(site.asked).toHaveLength(times);
  });
});
