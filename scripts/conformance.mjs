/**
 * `npm run conformance [suite] [-- --spec FOLDER]`: runs other people's suites, and writes what came out into
 * conformance/. Without a suite: `http-cache`, which takes four minutes.
 */
import { join } from 'node:path';
import { readOptions, SPEC_VARIABLE } from './conformance-options.mjs';
import { runNode } from './processes.mjs';
import { root, runCommand, setUp } from './setup.mjs';

await runCommand(async () => {
  const { report, spec } = readOptions(process.argv.slice(2));
  await setUp();
  if (spec !== undefined) process.env[SPEC_VARIABLE] = spec;
  process.exitCode = await runNode([
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config=vitest.conformance.config.ts',
    report,
  ]);
});
