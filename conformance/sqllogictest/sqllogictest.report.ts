/** `npm run conformance sqllogictest -- --spec FOLDER`: a part of sqllogictest, by `env.DB`. See ../README.md. */
import { describe, expect, it } from 'vitest';
import { browserPool } from '../../e2e/instance/browsers.ts';
import { packageVersions, writeResults } from '../results-file.ts';
import { listSpec, readSpec, specCommit, specFolder } from '../spec-folder.ts';
import { openSuiteSite, projectFiles, type SiteHost, type SuiteSite } from '../suite-site.ts';
import { type Answer, type Labels, mismatch } from './compare.ts';
import { parseScript } from './parse-script.ts';

const HOSTS: readonly SiteHost[] = ['node', 'chromium', 'firefox'];
/** Statements in one request: far fewer than the calls that may be under way. */
const BATCH = 500;
/** Of a file; those with more repeat themselves, and in a tab each thousand takes seconds. */
const RECORDS = 4000;
/** Mismatches of a file that are written down. */
const SHOWN = 20;

const openBrowser = browserPool();
const spec = specFolder();

describe('sqllogictest', () => {
  it.each(HOSTS)('runs in %s', { timeout: 1_200_000 }, async (host) => {
    const site = await openSuiteSite(host, await projectFiles('sqllogictest/project'), openBrowser);
    const files: Record<string, FileResult> = {};
    for (const path of await chosenFiles()) files[path] = await runFile(site, path);
    const all = Object.values(files);
    const versions = {
      suite: await specCommit(spec),
      ...(await packageVersions('@sqlite.org/sqlite-wasm', '@photostructure/sqlite')),
      host: site.version,
    };
    await writeResults('sqllogictest', host, versions, {
      all: { passed: sum(all, 'passed'), failed: sum(all, 'failed') },
      files: Object.fromEntries(
        Object.entries(files).map(([path, { passed, failed }]) => [path, { passed, failed }]),
      ),
      failures: Object.entries(files).flatMap(([path, { mismatches }]) =>
        mismatches.map((each) => `${path}, ${each}`),
      ),
    });
    expect(sum(all, 'passed')).toBeGreaterThan(0);
  });
});

/** All of what is about single statements, and the first file of each kind of generated ones. */
async function chosenFiles(): Promise<string[]> {
  const paths = (await listSpec(spec)).filter((path) => /^test\/.*\.test$/.test(path));
  const kindOf = (path: string) => path.split('/').slice(1, 3).join('/');
  const firsts = new Map(paths.toReversed().map((path) => [kindOf(path), path]));
  return paths.filter(
    (path) =>
      /^test\/(evidence\/.*|select[1-3])\.test$/.test(path) ||
      (/^test\/(index|random)\//.test(path) && firsts.get(kindOf(path)) === path),
  );
}

interface FileResult {
  readonly passed: number;
  readonly failed: number;
  readonly mismatches: readonly string[];
}

async function runFile(site: SuiteSite, path: string): Promise<FileResult> {
  await site.ask('/clear', {});
  const records = parseScript(await readSpec(spec, path)).slice(0, RECORDS);
  const labels: Labels = new Map();
  const mismatches: string[] = [];
  for (let at = 0; at < records.length; at += BATCH) {
    const batch = records.slice(at, at + BATCH);
    const asked = batch.map(({ sql, expected }) => ({
      sql,
      kind: expected.kind === 'rows' ? 'query' : 'statement',
    }));
    const answers = (await site.ask('/run', asked)) as Answer[];
    batch.forEach((record, index) => {
      const answer = answers[index] ?? { error: 'There is no answer.' };
      const wrong = mismatch(record, answer, labels);
      if (wrong !== undefined) mismatches.push(`line ${record.line}: ${wrong}`);
    });
  }
  const failed = mismatches.length;
  return { passed: records.length - failed, failed, mismatches: mismatches.slice(0, SHOWN) };
}

function sum(results: readonly FileResult[], what: 'passed' | 'failed'): number {
  return results.reduce((total, result) => total + result[what], 0);
}
