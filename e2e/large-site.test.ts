/**
 * A site of 2,000 files and 50 MB. Times are limited generously, for this runs on machines that do other things,
 * too; work of the host's main thread is limited by the processor's time, which does not depend on that.
 */
import { expect, it } from 'vitest';
import { useLargeSite } from './fixtures/large-site-run.ts';
import { browserPool } from './instance/browsers.ts';

const openBrowser = browserPool();

it('a site of 2,000 files and 50 MB is listed, searched, saved and served smoothly', {
  timeout: 240_000,
}, async () => {
  const run = await useLargeSite({
    files: 2000,
    megabytes: 50,
    host: await openBrowser('chromium', 'host'),
    visitor: await openBrowser('chromium', 'visitor'),
    patience: 120_000,
  });
  process.stdout.write(`Large site, 2,000 files, 50 MB, in ms: ${JSON.stringify(run)}\n`);
  expect(run.serving.said).toHaveLength(2);
  expect(run.serving.tasks.longestWork).toBeLessThan(100);
  expect(run.save.tasks.longestWork).toBeLessThan(100);
  expect(run.search.lines).toBe(8);
  expect(run.search.tasks.longestWork).toBeLessThan(100);
  expect(run.drawnRows).toBeLessThan(150);
  expect(run.listing).toBeLessThan(500);
  expect(run.filter).toBeLessThan(500);
  expect(run.save.ms).toBeLessThan(5000);
  expect(run.open).toBeLessThan(20_000);
});
