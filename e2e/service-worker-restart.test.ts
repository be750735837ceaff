/** Browsers stop service workers as they please. Nobody may notice, and least of all by half a file. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BrowserName, LaunchedBrowser } from './browsers/launch.ts';
import { handlerOf } from './fixtures/answers.ts';
import { launchStoppable } from './fixtures/service-worker-stopper.ts';
import { LargeBody } from './fixtures/slow-bodies.ts';
import { ServiceWorkerLives, stopServiceWorker } from './fixtures/stop-service-worker.ts';
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
  it('goes on after the idle service worker was stopped: links, fetches, a reload', async () => {
    const { launched } = await launchStoppable(browserName);
    whenTestIsDone(() => launched.close());
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
    await visitor.reload();
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
