import { build } from 'esbuild';

/** Builds the command line into `outdir`: peerserver.mjs, and a chunk per command that loads when it runs. */
export async function buildCli({ root, outdir, buildId }) {
  await build({
    absWorkingDir: root,
    entryPoints: { peerserver: 'src/cli/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    define: { __BUILD_ID__: JSON.stringify(buildId) },
    logLevel: 'error',
  });
}
