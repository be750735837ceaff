/** `npm run conformance handlebars -- --spec FOLDER`: Handlebars' own specification. See ../README.md. */
import { readFile } from 'node:fs/promises';
import Handlebars from 'handlebars';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { browserPool } from '../../e2e/instance/browsers.ts';
import { packageVersions, type SuiteResults, writeResults } from '../results-file.ts';
import { readSpec, specCommit, specFolder } from '../spec-folder.ts';
import { openSuiteSite, projectFiles, type SiteHost } from '../suite-site.ts';
import { onRender } from './on-render.ts';
import { runSpec, type SpecResult } from './project/run-spec.ts';

/** What is about templates; the rest is about the parser, the command line, source maps, two options. */
const FILES = [
  'basic',
  'blocks',
  'builtins',
  'compiler',
  'data',
  'helpers',
  'partials',
  'regressions',
  'runtime',
  'security',
  'strict',
  'subexpressions',
  'utils',
  'whitespace-control',
];
const HOSTS: readonly SiteHost[] = ['node', 'chromium', 'firefox'];

const openBrowser = browserPool();
const spec = specFolder();
const versions = async (host: string) => ({
  specification: await specCommit(spec),
  ...(await packageVersions('handlebars')),
  host,
});

describe('Handlebars’ specification', () => {
  it.each(HOSTS)('runs inside the sandbox: %s', { timeout: 180_000 }, async (host) => {
    const texts = FILES.map(async (file) => [file, await readSpec(spec, `spec/${file}.js`)]);
    const site = await openSuiteSite(
      host,
      {
        ...(await projectFiles('handlebars/project')),
        'specs.json': JSON.stringify(Object.fromEntries(await Promise.all(texts))),
      },
      openBrowser,
    );
    const results: [string, SpecResult[]][] = [];
    for (const file of FILES) results.push([file, (await site.ask(`/${file}`)) as SpecResult[]]);
    expect(results.flatMap(([, tests]) => tests).length).toBeGreaterThan(0);
    const place = `engine in the sandbox, ${host}`;
    await writeResults('handlebars', place, await versions(site.version), summary(results));
  });

  it('goes through `render`', async () => {
    // Some of its tests log.
    for (const name of ['log', 'info', 'error'] as const) {
      const spy = vi.spyOn(console, name).mockImplementation(() => {});
      onTestFinished(() => {
        spy.mockRestore();
      });
    }
    const results: [string, SpecResult[]][] = [];
    for (const file of FILES) {
      const text = await readFile(`${spec}/spec/${file}.js`, 'utf8');
      results.push([file, await runSpec(text, Handlebars, onRender())]);
    }
    expect(results.flatMap(([, tests]) => tests).length).toBeGreaterThan(0);
    const place = 'through render, Node';
    await writeResults('handlebars', place, await versions(process.version), summary(results));
  });
});

/** Numbers by file, and every test that failed. */
function summary(results: readonly [string, SpecResult[]][]): SuiteResults {
  const count = (tests: readonly SpecResult[], outcome: SpecResult['outcome']) =>
    tests.filter((test) => test.outcome === outcome).length;
  const numbers = (tests: readonly SpecResult[]) => ({
    passed: count(tests, 'passed'),
    failed: count(tests, 'failed'),
    elsewhere: count(tests, 'elsewhere'),
  });
  return {
    all: numbers(results.flatMap(([, tests]) => tests)),
    files: Object.fromEntries(results.map(([file, tests]) => [file, numbers(tests)])),
    failures: results.flatMap(([file, tests]) =>
      tests
        .filter((test) => test.outcome === 'failed')
        .map((test) => `${file}: ${test.test}: ${test.message}`),
    ),
  };
}
