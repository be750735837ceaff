/**
 * `npm test [-- FILTER]`: unit tests, then the tests in real browsers. FILTER is passed on to vitest: part
 * of a file's name, or `-t` and part of a title. Ends with the line `N passed, N failed` over both.
 *
 *   --unit | --e2e   only one of the two
 *   --long           only what takes more than ten minutes, which is in neither
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './processes.mjs';
import { root, runCommand, setUp } from './setup.mjs';
import { countResults } from './test-results.mjs';

const SUITES = [
  { flag: '--unit', config: 'vitest.config.ts' },
  { flag: '--e2e', config: 'vitest.e2e.config.ts' },
  { flag: '--long', config: 'vitest.long.config.ts', onlyWhenAsked: true },
];

await runCommand(async () => {
  const args = process.argv.slice(2);
  const flags = SUITES.map((suite) => suite.flag);
  const chosen = SUITES.filter((suite) => args.includes(suite.flag));
  const usual = SUITES.filter((suite) => !suite.onlyWhenAsked);
  const filter = args.filter((arg) => !flags.includes(arg));
  await setUp();
  const results = await mkdtemp(join(tmpdir(), 'peerserver-tests-'));
  let passed = 0;
  let failed = 0;
  try {
    for (const { flag, config } of chosen.length > 0 ? chosen : usual) {
      const file = join(results, `${flag.slice(2)}.json`);
      const code = await runVitest(config, file, filter);
      const counts = countResults(file, code);
      passed += counts.passed;
      failed += counts.failed;
    }
  } finally {
    await rm(results, { recursive: true, force: true });
  }
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  if (passed + failed === 0) process.stderr.write('No test ran.\n');
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
});

function runVitest(config, outputFile, filter) {
  return runNode([
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--config=${config}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    // A filter may well match in one suite only; that nothing at all ran is noticed above.
    ...(filter.length > 0 ? ['--passWithNoTests', ...filter] : []),
  ]);
}
