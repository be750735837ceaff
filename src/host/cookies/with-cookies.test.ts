import { describe, expect, test } from 'vitest';
import { COOKIE_FIELDS, COOKIES_TARGET } from '../../protocol/cookie-sync.ts';
import { FEATURES } from '../../protocol/features.ts';
import { type HeaderList, headerValue } from '../../protocol/http-message.ts';
import { request } from '../testing/request.ts';
import { CookieJars } from './cookie-jars.ts';
import { START, site } from './testing/cookie-site.ts';
import { withCookies } from './with-cookies.ts';

const crossSite: HeaderList = [
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-mode', 'cors'],
  ['sec-fetch-dest', 'empty'],
];
const link: HeaderList = [
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-dest', 'document'],
];

/** A typed address, or a link of a page that hides where it is. */
const unknown: HeaderList = [
  ['sec-fetch-site', 'none'],
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-dest', 'document'],
];

describe('J1: what is not for the site does not reach it', () => {
  test('fields of ours are dropped, whoever the visitor is', async () => {
    const { ask, seen } = site();
    const headers: HeaderList = [
      [COOKIE_FIELDS.credentials, 'omit'],
      ['peerserver-other', '1'],
      ['accept', '*/*'],
    ];
    await ask('/', { headers });
    await ask('/', { headers, plain: true });
    for (const { headers: got } of seen) {
      expect(got).toEqual([
        ['host', 'garden.localhost:8890'],
        ['accept', '*/*'],
      ]);
    }
  });

  test('a visitor with a jar of its own gets and sends plain fields', async () => {
    const { ask, seen } = site();
    const { response } = await ask('/', {
      plain: true,
      headers: [['cookie', 'own=1']],
      set: ['a=1; HttpOnly', 'b=2'],
    });
    expect(seen[0] && headerValue(seen[0].headers, 'cookie')).toBe('own=1');
    expect(response.headers).toEqual([
      ['x-site', 'yes'],
      ['set-cookie', 'a=1; HttpOnly'],
      ['set-cookie', 'b=2'],
    ]);
    expect((await ask('/', { plain: true })).sent).toBeUndefined();
  });

  test('J6: targets of ours are never the site’s, and most do not exist', async () => {
    const { ask, seen } = site();
    expect((await ask('/.peerserver/other')).response.status).toBe(404);
    expect((await ask(COOKIES_TARGET, { plain: true })).response.status).toBe(404);
    expect((await ask(COOKIES_TARGET, { method: 'PUT' })).response.status).toBe(405);
    expect(seen).toEqual([]);
  });
});

