/** Several tabs of one site, and what people do to tabs; service workers that come and go meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserName, type LaunchedBrowser, launchBrowser } from './browsers/launch.ts';
import { handlerOf, text } from './fixtures/answers.ts';
import { launchWithButtons, press } from './fixtures/browser-buttons.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

/** Long enough to be under way when its service worker is stopped. */
const LONG = 'x'.repeat(300_000);

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
await hostHandler(instance, {
  name: 'tabs',
  handler: handlerOf({
    '/': '<title>One</title><p>Page one. <a href="/two">To two</a>',
    '/two':
      '<title>Two</title><p>Page two. <a href="/three">To three</a> <a href="/">To one</a><iframe src="/framed"></iframe>',
    '/three': '<title>Three</title><p>Page three. <a href="/">To one</a>',
    '/framed': '<title>Framed</title><p>A framed page',
    '/long': text(LONG),
  }),
  whenDone: afterAll,
});
const address = (path: string) => instance.siteUrl('tabs', path);

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  let launched: LaunchedBrowser;
  beforeAll(async () => {
    launched = await launchWithButtons(browserName, afterAll);
  });

  async function visit(path = '/', sees = 'Page one.'): Promise<Visitor> {
    const visitor = await Visitor.open(launched, address(path));
    await visitor.sees(sees);
    return visitor;
  }

  /** A mark that is gone when the shell is loaded anew. */
  const mark = (visitor: Visitor) =>
    visitor.tab.page.evaluate(() => Reflect.set(window, 'mark', true));
  const isMarked = (visitor: Visitor) =>
    visitor.tab.page.evaluate(() => Reflect.get(window, 'mark') === true);

  it('lets tabs of a site speak with each other by channel, storage events and locks', async () => {
    const first = await visit();
    const second = await visit('/three', 'Page three.');
    await second.frame.evaluate(() => {
      const heard: string[] = [];
      Reflect.set(window, 'heard', heard);
      new BroadcastChannel('site').onmessage = ({ data }) => heard.push(`channel ${data}`);
      addEventListener('storage', ({ key, newValue }) => heard.push(`storage ${key} ${newValue}`));
    });
    const locked = await first.frame.evaluate(async () => {
      await new Promise<void>((resolve) => {
        void navigator.locks.request('one at a time', () => {
          resolve();
          return new Promise(() => {});
        });
      });
      new BroadcastChannel('site').postMessage('hello');
      localStorage.setItem('colour', 'green');
      return true;
    });
    expect(locked).toBe(true);
    const heard = () => second.frame.evaluate(() => Reflect.get(window, 'heard') as string[]);
    await expect
      .poll(async () => (await heard()).sort(), { timeout: 20_000 })
      .toEqual(['channel hello', 'storage colour green']);
    const taken = second.frame.evaluate(() =>
      navigator.locks.request('one at a time', { ifAvailable: true }, (lock) => lock === null),
    );
    expect(await taken).toBe(true);
  });

  it('shows a duplicate of a tab, with its page and its way back', async () => {
    const visitor = await visit();
    await visitor.clickLink('To two');
    await visitor.sees('Page two.');
    const tab = await visitor.tab.newTab(() => press(visitor.tab, 'duplicate'), whenTestIsDone);
    const duplicate = new Visitor(tab);
    await duplicate.sees('Page two.');
    expect(await duplicate.address()).toBe(address('/two'));
    await duplicate.back();
    await duplicate.sees('Page one.');
    // Both live on by themselves.
    await visitor.clickLink('To three');
    await visitor.sees('Page three.');
    await duplicate.clickLink('To two');
    await duplicate.sees('Page two.');
  });

  it.each(['reload', 'hard reload'] as const)('comes back by itself after a %s', async (button) => {
    const visitor = await visit();
    await visitor.clickLink('To two');
    await visitor.sees('Page two.');
    await mark(visitor);
    await press(visitor.tab, button);
    await visitor.tab.until('a new shell', async () => !(await isMarked(visitor)));
    await visitor.sees('Page two.');
    expect(await visitor.address()).toBe(address('/two'));
    await mark(visitor);
    await visitor.clickLink('To three');
    await visitor.sees('Page three.');
    expect((await visitor.fetch('/long')).bytes).toBe(LONG.length);
    // Once was enough.
    expect(await isMarked(visitor)).toBe(true);
    await visitor.back();
    await visitor.sees('Page two.');
  });

  it('comes back by itself when the service worker was removed behind its back', async () => {
    const visitor = await visit();
    await visitor.tab.page.evaluate(async () => {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    });
    await visitor.clickLink('To two');
    await visitor.sees('Page two.');
    expect(await visitor.address()).toBe(address('/two'));
    await visitor.clickLink('To three');
    await visitor.sees('Page three.');
  });

  it('goes on while its service worker is stopped at any moment', {
    timeout: 120_000,
  }, async () => {
    const short = await launchBrowser(browserName, {
      // Firefox stops it as soon as it is idle, and soon when it is not.
      prefs: {
        'dom.serviceWorkers.idle_timeout': 100,
        'dom.serviceWorkers.idle_extended_timeout': 100,
      },
    });
    whenTestIsDone(() => short.close());
    const visitor = await Visitor.open(short, address('/'));
    await visitor.sees('Page one.');
    const stop = browserName === 'chromium' ? await keepStopping(visitor) : async () => 0;
    for (let round = 0; round < 6; round += 1) {
      await visitor.clickLink('To two');
      await visitor.sees('Page two.');
      const outcomes = await visitor.frame.evaluate(
        (url) =>
          Promise.all(
            Array.from({ length: 5 }, async () => {
              try {
                return (await (await fetch(url)).text()).length;
              } catch (error) {
                return (error as Error).name;
              }
            }),
          ),
        '/long',
      );
      // Whole, or an error that the page sees.
      for (const outcome of outcomes) expect([LONG.length, 'TypeError']).toContain(outcome);
      await visitor.clickLink('To three');
      await visitor.sees('Page three.');
      await visitor.clickLink('To one');
      await visitor.sees('Page one.');
    }
    if (browserName === 'chromium') expect(await stop()).toBeGreaterThan(5);
    expect((await visitor.fetch('/long')).bytes).toBe(LONG.length);
  });
});

