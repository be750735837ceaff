/** Many at once, and some who ask for much and then do not read it: nobody else may feel it. */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';
import type { BrowserName } from './browsers/launch.ts';
import { type Answer, bytesOf, handlerOf, text } from './fixtures/answers.ts';
import { makeAssetPage } from './fixtures/asset-page.ts';
import { LargeBody } from './fixtures/slow-bodies.ts';
import { WatchedHost } from './fixtures/watched-host.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { hostFolder, hostHandler, temporarySite } from './instance/node-hosts.ts';
import { medianOfSmall, stallAfter, visitFromNode } from './instance/node-visitors.ts';
import { residentBytes } from './instance/process-memory.ts';
import { until } from './instance/until.ts';
import { Visitor } from './instance/visitor.ts';

const MIB = 1024 * 1024;
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const PAGES_EACH = 10;
const LARGE_BYTES = 200 * MIB;
/** Small requests whose median is compared. */
const SAMPLES = 60;
/** A median may grow this much, and by this many ms, when others read or stall: the machine itself is shared. */
const WORST_RATIO = 5;
const SLACK_MS = 5;

const openBrowser = browserPool();

it('serves twenty pages in two browsers at once, each with all its assets', async () => {
  const { files, digests, requests } = makeAssetPage();
  const answers: Record<string, Answer> = {};
  for (const [path, content] of Object.entries(files)) {
    answers[path === 'index.html' ? '/' : `/${path}`] =
      typeof content === 'string' ? text(content, 'text/html') : bytesOf(content);
  }
  const instance = await startInstance();
  const host = await hostHandler(instance, { name: 'busy', handler: handlerOf(answers) });
  const wantedRequests = BROWSERS.length * PAGES_EACH * requests;
  const pages = await Promise.all(
    BROWSERS.flatMap((browserName) =>
      Array.from({ length: PAGES_EACH }, async () => {
        const launched = await openBrowser(browserName, 'visitor');
        return Visitor.open(launched, instance.siteUrl('busy'));
      }),
    ),
  );
  // Told by the host, since twenty pages that are asked all the time get slow.
  const answered = () => host.events.filter((event) => event.kind === 'request').length;
  await until('every page and asset to be sent', async () => answered() >= wantedRequests, {
    timeoutMs: 120_000,
    describe: async () => `${answered()} of ${wantedRequests} answers`,
  });
  for (const page of pages) await page.sees('all read');
  for (const page of pages) {
    expect(await page.frame.evaluate(() => Reflect.get(window, 'digests'))).toEqual(digests);
    expect(page.consoleErrors).toEqual([]);
  }
  expect(host.events.filter((event) => event.kind === 'visitor-joined')).toHaveLength(pages.length);
});

describe('a visitor who stops reading in the middle of a large file', () => {
  it('makes the host hold no more than its limits say, and holds up nobody else', async () => {
    const instance = await startInstance();
    const large = new LargeBody(LARGE_BYTES);
    const handler = handlerOf({ '/small': text('small'), '/large': () => large.respond() });
    const host = await WatchedHost.start(instance, 'stalled', handler);
    const other = await visitFromNode(instance, 'stalled');
    const before = await medianOfSmall(other, '/small', 'small', SAMPLES);

    const stalled = await visitFromNode(instance, 'stalled');
    const read = await stallAfter(stalled, '/large', MIB);
    const during = await medianOfSmall(other, '/small', 'small', SAMPLES);
    expect(during).toBeLessThan(before * WORST_RATIO + SLACK_MS);

    const { maxStreamWindow, sendQueueBytes, bodyQueueBytes, messageBytes } = DEFAULT_LIMITS;
    expect(host.mostQueued).toBeLessThanOrEqual(sendQueueBytes + messageBytes);
    expect(large.made - read).toBeLessThanOrEqual(
      maxStreamWindow + sendQueueBytes + bodyQueueBytes + messageBytes,
    );
    // The very same connection still serves its owner.
    await medianOfSmall(stalled, '/small', 'small', SAMPLES);
  });

  it.each(BROWSERS)('holds up nobody else when it is a page in %s', async (browserName) => {
    const instance = await startInstance();
    const large = new LargeBody(LARGE_BYTES);
    const handler = handlerOf({
      '/': '<title>Reader</title><p>A reader.',
      '/small': text('small'),
      '/large': () => large.respond(),
    });
    const host = await WatchedHost.start(instance, 'stalled', handler);
    const other = await visitFromNode(instance, 'stalled');
    const before = await medianOfSmall(other, '/small', 'small', SAMPLES);

    const visitor = await Visitor.open(
      await openBrowser(browserName, 'visitor'),
      instance.siteUrl('stalled'),
    );
    await visitor.sees('A reader.');
    await visitor.frame.evaluate(async () => {
      const { body } = await fetch('/large');
      const reader = body?.getReader();
      Reflect.set(window, 'reader', reader);
      await reader?.read();
    });
    // Browsers go on taking a body that their page does not read (Firefox all of it), as fast as the two
    // cores allow. What is compared is the time after that, when the visitor has come to a stop.
    let during: number;
    let made: number;
    do {
      made = large.made;
      during = await medianOfSmall(other, '/small', 'small', SAMPLES);
    } while (large.made !== made);
    expect(during).toBeLessThan(before * WORST_RATIO + SLACK_MS);
    expect(host.mostQueued).toBeLessThanOrEqual(
      DEFAULT_LIMITS.sendQueueBytes + DEFAULT_LIMITS.messageBytes,
    );
    // Its own next request is answered as well.
    expect(await visitor.fetch('/small')).toMatchObject({ status: 200, bytes: 5 });
    expect(visitor.consoleErrors).toEqual([]);
  });

  it("does not make a host's process grow", async () => {
    const instance = await startInstance();
    const folder = await temporarySite({ small: 'small', large: '' });
    await truncate(join(folder, 'large'), LARGE_BYTES);
    const host = await hostFolder(instance, { name: 'folder', folder });
    const other = await visitFromNode(instance, 'folder');
    await medianOfSmall(other, '/small', 'small', SAMPLES);
    const before = await residentBytes(host.pid);
    for (let count = 0; count < 4; count += 1) {
      await stallAfter(await visitFromNode(instance, 'folder'), '/large', MIB);
    }
    await medianOfSmall(other, '/small', 'small', SAMPLES);
    const grown = (await residentBytes(host.pid)) - before;
    // Four times 200 MB are asked for; a window and two queues for each may be held.
    const { maxStreamWindow, sendQueueBytes, bodyQueueBytes } = DEFAULT_LIMITS;
    expect(grown).toBeLessThan(4 * (maxStreamWindow + sendQueueBytes + bodyQueueBytes) + 32 * MIB);
  });
});
