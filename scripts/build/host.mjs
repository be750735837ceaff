import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { build, version } from 'esbuild';
import { sizeOf } from './budgets.mjs';
import { buildPackages } from './packages.mjs';
import { buildSandboxPage } from './sandbox-page.mjs';
import { virtualModules } from './virtual-modules.mjs';

/** What the host's workers load besides their script, as it comes with the packages. */
const ESBUILD_WASM = 'node_modules/esbuild-wasm/esbuild.wasm';
const SQLITE_WASM = 'node_modules/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm';

/**
 * Builds what a host in a tab loads beside the studio's own scripts, and only when a site has code: workers,
 * WebAssembly and built-in packages, under hashed names in `outdir`/assets; and the script that runs inside
 * a site's sandbox.
 * @returns a plugin that gives the studio's build `virtual:host-assets` and `virtual:sandbox-runtime`, and sizes
 */
export async function buildHost({ root, outdir, buildId }) {
  const assets = `${outdir}/assets`;
  await mkdir(assets, { recursive: true });
  const options = { root, assets, define: { __BUILD_ID__: JSON.stringify(buildId) } };
  const [compileWorker, databaseWorker, esbuildWasm, sqliteWasm, packages, runtime] =
    await Promise.all([
      buildWorker('src/host/browser/compile-worker.ts', options),
      buildWorker('src/host/browser/database-worker.ts', options),
      copyHashed(ESBUILD_WASM, options),
      copyHashed(SQLITE_WASM, options),
      buildPackages({ root }),
      buildRuntime(options),
      buildSandboxPage({ root, outdir }),
    ]);
  const packagesFolder = `packages-${packages.hash}`;
  await packages.writeTo(`${assets}/${packagesFolder}`);

  const exports = {
    compileWorkerUrl: `/assets/${compileWorker.name}`,
    databaseWorkerUrl: `/assets/${databaseWorker.name}`,
    esbuildWasmUrl: `/assets/${esbuildWasm.name}`,
    sqliteWasmUrl: `/assets/${sqliteWasm.name}`,
    packagesUrl: `/assets/${packagesFolder}/`,
    esbuildVersion: version,
  };
  const lines = Object.entries(exports).map(
    ([name, text]) => `export const ${name} = ${JSON.stringify(text)};`,
  );
  return {
    plugin: virtualModules({
      'virtual:host-assets': lines.join('\n'),
      'virtual:sandbox-runtime': `export const runtimeScript = ${JSON.stringify(runtime)};`,
    }),
    sizes: {
      'compile worker': sizeOf([compileWorker.bytes, esbuildWasm.bytes]),
      'database worker': sizeOf([databaseWorker.bytes, sqliteWasm.bytes]),
      packages: sizeOf(Object.values(packages.files)),
      'sandbox runtime': sizeOf([runtime]),
    },
  };
}

/**
 * Builds what the command line runs in threads of its own into `outdir`, under fixed names:
 * site-runtime.mjs, database-thread.mjs, packages/ with the built-in packages, and types.d.ts, which the
 * package exports for the authors of sites.
 */
export async function buildHostThreads({ root, outdir, buildId }) {
  const [packages] = await Promise.all([
    buildPackages({ root }),
    build({
      absWorkingDir: root,
      entryPoints: {
        'site-runtime': 'src/host/runtime/node-main.ts',
        'database-thread': 'src/host/node/database-thread.ts',
      },
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'linked',
      define: { __BUILD_ID__: JSON.stringify(buildId) },
      logLevel: 'error',
    }),
  ]);
  await packages.writeTo(`${outdir}/packages`);
  await copyFile(`${root}/src/host/runtime/public-types.ts`, `${outdir}/types.d.ts`);
}

/** A module worker as one file. */
export async function buildWorker(entry, { root, assets, define }) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: assets,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    define,
    logLevel: 'error',
  });
  return writeHashed(basename(entry, '.ts'), '.js', outputFiles[0].contents, assets);
}

/**
 * Runs as a classic worker from a data: URL, so it is one script without imports; its stacks keep their names. It
 * has one itself, since else each of its frames in a stack would be named by the whole data: URL.
 */
async function buildRuntime({ root, define }) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/host/runtime/worker-main.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    keepNames: true,
    charset: 'utf8',
    footer: { js: '//# sourceURL=peerserver-runtime.js' },
    define,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

async function copyHashed(source, { root, assets }) {
  const extension = extname(source);
  return writeHashed(
    basename(source, extension),
    extension,
    await readFile(`${root}/${source}`),
    assets,
  );
}

async function writeHashed(stem, extension, bytes, folder) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  const name = `${stem}-${hash}${extension}`;
  await writeFile(`${folder}/${name}`, bytes);
  return { name, bytes };
}
