/** The same as e2e/large-site.test.ts with ten times as much in each file. */
import { expect, it } from 'vitest';
import { useLargeSite } from '../fixtures/large-site-run.ts';
import { browserPool } from '../instance/browsers.ts';

const openBrowser = browserPool();

it('a site of 2,000 files and 500 MB is listed, searched, saved and served smoothly', async () => {
  const run = await useLargeSite({
    files: 2000,
    megabytes: 500,
    host: await openBrowser('chromium', 'host'),
    visitor: await openBrowser('chromium', 'visitor'),
    patience: 600_000,
  });
  process.stdout.write(`Large site, 2,000 files, 500 MB, in ms: ${JSON.stringify(run)}\n`);
  expect(run.serving.said).toHaveLength(2);
  expect(run.serving.tasks.longestWork).toBeLessThan(100);
  expect(run.save.tasks.longestWork).toBeLessThan(100);
  expect(run.search.lines).toBe(8);
  expect(run.listing).toBeLessThan(500);
  expect(run.filter).toBeLessThan(500);
  expect(run.save.ms).toBeLessThan(5000);
});
