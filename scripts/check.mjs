/** `npm run check`: format, lint and import direction (Biome), types, unit tests. Runs all, then says what failed. */
import { join } from 'node:path';
import { runNode } from './processes.mjs';
import { root, runCommand, setUp } from './setup.mjs';

const STEPS = [
  { name: 'format, lint and imports', program: '@biomejs/biome/bin/biome', args: ['ci', '.'] },
  { name: 'types', program: 'typescript/bin/tsc', args: ['-p', 'tsconfig.json'] },
  {
    name: 'types of the service worker',
    program: 'typescript/bin/tsc',
    args: ['-p', 'tsconfig.worker.json'],
  },
  {
    name: 'types of the starters',
    program: 'typescript/bin/tsc',
    args: ['-p', 'tsconfig.starters.json'],
  },
  { name: 'unit tests', program: 'vitest/vitest.mjs', args: ['run', '--reporter=dot'] },
];

await runCommand(async () => {
  await setUp();
  const failed = [];
  for (const { name, program, args } of STEPS) {
    process.stderr.write(`\n── ${name}\n`);
    const code = await runNode([join(root, 'node_modules', program), ...args]);
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0) throw new Error(`The check failed: ${failed.join(', ')}.`);
  process.stderr.write('\nAll checks passed.\n');
});
