/** The suite of the HTTP working group's chair, in a visited page. See README.md here. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { BrowserName } from '../e2e/browsers/launch.ts';
import { browserPool } from '../e2e/instance/browsers.ts';
import { startInstance } from '../e2e/instance/instance.ts';
import { hostHandler } from '../e2e/instance/node-hosts.ts';
import { whenTestIsDone } from '../e2e/instance/until.ts';
import { compareOutcomes, readExpected } from './expected-outcomes.ts';
import { forwardTo } from './forward-handler.ts';
import { outcomesOf } from './outcomes.ts';
import { runVisited } from './run-suite.ts';
import { startSuiteServer } from './suite-server.ts';

const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];
const openBrowser = browserPool();

// The suite's server writes a line for what its tests do on purpose.
beforeAll(() => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  return () => log.mockRestore();
});

describe.each(BROWSERS)('http-cache-tests in %s', (browserName) => {
  it('have no worse outcomes than expected', { timeout: 600_000 }, async () => {
    const server = await startSuiteServer();
    whenTestIsDone(() => server.close());
    const instance = await startInstance();
    await hostHandler(instance, { name: 'suite', handler: forwardTo(server.port) });
    const launched = await openBrowser(browserName, 'visitor');
    const results = await runVisited(launched, instance, 'suite', whenTestIsDone);
    const { worse, better } = compareOutcomes(await readExpected(browserName), outcomesOf(results));
    const details = worse.map((line) => `${line} ${results[line.split(':')[0] ?? '']}`);
    expect(details).toEqual([]);
    if (better.length > 0) {
      console.warn(
        `Better than expected in ${browserName}; please run \`npm run conformance\`, which notes it:\n${better.join('\n')}`,
      );
    }
  });
});

describe('the comparison with what is expected', () => {
  it('finds what became worse, what became better, and what is gone', () => {
    const expected = { a: 'pass', b: 'pass', c: 'fail', d: 'yes', e: 'yes', f: 'pass' } as const;
    const outcomes = { a: 'pass', b: 'setup', c: 'pass', d: 'no', e: 'yes', g: 'fail' } as const;
    expect(compareOutcomes(expected, outcomes)).toEqual({
      worse: ['b: setup, expected pass', 'd: no, expected yes', 'f: gone, expected pass'],
      better: ['c: pass, expected fail'],
    });
  });
});
