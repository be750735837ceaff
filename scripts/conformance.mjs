/**
 * `npm run conformance`: runs other people's suites in visited pages and in directly served ones, and writes
 * conformance/http-cache.md and conformance/expected/. Takes four minutes.
 */
import { join } from 'node:path';
import { runNode } from './processes.mjs';
import { root, runCommand, setUp } from './setup.mjs';

await runCommand(async () => {
  await setUp();
  process.exitCode = await runNode([
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config=vitest.conformance.config.ts',
  ]);
});