it('gives up with an explanation when the service worker is switched off, and not sooner', async () => {
  const launched = await openBrowser('chromium', 'developer');
  const visitor = await Visitor.open(launched, address('/'));
  await visitor.sees('Page one.');
  let loads = 0;
  visitor.tab.page.on('framenavigated', (frame) => {
    if (frame === visitor.tab.page.mainFrame()) loads += 1;
  });
  const session = await visitor.tab.page.createCDPSession();
  await session.send('Network.enable');
  await session.send('Network.setBypassServiceWorker', { bypass: true });
  await visitor.reload();
  const screen = await visitor.seesScreen('The site cannot be shown');
  expect(screen).toContain('"Bypass for network"');
  expect(loads).toBeLessThanOrEqual(5);
  await session.send('Network.setBypassServiceWorker', { bypass: false });
  await visitor.tab.click('button', 'Try again');
  await visitor.sees('Page one.');
});

/** Stops Chromium's service workers again and again; the function that is returned ends that and tells how often. */
async function keepStopping(visitor: Visitor): Promise<() => Promise<number>> {
  const session = await visitor.tab.page.createCDPSession();
  await session.send('ServiceWorker.enable');
  const ended = new AbortController();
  let count = 0;
  const stopping = (async () => {
    while (!ended.signal.aborted) {
      await session.send('ServiceWorker.stopAllWorkers');
      count += 1;
      // Never in step with what the page does.
      await pause(37 + ((count * 61) % 331));
    }
  })();
  return async () => {
    ended.abort();
    await stopping;
    await session.detach();
    return count;
  };
}
