/** `npm run conformance`: runs the suite visited and direct, and writes the report and what is expected. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { BrowserName } from '../e2e/browsers/launch.ts';
import { browserPool } from '../e2e/instance/browsers.ts';
import { startInstance } from '../e2e/instance/instance.ts';
import { hostHandler } from '../e2e/instance/node-hosts.ts';
import { whenTestIsDone } from '../e2e/instance/until.ts';
import { writeExpected } from './expected-outcomes.ts';
import { forwardTo } from './forward-handler.ts';
import { outcomesOf } from './outcomes.ts';
import { type Columns, writeReport } from './report.ts';
import { runDirectly, runVisited } from './run-suite.ts';
import { startSuiteServer } from './suite-server.ts';

const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const REPORT = new URL('http-cache.md', import.meta.url);
const openBrowser = browserPool();
const columns: Columns[] = [];

beforeAll(() => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  return () => log.mockRestore();
});

it.each(BROWSERS)('runs in %s', { timeout: 1_200_000 }, async (browserName) => {
  const server = await startSuiteServer();
  whenTestIsDone(() => server.close());
  const instance = await startInstance();
  await hostHandler(instance, { name: 'suite', handler: forwardTo(server.port) });
  // Each in a browser of its own: what one has stored is nothing to the other.
  const direct = await runDirectly(
    await openBrowser(browserName, 'direct'),
    server.origin,
    whenTestIsDone,
  );
  const visitor = await openBrowser(browserName, 'visitor');
  const visited = await runVisited(visitor, instance, 'suite', whenTestIsDone);
  const outcomes = outcomesOf(visited);
  columns.push({
    browser: `${browserName} ${(await visitor.browser.version()).replace(/^\D+/, '')}`,
    direct: outcomesOf(direct),
    visited: outcomes,
  });
  await writeExpected(browserName, outcomes);
});

afterAll(async () => {
  // Only if both have run; half a report would be taken for a whole one.
  if (columns.length < BROWSERS.length) return;
  await writeFile(REPORT, writeReport(columns));
  expect(await readFile(REPORT, 'utf8')).toContain('| **all** |');
});
