/** Windows and frames of a site, which find each other as if no shell were there. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName } from './browsers/launch.ts';
import { PlatformSite } from './fixtures/platform-site.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
const site = new PlatformSite();
await hostHandler(instance, {
  name: 'platform',
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
      await expect.poll(seen).toEqual({
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
      await expect.poll(() => innermost.evaluate(() => document.readyState)).toBe('complete');
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
      const escaped = 'This request went past the service worker, so it did not reach the site.\n';
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
        .poll(async () => (await texts()).join('\n'))
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
      await expect.poll(shown).toEqual({
        picture: 'svg',
        page: 'Innermost',
        missing: 'what stands for it',
        embedded: 'svg',
      });
    });
  });
});
