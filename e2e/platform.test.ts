/** What scripts and people have of the platform around a page: as if no shell were there. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { startElsewhere } from './fixtures/elsewhere.ts';
import { countPages } from './fixtures/pdf.ts';
import { PlatformSite } from './fixtures/platform-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
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
    await visitor.isComplete();
    await visitor.tab.page.bringToFront();
    return visitor;
  }

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
      await expect.poll(() => visitor.frame.evaluate(() => scrollY)).toBe(3210);
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
      await expect.poll(part).toEqual({ near: true, color: 'rgb(1, 2, 3)' });
      await visitor.tab.page.evaluate(() => {
        location.hash = '#other';
      });
      await expect.poll(() => visitor.frameAddress()).toBe(address('/target#other'));
      await visitor.back();
      await expect.poll(() => visitor.frameAddress()).toBe(address('/target#part'));
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
      await expect.poll(head).toEqual({
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
      await expect.poll(kept).toEqual({
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
      await expect.poll(element).toBe('html');
      await visitor.frame.evaluate(() => document.exitFullscreen());
      await expect.poll(element).toBeUndefined();
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
      await expect.poll(() => site.beacons).toContain(`gone in ${browserName}`);
    });
  });
});
