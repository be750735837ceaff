/** Many at once at a site that a tab serves, and some who ask for much and then do not read it. */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';
import type { BrowserName } from './browsers/launch.ts';
import { makeAssetPage } from './fixtures/asset-page.ts';
import { chooseFiles } from './fixtures/drop-files.ts';
import { mostQueuedInTab, watchQueues } from './fixtures/tab-queues.ts';
import { chooseFolder } from './fixtures/upload-folder.ts';
import { browserPool } from './instance/browsers.ts';
import { startInstance } from './instance/instance.ts';
import { temporarySite } from './instance/node-hosts.ts';
import { get, medianOfSmall, stallAfter, visitFromNode } from './instance/node-visitors.ts';
import { residentBytesOfTree } from './instance/process-memory.ts';
import { HomePage } from './instance/studio.ts';
import { Visitor } from './instance/visitor.ts';

const MIB = 1024 * 1024;
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const PAGES_EACH = 10;
const LARGE_BYTES = 200 * MIB;
/** Small requests whose median is compared. */
const SAMPLES = 40;
/** A median may grow this much, and by this many ms, when others stall: the machine itself is shared. */
const WORST_RATIO = 5;
const SLACK_MS = 5;
/** Visitors who read nothing on, and what each of them asks for at once. */
const STALLED_VISITORS = 3;
const STREAMS_EACH = 3;

const openBrowser = browserPool();

it('serves twenty pages in two browsers at once, each with all its assets', async () => {
  const { files, digests, requests } = makeAssetPage();
  const instance = await startInstance();
  const home = await HomePage.open(await openBrowser('chromium', 'host'), instance);
  const server = await home.createServer('busy');
  const count = await chooseFolder(server.tab, await temporarySite({ ...files }));
  await server.tab.shows(`${count} files uploaded and live`);
  const pages = await Promise.all(
    BROWSERS.flatMap((browserName) =>
      Array.from({ length: PAGES_EACH }, async () => {
        const launched = await openBrowser(browserName, 'visitor');
        return Visitor.open(launched, instance.siteUrl('busy'));
      }),
    ),
  );
  // Told by the tab, since twenty pages that are asked all the time get slow.
  const wantedRequests = pages.length * requests;
  const answered = () =>
    server.tab.page.$eval('.log-count', (element) => Number(element.textContent));
  await server.tab.until(
    'every page and asset to be sent',
    async () => (await answered()) >= wantedRequests,
    {
      timeoutMs: 120_000,
      describe: async () => `${await answered()} of ${wantedRequests} answers`,
    },
  );
  for (const page of pages) await page.sees('all read');
  for (const page of pages) {
    expect(await page.frame.evaluate(() => Reflect.get(window, 'digests'))).toEqual(digests);
    expect(page.consoleErrors).toEqual([]);
  }
  expect(await server.visitors()).toBe(`${pages.length} visitors`);
  expect(server.tab.consoleErrors).toEqual([]);
});

it.each(
  BROWSERS,
)('is held up by no visitor who stops reading 200 MB, as a tab of %s', async (browserName) => {
  const folder = await temporarySite({ small: 'small', large: '' });
  await truncate(join(folder, 'large'), LARGE_BYTES);
  const instance = await startInstance();
  const launched = await openBrowser(browserName, 'host');
  const pid = launched.browser.process()?.pid ?? Number.NaN;
  const home = await HomePage.open(launched, instance);
  const server = await home.createServer('stalled');
  await watchQueues(server);
  await chooseFiles(server.tab, 'Upload files', [join(folder, 'small'), join(folder, 'large')]);
  await server.tab.shows('2 files uploaded and live');

  const other = await visitFromNode(instance, 'stalled');
  const before = await medianOfSmall(other, '/small', 'small', SAMPLES);
  const memory = await residentBytesOfTree(pid);
  const stalled = await Promise.all(
    Array.from({ length: STALLED_VISITORS }, () => visitFromNode(instance, 'stalled')),
  );
  await Promise.all(
    stalled.flatMap((visit) =>
      Array.from({ length: STREAMS_EACH }, () => stallAfter(visit, '/large', MIB)),
    ),
  );
  const during = await medianOfSmall(other, '/small', 'small', SAMPLES);
  expect(during).toBeLessThan(before * WORST_RATIO + SLACK_MS);

  const { maxStreamWindow, sendQueueBytes, bodyQueueBytes, messageBytes } = DEFAULT_LIMITS;
  expect(await mostQueuedInTab(server)).toBeLessThanOrEqual(sendQueueBytes + messageBytes);
  for (const { connection } of stalled) {
    expect(connection.stats().bytesReceived).toBeLessThan(
      STREAMS_EACH * (MIB + maxStreamWindow) + MIB,
    );
  }
  // 1.8 GB are asked for; the tab may hold a queue for each connection, and one for each body. The rest is
  // what a browser's processes come and go by.
  const grown = (await residentBytesOfTree(pid)) - memory;
  const queues = STALLED_VISITORS * (sendQueueBytes + STREAMS_EACH * bodyQueueBytes);
  expect(grown).toBeLessThan(queues + 96 * MIB);
  // The very same connections still serve their owners.
  for (const visit of stalled) expect((await get(visit, '/small')).text).toBe('small');
  expect(await server.visitors()).toBe(`${1 + STALLED_VISITORS} visitors`);
  expect(server.tab.consoleErrors).toEqual([]);
});
