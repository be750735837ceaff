/** Browsers stop service workers as they please. Nobody may notice, and least of all by half a file. */
import { afterAll, describe, expect, it } from 'vitest';
import { type BrowserName, type LaunchedBrowser, launchBrowser } from './browsers/launch.ts';
import { handlerOf } from './fixtures/answers.ts';
import { LargeBody } from './fixtures/slow-bodies.ts';
import {
  ServiceWorkerLives,
  SHORT_LIFE_PREFS,
  stopServiceWorker,
} from './fixtures/stop-service-worker.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostHandler } from './instance/node-hosts.ts';
import { whenTestIsDone } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const large = new LargeBody(24 * 1024 * 1024);

const openBrowser = browserPool();
const instance = await startInstance({ whenDone: afterAll });
await hostHandler(instance, {
  name: 'lives',
  handler: handlerOf({
    '/': '<title>One</title><p>Page one. <a href="/two">To two</a>',
    '/two': '<title>Two</title><p>Page two. <a href="/">To one</a>',
    '/large': () => large.respond(),
  }),
  whenDone: afterAll,
});

async function visit(launched: LaunchedBrowser): Promise<Visitor> {
  const visitor = await Visitor.open(launched, instance.siteUrl('lives'));
  await visitor.sees('Page one.');
  return visitor;
}

describe.each(BROWSERS)('in %s', (browserName) => {
  async function openShortLived(): Promise<LaunchedBrowser> {
    const prefs = browserName === 'firefox' ? SHORT_LIFE_PREFS : {};
    const launched = await launchBrowser(browserName, { prefs });
    whenTestIsDone(() => launched.close());
    return launched;
  }

  it('goes on after the idle service worker was stopped: links, fetches, a reload', {
    timeout: 120_000,
  }, async () => {
    const launched = await openShortLived();
    const visitor = await visit(launched);
    const lives = await ServiceWorkerLives.count(visitor);
    await stopServiceWorker(launched, visitor);
    await visitor.clickLink('To two');
    await visitor.sees('Page two.');
    expect(await lives.get()).toBe(1);
    await stopServiceWorker(launched, visitor);
    expect((await visitor.fetch('/two')).status).toBe(200);
    expect(await lives.get()).toBe(2);
    await stopServiceWorker(launched, visitor);
    await visitor.tab.page.evaluate(() => Reflect.set(window, 'isOld', true));
    await visitor.reload();
    // What is seen must not be the page before: Firefox may say that it has reloaded before it has begun to.
    await visitor.tab.until('the reloaded page', () =>
      visitor.tab.page.evaluate(() => !Reflect.has(window, 'isOld')),
    );
    await visitor.sees('Page two.');
    await visitor.clickLink('To one');
    await visitor.sees('Page one.');
    expect(visitor.consoleErrors).toEqual([]);
  });
});

it('never passes off a part of a body as the whole, when the service worker is stopped meanwhile', async () => {
  const launched = await openBrowser('chromium', 'visitor');
  const visitor = await visit(launched);
  await visitor.frame.evaluate(async () => {
    const response = await fetch('/large');
    const reader = response.body?.getReader();
    if (!reader) throw new Error('There is no body.');
    let bytes = 0;
    const first = await reader.read();
    bytes += first.value?.length ?? 0;
    const readOn = async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return `whole: ${bytes}`;
        bytes += value.length;
      }
    };
    Reflect.set(window, 'readOn', () => readOn().catch((error) => `failed: ${error.name}`));
  });
  await stopServiceWorker(launched, visitor);
  const outcome = await visitor.frame.evaluate(() => Reflect.get(window, 'readOn')());
  expect(outcome).toBe('failed: TypeError');
  // The host need not keep the rest for a reader that is no more.
  await launched.guard(large.givenUp);
  // And the next one is whole.
  expect(await visitor.fetch('/large')).toEqual({
    status: 200,
    bytes: large.bytes,
    sha256: large.sha256(),
  });
});
