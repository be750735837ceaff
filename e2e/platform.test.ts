/** What scripts and people have of the platform around a page: as if no shell were there. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { startElsewhere } from './fixtures/elsewhere.ts';
import { countPages } from './fixtures/pdf.ts';
import { PlatformSite } from './fixtures/platform-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const elsewhere = await startElsewhere(afterAll);
const site = new PlatformSite();
await hostHandler(instance, {
  name: 'platform',
  handler: (request) => site.handle(request),
  whenDone: afterAll,
});
await hostHandler(instance, {
  name: 'unvisited',
  handler: (request) => site.handle(request),
  whenDone: afterAll,
});
const address = (path: string) => instance.siteUrl('platform', path);

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  async function visit(path: string, sees: string): Promise<Visitor> {
    const visitor = await Visitor.open(await openBrowser(browserName, 'visitor'), address(path));
    await visitor.sees(sees);
    await visitor.tab.page.bringToFront();
    return visitor;
  }

  async function openPopup(visitor: Visitor): Promise<Visitor> {
    const click = async () => {
      await (await visitor.frame.$('#popup'))?.click();
    };
    const popup = new Visitor(await visitor.tab.newTab(click, whenTestIsDone));
    await popup.sees('The popup');
    return popup;
  }

  describe('windows', () => {
    it('tells a page that it stands at the top, as far as browsers let it', async () => {
      const { frame } = await visit('/', 'The platform');
      const said = await frame.evaluate(() => ({
        parent: window.parent === window,
        frameElement: window.frameElement,
        opener: window.opener,
        frames: window.length,
      }));
      expect(said).toEqual({ parent: true, frameElement: null, opener: null, frames: 0 });
    });

    it("gives a page's scripts events and elements of their own classes", async () => {
      const visitor = await visit('/realm', 'A page that looks at classes');
      await visitor.frame.evaluate(() => {
        location.hash = '#changed';
      });
      const seen = () => visitor.frame.evaluate(() => Reflect.get(window, 'seen'));
      await expect.poll(seen, { timeout: 20_000 }).toEqual({
        nodes: true,
        load: true,
        hashchange: true,
      });
    });

    it('opens a popup with window.open, which finds its opener and speaks with it', async () => {
      const visitor = await visit('/', 'The platform');
      const popup = await openPopup(visitor);
      expect(await popup.frame.evaluate(() => window.opener.document.title)).toBe('Platform');
      await popup.frame.evaluate(() => window.opener.postMessage('ping', location.origin));
      const heard = (one: Visitor) => one.frame.evaluate(() => Reflect.get(window, 'heard'));
      await expect.poll(() => heard(visitor)).toEqual([['ping', true, true]]);
      await expect.poll(() => heard(popup)).toEqual(['pong']);
      // And the other way, with a port and an object of the receiver's own realm.
      const back = await visitor.frame.evaluate(() => {
        const { port1, port2 } = new MessageChannel();
        const answer = new Promise((resolve) => {
          port1.onmessage = (event) => resolve(event.data);
        });
        const { popup: opened } = window as unknown as { popup: Window };
        opened.postMessage({ list: [1] }, location.origin, [port2]);
        return answer;
      });
      expect(back).toEqual(['through a port', true]);
    });

    it('lets a page steer its popup to another page, and either of them close it', async () => {
      const visitor = await visit('/', 'The platform');
      const popup = await openPopup(visitor);
      await visitor.frame.evaluate(() => {
        (window as unknown as { popup: Window }).popup.location.href = '/second?from=opener';
      });
      await popup.sees('The second page');
      expect(await popup.address()).toBe(address('/second?from=opener'));
      await popup.frame.evaluate(() => window.close()).catch(() => undefined);
      const closed = () =>
        visitor.frame.evaluate(() => (window as unknown as { popup: Window }).popup.closed);
      await expect.poll(closed).toBe(true);
    });

    it('follows target=_top and top.location without a new connection', async () => {
      const visitor = await visit('/', 'The platform');
      await visitor.tab.page.evaluate(() => Reflect.set(window, 'sameShell', true));
      await visitor.clickLink('To the second page, at the top');
      await visitor.sees('The second page');
      expect(await visitor.address()).toBe(address('/second?from=top'));
      await visitor.frame.evaluate(() => {
        if (window.top) window.top.location.href = '/frames';
      });
      await visitor.sees('A page with frames');
      await visitor.back();
      await visitor.sees('The second page');
      expect(await visitor.tab.page.evaluate(() => Reflect.get(window, 'sameShell'))).toBe(true);
    });

    it('shows a page that insists on being at the top, without going in circles', async () => {
      const visitor = await visit('/buster', 'A page that wants to be at the top');
      await visitor.frame.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
      const loads = site.requests.filter(({ target }) => target === '/buster').length;
      expect(await visitor.frame.evaluate(() => Reflect.get(window, 'loads'))).toBe(1);
      expect(loads).toBe(1);
      site.requests.length = 0;
    });
  });

  describe('frames', () => {
    it('shows nested frames, whose scripts find each other', async () => {
      const visitor = await visit('/frames', 'A page with frames');
      const innermost = await visitor.tab.until('the innermost frame', async () =>
        visitor.tab.page
          .frames()
          .find((frame) => frame.url().endsWith('/innermost') && !frame.detached),
      );
      await expect
        .poll(() => innermost.evaluate(() => document.readyState), { timeout: 20_000 })
        .toBe('complete');
      const said = await innermost.evaluate(async () => ({
        up: [parent.document.title, parent.parent.document.title],
        outermost: parent.parent.parent === parent.parent,
        data: await (await fetch('/data')).text(),
        named: [...Array(1)].map(() => parent.parent.frames[0] === parent),
      }));
      expect(said).toEqual({
        up: ['Inner', 'Frames'],
        outermost: true,
        data: 'the data',
        named: [true],
      });
      expect(visitor.consoleErrors).toEqual([]);
    });

    it('lets srcdoc frames, and in Firefox blob and blank ones, fetch from the site', async () => {
      const { frame } = await visit('/frames', 'A page with frames');
      const fetched = await frame.evaluate(async () => {
        const fetchIn = async (prepare: (frame: HTMLIFrameElement) => void) => {
          const frame = document.createElement('iframe');
          const loaded = new Promise((resolve) => {
            frame.onload = resolve;
          });
          prepare(frame);
          document.body.append(frame);
          await loaded;
          const inner = frame.contentWindow as Window & typeof globalThis;
          return (await inner.fetch(`${location.origin}/data`)).text();
        };
        return {
          srcdoc: await fetchIn((one) => {
            one.srcdoc = '<p>srcdoc';
          }),
          blob: await fetchIn((one) => {
            one.src = URL.createObjectURL(new Blob(['<p>blob'], { type: 'text/html' }));
          }),
          blank: await fetchIn(() => {}),
        };
      });
      // Chromium asks the network there; its service workers control no such frames.
      const escaped = 'Files of a site come from its host, through a visiting page.\n';
      const elsewise = browserName === 'firefox' ? 'the data' : escaped;
      expect(fetched).toEqual({ srcdoc: 'the data', blob: elsewise, blank: elsewise });
    });

    it('lets a link of a nested frame lead the whole page away', async () => {
      const visitor = await visit('/frames', 'A page with frames');
      const inner = await visitor.tab.until('the inner frame', async () =>
        visitor.tab.page.frames().find((frame) => frame.url().endsWith('/frames/inner')),
      );
      await (await inner.waitForSelector('a[target]'))?.click();
      await visitor.sees('The second page');
      expect(await visitor.address()).toBe(address('/second?from=inner-top'));
    });

    it('says in a sandboxed frame why nothing can be shown there, and shows one with allow-same-origin', async () => {
      const visitor = await visit('/sandboxed', 'A page with a sandboxed frame');
      const texts = () =>
        Promise.all(
          visitor.tab.page
            .frames()
            .filter((frame) => frame.url() === address('/second'))
            .map((frame) => frame.evaluate(() => document.body.innerText).catch(() => '')),
        );
      await expect
        .poll(async () => (await texts()).join('\n'), { timeout: 20_000 })
        .toMatch(/The second page[\s\S]*sandboxed frame|sandboxed frame[\s\S]*The second page/);
    });

    it('shows what objects and embeds refer to, and their own content where there is none', async () => {
      const visitor = await visit('/objects', 'A page with objects');
      const shown = () =>
        visitor.frame.evaluate(() => {
          const find = (id: string) => document.getElementById(id) as HTMLObjectElement;
          return {
            picture: find('picture').contentDocument?.documentElement.localName,
            page: find('page').contentDocument?.title,
            missing: find('missing').innerText,
            embedded: find('embedded').getSVGDocument()?.documentElement.localName,
          };
        });
      await expect.poll(shown, { timeout: 20_000 }).toEqual({
        picture: 'svg',
        page: 'Innermost',
        missing: 'what stands for it',
        embedded: 'svg',
      });
    });
  });

  describe('document.referrer', () => {
    it('is empty for an address that was typed, and names the page whose link was followed', async () => {
      const visitor = await visit('/', 'The platform');
      const referrer = () => visitor.frame.evaluate(() => document.referrer);
      expect(await referrer()).toBe('');
      expect(site.sent('/', 'referer')).toBeUndefined();
      expect(site.sent('/', 'sec-fetch-site')).toBe('none');
      await visitor.clickLink('To the second page');
      await visitor.sees('The second page');
      expect(await referrer()).toBe(address('/'));
      expect(site.sent('/second?from=link', 'referer')).toBe(address('/'));
      expect(site.sent('/second?from=link', 'sec-fetch-site')).toBe('same-origin');
      await visitor.reload();
      await visitor.sees('The second page');
      expect(await referrer()).toBe(address('/'));
    });

    // On later visits Firefox says nothing to pages that come out of a service worker.
    it('names the other origin that led to a first visit', async () => {
      const launched = await openBrowser(browserName, 'visitor');
      const visitor = await Visitor.open(launched, elsewhere);
      await visitor.tab.shows('Elsewhere');
      await visitor.tab.page.evaluate((url) => {
        const link = Object.assign(document.createElement('a'), { href: url, textContent: 'On' });
        document.body.replaceChildren(link);
      }, instance.siteUrl('unvisited'));
      await (await visitor.tab.page.$('a'))?.click();
      await visitor.sees('The platform');
      expect(await visitor.frame.evaluate(() => document.referrer)).toBe(`${elsewhere}/`);
    });
  });

  describe('history and address', () => {
    it('keeps history.state and the scroll position across a reload', async () => {
      const visitor = await visit('/kept', 'A page to come back to');
      await visitor.frame.evaluate(() => {
        history.replaceState({ step: [1] }, '');
        scrollTo(0, 3210);
      });
      await visitor.reload();
      await visitor.sees('state {"step":[1]}');
      await expect
        .poll(() => visitor.frame.evaluate(() => scrollY), { timeout: 20_000 })
        .toBe(3210);
    });

    it('keeps history.state for pages that one comes back to', async () => {
      const visitor = await visit('/kept', 'A page to come back to');
      await visitor.frame.evaluate(() => history.replaceState({ step: 2 }, ''));
      await visitor.clickLink('Far down');
      await visitor.sees('The second page');
      expect(await visitor.frame.evaluate(() => history.state)).toBeNull();
      await visitor.back();
      await visitor.sees('state');
      expect(await visitor.frame.evaluate(() => history.state)).toEqual({ step: 2 });
    });

    it('goes to the target of an address, and follows one that is changed by hand', async () => {
      const visitor = await visit('/target#part', 'The part');
      const part = () =>
        visitor.frame.evaluate(() => {
          const element = document.querySelector('#part');
          if (!element) throw new Error('There is no part.');
          const { top } = element.getBoundingClientRect();
          return { near: Math.abs(top) < 100, color: getComputedStyle(element).color };
        });
      await expect.poll(part, { timeout: 20_000 }).toEqual({ near: true, color: 'rgb(1, 2, 3)' });
      await visitor.tab.page.evaluate(() => {
        location.hash = '#other';
      });
      await expect
        .poll(() => visitor.frameAddress(), { timeout: 20_000 })
        .toBe(address('/target#other'));
      await visitor.back();
      await expect
        .poll(() => visitor.frameAddress(), { timeout: 20_000 })
        .toBe(address('/target#part'));
    });

    it('mirrors language, viewport and theme colours of the page, and its changes', async () => {
      const visitor = await visit('/head', 'A page with a head');
      const head = () =>
        visitor.tab.page.evaluate(() => ({
          lang: document.documentElement.lang,
          viewport: document.querySelector<HTMLMetaElement>('meta[name="viewport"]')?.content,
          colors: [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')].map(
            ({ content, media }) => `${content} ${media}`,
          ),
        }));
      await expect.poll(head, { timeout: 20_000 }).toEqual({
        lang: 'de',
        viewport: 'width=500',
        colors: ['#123456 (prefers-color-scheme: light)', '#abcdef (prefers-color-scheme: dark)'],
      });
      await visitor.frame.evaluate(() => {
        document.querySelector('meta[name="theme-color"]')?.setAttribute('content', '#000000');
      });
      await expect.poll(async () => (await head()).colors[0]).toMatch(/^#000000/);
    });
  });

  describe('storage of the site', () => {
    it("keeps the site's own data, and bears that it clears everything", async () => {
      const visitor = await visit('/', 'The platform');
      await visitor.frame.evaluate(async () => {
        for (const { name = '' } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
        for (const name of await caches.keys()) await caches.delete(name);
        localStorage.clear();
        sessionStorage.clear();
        localStorage.setItem('kept', 'local');
        sessionStorage.setItem('kept', 'session');
        const cache = await caches.open('site');
        await cache.put('/cached', new Response('cached'));
        await new Promise((resolve, reject) => {
          const request = indexedDB.open('site', 1);
          request.onupgradeneeded = () => request.result.createObjectStore('things').put('db', 1);
          request.onsuccess = () => {
            request.result.close();
            resolve(undefined);
          };
          request.onerror = () => reject(request.error);
        });
      });
      await visitor.reload();
      await visitor.sees('The platform');
      const kept = () =>
        visitor.frame.evaluate(async () => ({
          local: localStorage.getItem('kept'),
          session: sessionStorage.getItem('kept'),
          cached: await (await caches.match('/cached'))?.text(),
          databases: (await indexedDB.databases()).some(({ name }) => name === 'site'),
          lock: await navigator.locks.request('site', async (lock) => lock?.name),
        }));
      await expect.poll(kept, { timeout: 20_000 }).toEqual({
        local: 'local',
        session: 'session',
        cached: 'cached',
        databases: true,
        lock: 'site',
      });
      await visitor.clickLink('To the second page');
      await visitor.sees('The second page');
    });

    it('refuses a service worker of the site with a clear error, and keeps its own from removal', async () => {
      const visitor = await visit('/', 'The platform');
      const said = await visitor.frame.evaluate(async () => ({
        registered: await navigator.serviceWorker
          .register('/sw.js')
          .then(() => 'registered')
          .catch((error: Error) => `${error.name}: ${error.message}`),
        known: (await navigator.serviceWorker.getRegistrations()).length,
        own: await navigator.serviceWorker.getRegistration(),
      }));
      expect(said).toEqual({
        registered:
          'NotSupportedError: A site that PeerServer serves cannot have a service worker of its own.',
        known: 0,
        own: undefined,
      });
    });
  });

  describe('permissions and printing', () => {
    it('lets the page go to full screen, and leave it', async () => {
      const visitor = await visit('/', 'The platform');
      await visitor.frame.evaluate(() => {
        document.body.onclick = () => void document.documentElement.requestFullscreen();
      });
      await (await visitor.frame.$('p'))?.click();
      const element = () => visitor.frame.evaluate(() => document.fullscreenElement?.localName);
      await expect.poll(element, { timeout: 20_000 }).toBe('html');
      await visitor.frame.evaluate(() => document.exitFullscreen());
      await expect.poll(element, { timeout: 20_000 }).toBeUndefined();
    });

    it('gives the page every permission that a page at the top may ask for', async () => {
      const { frame } = await visit('/', 'The platform');
      const refused = await frame.evaluate(async () => {
        interface FeaturePolicy {
          features(): string[];
          allowsFeature(name: string): boolean;
        }
        // Only Chromium lists them.
        const { featurePolicy } = document as Document & { featurePolicy?: FeaturePolicy };
        const listed = featurePolicy?.features() ?? [];
        const asked = await Promise.all(
          ['geolocation', 'notifications', 'camera', 'microphone', 'persistent-storage'].map(
            async (name) =>
              `${name} ${await navigator.permissions
                .query({ name: name as PermissionName })
                .then(({ state }) => state)
                .catch(() => 'unknown')}`,
          ),
        );
        return {
          policies: listed.filter((name) => !featurePolicy?.allowsFeature(name)),
          fullscreen: document.fullscreenEnabled,
          asked: asked.filter((answer) => answer.includes('geolocation denied')),
        };
      });
      expect(refused).toEqual({ policies: [], fullscreen: true, asked: [] });
    });

    it("prints the page itself by the page's own print() and by Ctrl+P", async () => {
      const visitor = await visit('/long', 'Line 1');
      await visitor.frame.evaluate(() => {
        Reflect.set(window, 'prints', 0);
        window.print = () => Reflect.set(window, 'prints', Reflect.get(window, 'prints') + 1);
      });
      await visitor.tab.page.keyboard.down('Control');
      await visitor.tab.page.keyboard.press('p');
      await visitor.tab.page.keyboard.up('Control');
      await expect.poll(() => visitor.frame.evaluate(() => Reflect.get(window, 'prints'))).toBe(1);
    });

    it("prints all of the site by the browser's command", async () => {
      const visitor = await visit('/long', 'Line 1');
      expect(countPages(await visitor.tab.page.pdf())).toBeGreaterThanOrEqual(4);
    });

    it('sends a beacon although the page is left', async () => {
      const visitor = await visit('/', 'The platform');
      await visitor.frame.evaluate((browser) => {
        addEventListener('pagehide', () => navigator.sendBeacon('/beacon', `gone in ${browser}`));
      }, browserName);
      await visitor.clickLink('To the second page');
      await visitor.sees('The second page');
      await expect
        .poll(() => site.beacons, { timeout: 20_000 })
        .toContain(`gone in ${browserName}`);
    });
  });
});
