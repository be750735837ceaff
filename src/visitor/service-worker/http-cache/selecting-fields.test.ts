import { describe, expect, it } from 'vitest';
import type { HeaderList } from '../../../protocol/http-message.ts';
import { answerOf, CachedSite, notModified } from './testing/cached-site.ts';

/** A site whose answers depend on a language, and say which it was. */
function polyglot(headers: Readonly<Record<string, string>>): CachedSite {
  return new CachedSite((request) =>
    answerOf(request.find(([name]) => name === 'accept-language')?.[1] ?? 'none', {
      'cache-control': 'max-age=60',
      ...headers,
    }),
  );
}

const GERMAN: HeaderList = [['accept-language', 'de']];
const FRENCH: HeaderList = [['accept-language', 'fr']];

describe('variants of one address (RFC 9111, 4.1)', () => {
  it('are kept side by side', async () => {
    const site = polyglot({ vary: 'Accept-Language' });
    for (const headers of [GERMAN, FRENCH, [], GERMAN, FRENCH, []]) await site.ask({ headers });
    expect(site.asked).toHaveLength(3);
    expect((await site.ask({ headers: GERMAN })).text).toBe('de');
    expect((await site.ask()).text).toBe('none');
  });

  it('are those of before after the service worker was stopped', async () => {
    const site = polyglot({ vary: 'Accept-Language' });
    await site.ask({ headers: GERMAN });
    await site.ask({ headers: FRENCH });
    await site.restart();
    expect((await site.ask({ headers: GERMAN })).text).toBe('de');
    expect(site.asked).toHaveLength(2);
  });

  it.each(['*', ', *', 'accept-language, *'])('cannot be told apart by Vary: %s', async (vary) => {
    const site = polyglot({ vary });
    await site.ask();
    await site.ask();
    expect(site.asked).toHaveLength(2);
  });

  it('are one when other fields differ', async () => {
    const site = polyglot({ vary: 'Accept-Language' });
    await site.ask({ headers: [...GERMAN, ['other', '1']] });
    await site.ask({ headers: [['other', '2'], ...GERMAN] });
    expect(site.asked).toHaveLength(1);
  });

  it('are one when only spaces in a list differ', async () => {
    const site = polyglot({ vary: 'Accept-Language' });
    await site.ask({ headers: [['accept-language', 'de,fr']] });
    await site.ask({ headers: [['accept-language', ' de ,  fr']] });
    await site.ask({
      headers: [
        ['accept-language', 'de'],
        ['accept-language', 'fr'],
      ],
    });
    expect(site.asked).toHaveLength(1);
  });

  it('all go when an unsafe method was used on the address', async () => {
    const site = polyglot({ vary: 'Accept-Language' });
    await site.ask({ headers: GERMAN });
    await site.ask({ headers: FRENCH });
    await site.ask({ method: 'POST' });
    await site.ask({ headers: GERMAN });
    await site.ask({ headers: FRENCH });
    expect(site.asked).toHaveLength(5);
  });
});

describe('what belongs to somebody', () => {
  it('with and without cookies is never mixed', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    for (const withCookies of [true, false, true, false]) await site.ask({ withCookies });
    expect(site.asked).toHaveLength(2);
  });

  it('is asked of the host each time when it depends on cookies, which are not seen here', async () => {
    const headers = { 'cache-control': 'max-age=60', vary: 'Cookie', etag: '"1"' };
    const site = new CachedSite(() => answerOf('hello', { ...headers, 'last-modified': 'then' }));
    await site.ask();
    site.host = () => notModified();
    expect((await site.ask()).text).toBe('hello');
    // A date says nothing about which of two people's answers it is.
    expect(site.asked[1]).toEqual({ 'if-none-match': '"1"' });
    expect((await site.ask({ mode: 'force-cache' })).text).toBe('hello');
    expect(site.asked).toHaveLength(3);
    await expect(site.ask({ mode: 'only-if-cached' })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('does not depend on cookies where none are sent', async () => {
    const headers = { 'cache-control': 'max-age=60', vary: 'Cookie' };
    const site = new CachedSite(() => answerOf('hello', headers));
    await site.ask({ withCookies: false });
    await site.ask({ withCookies: false });
    expect(site.asked).toHaveLength(1);
  });

  it('is not given to another Authorization, and the secret itself is not stored', async () => {
    const site = new CachedSite(() => answerOf('hello', { 'cache-control': 'max-age=60' }));
    const ask = (secret: string) => site.ask({ headers: [['authorization', secret]] });
    await ask('Bearer secret');
    await ask('Bearer secret');
    expect(site.asked).toHaveLength(1);
    await ask('Bearer other');
    await site.ask();
    expect(site.asked).toHaveLength(3);
    await site.settle();
    site.caches.rewrite((description) => {
      expect(description).not.toMatch(/secret/);
      return description;
    });
    expect(site.caches.size).toBe(3);
  });
});
