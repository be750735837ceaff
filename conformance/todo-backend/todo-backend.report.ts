/** `npm run conformance todo-backend -- --spec FOLDER`: the specification of TodoBackend. See ../README.md. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BrowserName } from '../../e2e/browsers/launch.ts';
import { browserPool } from '../../e2e/instance/browsers.ts';
import { Visitor } from '../../e2e/instance/visitor.ts';
import { writeResults } from '../results-file.ts';
import { listSpec, specCommit, specFolder } from '../spec-folder.ts';
import { openSuiteSite, projectFiles, type SiteHost } from '../suite-site.ts';

/** As many as the specification has. */
const TESTS = 16;
const PLACES: readonly (readonly [host: SiteHost, visitor: BrowserName])[] = [
  ['node', 'chromium'],
  ['node', 'firefox'],
  ['chromium', 'chromium'],
  ['firefox', 'firefox'],
];

const openBrowser = browserPool();
const spec = specFolder();

describe('TodoBackend’s specification', () => {
  it.each(PLACES)(
    'passes: site in %s, visited in %s',
    { timeout: 180_000 },
    async (host, browser) => {
      const files = { ...(await projectFiles('../examples/todo-backend')), ...(await specPages()) };
      const site = await openSuiteSite(host, files, openBrowser);
      const launched = await openBrowser(browser, 'visitor');
      // Its page takes the address of the API behind the question mark.
      const page = site.instance.siteUrl(
        'garden',
        `/spec/index.html?${site.instance.siteUrl('garden', '/todos')}`,
      );
      const visitor = await Visitor.open(launched, page);
      const outcome = await visitor.tab.until(
        'the specification to be done',
        () => visitor.frame.evaluate(readOutcome, TESTS),
        { timeoutMs: 120_000 },
      );
      const { passed, failures } = outcome;
      const numbers = { passed, failed: failures.length };
      const versions = {
        specification: await specCommit(spec),
        host: site.version,
        visitor: await launched.browser.version(),
      };
      const place = `site in ${host}, visited in ${browser}`;
      await writeResults('todo-backend', place, versions, {
        all: numbers,
        files: { 'js/specs.js': numbers },
        failures,
      });
      expect(outcome).toEqual({ passed: TESTS, failures: [] });
    },
  );
});

/** The specification's page with its scripts, as files of the site. */
async function specPages(): Promise<Record<string, string>> {
  const paths = (await listSpec(spec)).filter((path) => /\.(html|css|js)$/.test(path));
  const files = paths.map(async (path) => [
    `public/spec/${path}`,
    await readFile(join(spec, path), 'utf8'),
  ]);
  return Object.fromEntries(await Promise.all(files));
}

/** Runs in the page: what mocha shows, once it shows so many tests. */
function readOutcome(tests: number): { passed: number; failures: string[] } | undefined {
  const shown = [...document.querySelectorAll('#mocha-report .test')];
  if (shown.length < tests) return undefined;
  const failed = shown.filter((test) => test.classList.contains('fail'));
  return {
    passed: shown.filter((test) => test.classList.contains('pass')).length,
    failures: failed.map((test) => test.querySelector('h2')?.textContent ?? ''),
  };
}
