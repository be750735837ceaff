/**
 * `npm run pictures [-- PART]`: photographs the studio. Without a part: all of them.
 *
 *   screens    every page and state at three widths, light and dark, into pictures/screens/ (not kept)
 *   story      a first visit from `npm start` to a friend's view, into docs/pictures/ (for the README)
 *   previews   what the starters look like, into starters/previews/
 */
import { join } from 'node:path';
import { runNode } from './processes.mjs';
import { root, runCommand, setUp } from './setup.mjs';

await runCommand(async () => {
  await setUp();
  process.exitCode = await runNode([
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config=vitest.pictures.config.ts',
    ...process.argv.slice(2),
  ]);
});
