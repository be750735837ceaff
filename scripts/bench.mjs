/** `npm run bench [-- --json FILE]`: bundles bench/main.ts and runs it, with the options passed on. */
import { runNode } from './processes.mjs';
import { root, runCommand, setUp } from './setup.mjs';

await runCommand(async () => {
  await setUp();
  const { build } = await import('esbuild');
  const outfile = `${root}/dist/bench/main.mjs`;
  await build({
    entryPoints: [`${root}/bench/main.ts`],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  process.exitCode = await runNode([outfile, ...process.argv.slice(2)]);
});
