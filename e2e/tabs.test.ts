/** Several tabs of one site, and what people do to tabs; service workers that come and go meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostResponse } from '../src/protocol/http-message.ts';
import type { BrowserName, LaunchedBrowser } from './browsers/launch.ts';
import { handlerOf, text } from './fixtures/answers.ts';
import { launchWithButtons, press } from './fixtures/browser-buttons.ts';
import { launchStoppable } from './fixtures/service-worker-stopper.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const LONG = 'x'.repeat(300_000);
/** A way around the site. */
const ROUND = [
  ['To two', 'Page two.'],
  ['To three', 'Page three.'],
  ['To one', 'Page one.'],
] as const;
/** How long after a click the service worker is stopped: before it is asked until after it has answered. */
const STOPS_MS = [0, 5, 10, 20, 40, 80];

/** Answers to `/slow` that stay in the middle until they are given up; those that follow are whole. */
const slow = { toHold: 0, asked: 0, holdAtStart: false };
function slowPage(): HostResponse {
  slow.asked += 1;
  const isHeld = slow.asked <= slow.toHold;
  const parts = [
    `<!doctype html><title>Slow</title><p>The beginning of answer ${slow.asked}.`,
    '<p>The end.',
  ];
  const encoder = new TextEncoder();
  return {
    status: 200,
    headers: [['content-type', 'text/html']],
    body: new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        if (isHeld && parts.length === (slow.holdAtStart ? 2 : 1))
          return new Promise<never>(() => {});
        const part = parts.shift();
        if (part === undefined) controller.close();
        else controller.enqueue(encoder.encode(part));
        return undefined;
      },
    }),
  };
}

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
await hostHandler(instance, {
  name: 'tabs',
  handler: handlerOf({
    '/': '<title>One</title><p>Page one. <a href="/two">To two</a> <a href="/slow">To slow</a><form method="post" action="/slow"><button>Send</button></form>',
    '/two':
      '<title>Two</title><p>Page two. <a href="/three">To three</a> <a href="/">To one</a><iframe src="/framed"></iframe>',
    '/three': '<title>Three</title><p>Page three. <a href="/">To one</a>',
    '/framed': '<title>Framed</title><p>A framed page',
    '/long': text(LONG),
    '/slow': slowPage,
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
      .poll(async () => (await heard()).sort())
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

  it('shows page after page although its service worker is stopped in the midst of each', async () => {
    const { launched: stoppable, stopServiceWorkers } = await launchStoppable(browserName);
    whenTestIsDone(() => stoppable.close());
    const visitor = await Visitor.open(stoppable, address('/'));
    await visitor.sees('Page one.');
    for (const afterMs of STOPS_MS) {
      for (const [link, sees] of ROUND) {
        await visitor.clickLink(link);
        // Never in step with what the page does.
        await pause(afterMs);
        await stopServiceWorkers(visitor);
        await visitor.sees(sees);
      }
    }
    expect((await visitor.fetch('/long')).bytes).toBe(LONG.length);
  });

  /** A browser whose service worker is stopped after the beginning of `/slow` has come. */
  async function stopInTheMiddle(toHold: number, open: (visitor: Visitor) => Promise<void>) {
    Object.assign(slow, { toHold, asked: 0 });
    const { launched: stoppable, stopServiceWorkers } = await launchStoppable(browserName);
    whenTestIsDone(() => stoppable.close());
    const visitor = await Visitor.open(stoppable, address('/'));
    await visitor.sees('Page one.');
    await open(visitor);
    await visitor.sees('The beginning of answer 1.');
    await stopServiceWorkers(visitor);
    return { visitor, stopServiceWorkers };
  }

  it('loads a page again that its service worker was giving away when it was stopped', async () => {
    const { visitor } = await stopInTheMiddle(1, (one) => one.clickLink('To slow'));
    await visitor.sees('The end.');
    expect(await visitor.address()).toBe(address('/slow'));
    expect(slow.asked).toBe(2);
    await visitor.back();
    await visitor.sees('Page one.');
  });

  it('loads a page again of which nothing but its head had come', async () => {
    Object.assign(slow, { toHold: 2, asked: 0, holdAtStart: true });
    whenTestIsDone(async () => {
      slow.holdAtStart = false;
    });
    const { launched: stoppable, stopServiceWorkers } = await launchStoppable(browserName);
    whenTestIsDone(() => stoppable.close());
    const visitor = await Visitor.open(stoppable, address('/'));
    await visitor.sees('Page one.');
    await visitor.clickLink('To slow');
    for (const time of [1, 2]) {
      await visitor.tab.until(`request ${time}`, async () => slow.asked === time);
      // The answer's head has come, or has not: both are to come out well.
      await pause(300);
      await stopServiceWorkers(visitor);
    }
    await visitor.sees('The end.');
    expect(await visitor.address()).toBe(address('/slow'));
  });

  it('says that a page is cut when loading it again does not help', async () => {
    const { visitor, stopServiceWorkers } = await stopInTheMiddle(4, (one) =>
      one.clickLink('To slow'),
    );
    for (const time of [2, 3, 4]) {
      await visitor.sees(`The beginning of answer ${time}.`);
      await stopServiceWorkers(visitor);
    }
    await visitor.seesScreen('This page did not come whole');
    expect(slow.asked).toBe(4);
    await visitor.tab.click('button', 'Try again');
    await visitor.sees('The end.');
  });

  it('says that the answer to a form is cut, and does not send the form again', async () => {
    const { visitor } = await stopInTheMiddle(1, async ({ frame }) => {
      await frame.evaluate(() => document.querySelector('form')?.submit());
    });
    await visitor.seesScreen('This page did not come whole');
    await visitor.tab.click('button', 'Show what has come');
    await visitor.sees('The beginning of answer 1.');
    expect(slow.asked).toBe(1);
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
