/**
 * `npm run bench [-- --json FILE]`: bundles bench/main.ts and runs it, with the options passed on; with
 * `--dynamic` it is bench/dynamic/main.ts.
 */
import { runNode } from './processes.mjs';
import { root, runCommand, setUp } from './setup.mjs';

await runCommand(async () => {
  await setUp();
  const { build } = await import('esbuild');
  const args = process.argv.slice(2);
  const outdir = `${root}/dist/bench`;
  await build({
    entryPoints: {
      main: `${root}/bench/main.ts`,
      dynamic: `${root}/bench/dynamic/main.ts`,
      'direct-server': `${root}/bench/dynamic/direct-server.ts`,
      'node-thread': `${root}/bench/dynamic/engine/node-thread.ts`,
    },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const program = args.includes('--dynamic') ? 'dynamic' : 'main';
  process.exitCode = await runNode([`${outdir}/${program}.mjs`, ...args]);
});
