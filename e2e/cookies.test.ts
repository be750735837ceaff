/** Cookies: kept by the host, and to the site's pages as if the browser kept them (SPEC section 14). */
// biome-ignore-all lint/suspicious/noDocumentCookie: it is what these tests are about.
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { fetchFrom, readCookies, sentTo, setting } from './fixtures/cookie-page.ts';
import { cookieSite } from './fixtures/cookie-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { get, visitFromNode } from './instance/node-visitors.ts';
import { until } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
let sites = 0;

/** A site of its own, so that no test meets another's cookies. */
async function openSite(): Promise<string> {
  sites += 1;
  const name = `jar-${sites}`;
  await hostHandler(instance, { name, handler: cookieSite });
  return name;
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(site: string, path = '/'): Promise<Visitor> {
    const browser = await openBrowser(browserName, 'visitor');
    const visitor = await Visitor.open(browser, instance.siteUrl(site, path));
    await visitor.sees('First:');
    return visitor;
  }

  it('keeps Set-Cookie with all attributes, sends everything, and shows scripts what is not HttpOnly (J2, J3)', async () => {
    const visitor = await visit(await openSite());
    const seen = await fetchFrom(
      visitor,
      setting(
        'plain=1',
        'hidden=2; HttpOnly; Path=/',
        'strict=3; SameSite=Strict; Secure; Path=/',
        '__Host-best=4; Secure; Path=/',
        `mine=5; Domain=${new URL(instance.siteUrl('jar')).hostname}`,
        'parent=6; Domain=localhost',
        '__Secure-liar=7',
        'none=8; SameSite=None',
        'grüße=é; Max-Age=1000',
        'dead=9; Max-Age=0',
        'old=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
        'late=11; Expires=Fri, 01 Jan 2100 00:00:00 GMT',
        'part=12; Secure; Path=/; Partitioned',
      ),
    );
    expect(seen).toBe('plain=1; strict=3; __Host-best=4; grüße=é; late=11; part=12');
    expect(await sentTo(visitor)).toBe(
      'plain=1; hidden=2; strict=3; __Host-best=4; grüße=é; late=11; part=12',
    );
    expect(visitor.consoleErrors).toEqual([]);
  });

  it("sends what a script has written with the page's very next request (J4)", async () => {
    const visitor = await visit(await openSite());
    const rounds = await visitor.frame.evaluate(async () => {
      const sent: string[] = [];
      for (let round = 1; round <= 20; round += 1) {
        document.cookie = `round=${round}`;
        sent.push(await (await fetch('/sent')).text());
      }
      return sent;
    });
    expect(rounds).toEqual(Array.from({ length: 20 }, (_, index) => `round=${index + 1}`));
  });

  it('shows Set-Cookie in document.cookie as soon as the fetch has its answer, with many at once (J3)', async () => {
    const visitor = await visit(await openSite());
    const missing = await visitor.frame.evaluate(async () => {
      const ask = async (index: number) => {
        await fetch(`/set?c=${encodeURIComponent(`c${index}=${index}`)}`);
        return document.cookie.includes(`c${index}=${index}`) ? [] : [index];
      };
      return (await Promise.all(Array.from({ length: 40 }, (_, index) => ask(index)))).flat();
    });
    expect(missing).toEqual([]);
    const sent = (await sentTo(visitor)).split('; ').sort();
    expect(sent).toEqual(Array.from({ length: 40 }, (_, index) => `c${index}=${index}`).sort());
  });

  it("finds the cookies in a page's first script: after links, reloads, and in a new tab", async () => {
    const site = await openSite();
    const visitor = await visit(site, setting('session=abc; HttpOnly', 'theme=dark'));
    await visitor.sees('First: theme=dark.');
    await visitor.frame.evaluate(() => {
      document.cookie = 'size=big';
    });
    // At once, before the host can have been told: the page's worker ends with it.
    await visitor.reload();
    await visitor.sees('First: theme=dark; size=big.');
    await until(
      'the host to have all',
      async () => (await sentTo(visitor)) === 'session=abc; theme=dark; size=big',
    );
    await (await visit(site)).sees('First: theme=dark; size=big.');
  });

  it('finds them there too when the page comes out of the cache', async () => {
    sites += 1;
    const site = `jar-${sites}`;
    const host = await hostHandler(instance, { name: site, handler: cookieSite });
    const visitor = await visit(site, '/cached');
    await visitor.sees('First: .');
    expect(await fetchFrom(visitor, setting('a=1'))).toBe('a=1');
    await (await visit(site, '/cached')).sees('First: a=1.');
    expect(host.requests.filter((request) => request === 'GET /cached')).toHaveLength(1);
  });

  it('gives a document the cookies of its path, frames that it fills itself included', async () => {
    const visitor = await visit(await openSite(), '/shop/');
    await fetchFrom(
      visitor,
      setting('all=1; Path=/', 'shop=2; Path=/shop', 'deep=3; Path=/shop/deep'),
    );
    const read = await visitor.frame.evaluate(async () => {
      document.cookie = 'here=4';
      const frame = async (fill: (frame: HTMLIFrameElement) => void) => {
        const element = document.createElement('iframe');
        const loaded = new Promise((resolve) => element.addEventListener('load', resolve));
        fill(element);
        document.body.append(element);
        await loaded;
        return element.contentDocument?.cookie;
      };
      const blank = document.createElement('iframe');
      document.body.append(blank);
      const fromBlank = blank.contentDocument;
      if (fromBlank) fromBlank.cookie = 'blank=5';
      return {
        own: document.cookie,
        blank: fromBlank?.cookie,
        srcdoc: await frame((element) => {
          element.srcdoc = '<script>document.cookie = "srcdoc=6"</script>';
        }),
        nested: await frame((element) => {
          element.src = '/shop/deep/page';
        }),
        parsed: new DOMParser().parseFromString('', 'text/html').cookie,
      };
    });
    expect(read.own).toBe('shop=2; here=4; blank=5; all=1');
    expect(read.blank).toBe('shop=2; here=4; blank=5; all=1');
    expect(read.srcdoc).toBe('shop=2; here=4; blank=5; srcdoc=6; all=1');
    expect(read.nested).toBe('deep=3; shop=2; here=4; blank=5; srcdoc=6; all=1');
    expect(read.parsed).toBe('');
    expect(await sentTo(visitor, '/shop/deep/sent')).toBe(
      'deep=3; shop=2; here=4; blank=5; srcdoc=6; all=1',
    );
    expect(await sentTo(visitor, '/sent')).toBe('all=1');
  });

  it('lets cookies expire in the page and at the host, and deletes them from both sides', async () => {
    const visitor = await visit(await openSite());
    await fetchFrom(visitor, setting('short=1; Max-Age=8', 'long=2; Max-Age=200', 'gone=3'));
    expect(await readCookies(visitor)).toBe('short=1; long=2; gone=3');
    expect(await fetchFrom(visitor, setting('gone=; Max-Age=0'))).toBe('short=1; long=2');
    await until('the short one to expire', async () => (await readCookies(visitor)) === 'long=2');
    await visitor.frame.evaluate(() => {
      document.cookie = 'long=; expires=Thu, 01 Jan 1970 00:00:00 GMT';
    });
    expect(await readCookies(visitor)).toBe('');
    expect(await sentTo(visitor)).toBe('');
  });

  it('hides HttpOnly cookies from scripts and guards them against their writes (J2)', async () => {
    const visitor = await visit(await openSite());
    expect(await fetchFrom(visitor, setting('id=real; HttpOnly'))).toBe('');
    await visitor.frame.evaluate(() => {
      document.cookie = 'id=forged';
      document.cookie = 'own=1; HttpOnly';
    });
    expect(await sentTo(visitor)).toBe('id=real');
    expect(await readCookies(visitor)).toBe('');
    // One that scripts could see becomes HttpOnly.
    expect(await fetchFrom(visitor, setting('open=1'))).toBe('open=1');
    expect(await fetchFrom(visitor, setting('open=2; HttpOnly'))).toBe('');
    expect(await sentTo(visitor)).toBe('id=real; open=2');
  });

  it("leaves cookies out both ways with credentials: 'omit' (J5)", async () => {
    const visitor = await visit(await openSite());
    await fetchFrom(visitor, setting('known=1'));
    expect(await sentTo(visitor, '/sent', 'omit')).toBe('');
    expect(await fetchFrom(visitor, setting('new=2'), 'omit')).toBe('known=1');
    expect(await sentTo(visitor, '/sent', 'same-origin')).toBe('known=1');
    const fields = await sentTo(visitor, '/fields', 'omit');
    expect(fields).not.toContain('peerserver-');
  });

  it('sends cookies with event streams and WebSocket handshakes, and writes before them', async () => {
    const visitor = await visit(await openSite());
    const heard = await visitor.frame.evaluate(async () => {
      document.cookie = 'ticket=7';
      const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/socket`);
      const bySocket = new Promise<string>((resolve, reject) => {
        socket.onmessage = ({ data }) => resolve(data);
        socket.onclose = () => reject(new Error('The socket was closed.'));
      });
      const source = new EventSource('/events');
      const byEvents = new Promise<string>((resolve) => {
        source.onmessage = ({ data }) => resolve(data);
      });
      const both = await Promise.all([bySocket, byEvents]);
      source.close();
      return both;
    });
    expect(heard).toEqual(['ticket=7', 'ticket=7']);
  });

  it("keeps the browser's own cookie store empty", async () => {
    const site = await openSite();
    const visitor = await visit(site);
    await fetchFrom(visitor, setting('a=1', 'b=2; HttpOnly'));
    await visitor.frame.evaluate(() => {
      document.cookie = 'c=3';
    });
    await visitor.reload();
    await visitor.sees('First: a=1; c=3.');
    const native = async () => {
      const all = await visitor.tab.launched.browser.cookies();
      return all.filter(({ domain }) => domain === `${site}.localhost`).map(({ name }) => name);
    };
    expect(await native()).toEqual([]);
    // The shell's own page has the browser's store, so this is what one cookie too many looks like.
    await visitor.tab.page.evaluate(() => {
      document.cookie = 'control=1';
    });
    expect(await native()).toEqual(['control']);
    // Neither the site nor its pages see it.
    await visitor.reload();
    await visitor.sees('First: a=1; c=3.');
    expect(await sentTo(visitor)).toBe('a=1; b=2; c=3');
  });

  it('shows all tabs of a site the same cookies, whoever sets them', async () => {
    const site = await openSite();
    const one = await visit(site);
    const two = await visit(site);
    await fetchFrom(one, setting('a=1'));
    await until('the other tab to see it', async () => (await readCookies(two)) === 'a=1');
    await two.frame.evaluate(() => {
      document.cookie = 'b=2';
    });
    await until('the first tab to see that', async () => (await readCookies(one)) === 'a=1; b=2');
    expect(await sentTo(one)).toBe('a=1; b=2');
    await one.tab.close();
    await two.frame.evaluate(() => {
      document.cookie = 'a=; max-age=0';
    });
    expect(await sentTo(two)).toBe('b=2');
  });

  it('has a cookieStore that reads, writes, deletes, and tells changes in every tab', async () => {
    const site = await openSite();
    const visitor = await visit(site);
    const other = await visit(site);
    await other.frame.evaluate(() => {
      const heard: string[] = [];
      Reflect.set(window, 'heard', heard);
      cookieStore.addEventListener('change', ({ changed, deleted }) => {
        heard.push(...changed.map(({ name, value }) => `${name}=${value}`));
        heard.push(...deleted.map(({ name }) => `-${name}`));
      });
    });
    const found = await visitor.frame.evaluate(async () => {
      const changes: string[] = [];
      cookieStore.onchange = ({ changed, deleted }) => {
        changes.push(...changed.map(({ name, value }) => `${name}=${value}`));
        changes.push(...deleted.map(({ name }) => `-${name}`));
      };
      await cookieStore.set('plain', '1');
      await cookieStore.set({ name: 'far', value: '2', path: '/elsewhere' });
      await cookieStore.set({ name: 'brief', value: '3', expires: Date.now() + 100_000 });
      const one = await cookieStore.get('plain');
      const all = (await cookieStore.getAll()).map(({ name, value }) => `${name}=${value}`);
      const sent = await (await fetch('/sent')).text();
      await cookieStore.delete('plain');
      const none = await cookieStore.get('plain');
      const refused = await cookieStore.set('a;b', '1').catch((error: Error) => error.name);
      const domain = await cookieStore
        .set({ name: 'x', value: '1', domain: 'localhost' })
        .catch((error: Error) => error.name);
      // Handed out as it is: what is still to come is waited for outside.
      Reflect.set(window, 'heard', changes);
      return { one: one?.value, all, sent, none, refused, domain, text: document.cookie };
    });
    expect(found).toEqual({
      one: '1',
      all: ['plain=1', 'brief=3'],
      sent: 'plain=1; brief=3',
      none: null,
      refused: 'TypeError',
      domain: 'TypeError',
      text: 'brief=3',
    });
    for (const tab of [visitor, other]) {
      const heard = () => tab.frame.evaluate(() => Reflect.get(window, 'heard') as string[]);
      await until('both tabs to hear of it', async () => (await heard()).includes('-plain'));
      expect(await heard()).toEqual(['plain=1', 'brief=3', '-plain']);
    }
  });
});

it('a Node client sees plain Cookie and Set-Cookie fields, and none of ours (J1)', async () => {
  const site = await openSite();
  const visit = await visitFromNode(instance, site);
  const { headers, body } = await visit.connection.request(
    { method: 'GET', target: setting('a=1; HttpOnly', 'b=2'), headers: [] },
    null,
  );
  body?.cancel();
  expect(headers.filter(([name]) => name === 'set-cookie')).toEqual([
    ['set-cookie', 'a=1; HttpOnly'],
    ['set-cookie', 'b=2'],
  ]);
  expect(headers.filter(([name]) => name.startsWith('peerserver-'))).toEqual([]);
  expect((await get(visit, '/sent')).text).toBe('');
  const answer = await visit.connection.request(
    {
      method: 'GET',
      target: '/fields',
      headers: [
        ['cookie', 'mine=1'],
        ['peerserver-credentials', 'omit'],
      ],
    },
    null,
  );
  const whole = await answer.body?.read();
  expect(new TextDecoder().decode(whole ?? undefined)).toBe('[["cookie","mine=1"]]');
  expect((await get(visit, '/.peerserver/cookies')).status).toBe(404);
});