describe('J2: cookies come back as browsers send them', () => {
  test.each([
    ['a=1', '/any', 'a=1'],
    ['a=1; Path=/shop', '/shop', 'a=1'],
    ['a=1; Path=/shop', '/shop/cart?x=1', 'a=1'],
    ['a=1; Path=/shop', '/shopping', undefined],
    ['a=1; Path=/shop/', '/shop', undefined],
    ['a=1; Domain=garden.localhost', '/', 'a=1'],
    ['a=1; Domain=.GARDEN.localhost', '/', 'a=1'],
    ['a=1; Domain=localhost', '/', undefined],
    ['a=1; Domain=other.localhost', '/', undefined],
    ['a=1; Domain=my.garden.localhost', '/', undefined],
    ['a=1; Domain=', '/', 'a=1'],
    ['a=1; Max-Age=0', '/', undefined],
    ['a=1; Max-Age=-5; Expires=Fri, 01 Jan 2100 00:00:00 GMT', '/', undefined],
    ['a=1; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/', 'a=1'],
    ['a=1; Expires=Thu, 01-Jan-70 00:00:01 GMT', '/', undefined],
    ['a=1; Expires=no date', '/', 'a=1'],
    ['a=1; Secure; HttpOnly; SameSite=Strict; Partitioned; Other=x', '/', 'a=1'],
    ['a=1; SameSite=None', '/', undefined],
    ['a=1; SameSite=None; Secure', '/', 'a=1'],
    ['__Secure-a=1', '/', undefined],
    ['__secure-a=1', '/', undefined],
    ['__Secure-a=1; Secure', '/', '__Secure-a=1'],
    ['__Host-a=1; Secure; Path=/', '/', '__Host-a=1'],
    ['__Host-a=1; Secure', '/', undefined],
    ['__Host-a=1; Secure; Path=/shop', '/shop', undefined],
    ['__Host-a=1; Secure; Path=/; Domain=garden.localhost', '/', undefined],
    ['=__Host-a', '/', undefined],
    ['only', '/', 'only'],
    ['=only', '/', 'only'],
    ['=x=y', '/', undefined],
    ['==x', '/', undefined],
    ['a=', '/', 'a='],
    ['', '/', undefined],
    ['=', '/', undefined],
    ['a=x=y', '/', 'a=x=y'],
    ['a="quoted, kept"', '/', 'a="quoted, kept"'],
    ['a=\u00c3\u00a0', '/', 'a=\u00c3\u00a0'],
    ['a=b\u0001c', '/', undefined],
    [`a=1; Path=/${'p'.repeat(1024)}`, '/', 'a=1'],
    [`a=${'v'.repeat(4095)}`, '/', `a=${'v'.repeat(4095)}`],
    [`a=${'v'.repeat(4096)}`, '/', undefined],
  ])('%j asked at %s: %j', async (cookie, target, expected) => {
    const { ask } = site();
    await ask('/', { set: [cookie] });
    expect((await ask(target)).sent).toBe(expected);
  });

  test('those with longer paths stand first, then the older ones; a new value keeps its place', async () => {
    const { ask, time } = site();
    await ask('/shop/a', {
      set: ['z=1; Path=/', 'y=2; Path=/', 'deep=3', 'z=4; Path=/; Max-Age=5'],
    });
    time.now += 1000;
    expect((await ask('/shop/b')).sent).toBe('deep=3; z=4; y=2');
  });

  test('a cookie with a Domain attribute is another than one without', async () => {
    const { ask } = site();
    await ask('/', { set: ['a=1', 'a=2; Domain=garden.localhost'] });
    await ask('/', { set: ['a=; Max-Age=0; Domain=garden.localhost'] });
    expect((await ask('/')).sent).toBe('a=1');
  });

  test('Max-Age is counted from when it was set, not from when it was last sent', async () => {
    const { ask, time } = site();
    await ask('/', { set: ['a=1; Max-Age=10'] });
    time.now += 9_000;
    expect((await ask('/')).sent).toBe('a=1');
    time.now += 1_000;
    expect((await ask('/')).sent).toBeUndefined();
  });

  test('SameSite: only links bring Lax, nothing from elsewhere, or from nobody knows where, brings Strict', async () => {
    const { ask } = site();
    await ask('/', {
      set: [
        'default=1',
        'lax=2; SameSite=Lax',
        'strict=3; SameSite=Strict',
        'none=4; SameSite=None; Secure',
      ],
    });
    expect((await ask('/')).sent).toBe('default=1; lax=2; strict=3; none=4');
    expect((await ask('/', { headers: link })).sent).toBe('default=1; lax=2; none=4');
    expect((await ask('/', { headers: unknown })).sent).toBe('default=1; lax=2; none=4');
    expect((await ask('/', { headers: link, method: 'POST' })).sent).toBe('none=4');
    expect((await ask('/', { headers: unknown, method: 'POST' })).sent).toBe('none=4');
    expect((await ask('/', { headers: crossSite })).sent).toBe('none=4');
  });

  test('SameSite: a request from elsewhere sets only None, a page that is opened sets any', async () => {
    const { ask } = site();
    const set = ['a=1', 'b=2; SameSite=None; Secure'];
    await ask('/', { headers: crossSite, set });
    expect((await ask('/')).sent).toBe('b=2');
    await ask('/', { headers: link, method: 'POST', set });
    expect((await ask('/')).sent).toBe('b=2; a=1');
  });

  test('each visitor has its own', async () => {
    const { ask } = site();
    await ask('/', { visitor: 'anna', set: ['who=anna'] });
    await ask('/', { visitor: 'ben', set: ['who=ben'] });
    expect((await ask('/', { visitor: 'anna' })).sent).toBe('who=anna');
    expect((await ask('/', { visitor: 'carl' })).sent).toBeUndefined();
  });

  test('a Cookie field of the visitor’s own counts for nothing', async () => {
    const { ask } = site();
    await ask('/', { set: ['a=1'] });
    expect((await ask('/', { headers: [['cookie', 'forged=1']] })).sent).toBe('a=1');
  });

  test('parallel requests do not lose each other’s cookies', async () => {
    const jars = new CookieJars({ now: () => START });
    const release: (() => void)[] = [];
    const handler = withCookies(
      async ({ target }) => {
        await new Promise<void>((resolve) => release.push(resolve));
        return { status: 200, headers: [['set-cookie', `${target.slice(1)}=1`]], body: null };
      },
      jars,
      () => START,
    );
    const visitor = { key: 'anna', connectionId: '1', features: new Set([FEATURES.cookies]) };
    const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const asked = names.map((name) => handler({ ...request(`/${name}`), visitor }));
    await expect.poll(() => release.length).toBe(names.length);
    for (const go of release.reverse()) go();
    await Promise.all(asked);
    const sent = jars.find('anna')?.header({
      host: '',
      path: '/',
      siteContext: 'strict',
      isTopLevel: false,
    });
    expect(sent?.split('; ').sort()).toEqual(names.map((name) => `${name}=1`).sort());
  });

  test('Clear-Site-Data empties the jar', async () => {
    const { ask } = site();
    await ask('/', { set: ['a=1'] });
    await ask('/', { clear: '"cache"' });
    expect((await ask('/')).sent).toBe('a=1');
    await ask('/', { clear: '"cache", "cookies"' });
    expect((await ask('/')).sent).toBeUndefined();
  });
});
