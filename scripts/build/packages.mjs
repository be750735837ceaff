import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { build } from 'esbuild';

/**
 * Parts of Hono that need another runtime than Workers, a bundler of their own, or a page: a site that
 * imports one is told that it does not exist, and not left to fail when it runs.
 */
const HONO_LEFT_OUT =
  /^\.\/(bun|deno|aws-lambda|lambda-edge|vercel|netlify|cloudflare-pages|service-worker|conninfo|ssg|context-storage|jsx\/dom|utils\/\*)/;

/**
 * Bundles the packages that every site may import without a network: Hono with its helpers, Handlebars,
 * marked (Markdown), uqr (QR codes) and Zod, as ES modules that share chunks.
 * @returns {Promise<{ hash: string, files: Record<string, Uint8Array>, writeTo(folder: string): Promise<void> }>}
 *   `files` has `manifest.json` in it: which file each specifier is, and the versions of the packages
 */
export async function buildPackages({ root }) {
  const specifiers = await listSpecifiers(root);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(specifiers.map((specifier) => [specifier, specifier])),
    outdir: '/packages',
    entryNames: '[dir]/[name]',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['worker', 'browser', 'import'],
    target: 'es2022',
    // Names stay as they are, so that a stack through a package can be read.
    minifyWhitespace: true,
    legalComments: 'none',
    alias: {
      // Its main file needs `fs`; this one is the whole of Handlebars, compiler included, for browsers.
      handlebars: `${root}/node_modules/handlebars/dist/cjs/handlebars.js`,
    },
    logLevel: 'error',
  });
  const files = {};
  for (const { path, contents } of outputFiles) {
    files[path.replaceAll('\\', '/').replace(/^.*?\/packages\//, '')] = contents;
  }
  const manifest = {
    versions: Object.fromEntries(
      await Promise.all(PACKAGES.map(async (name) => [name, (await readJson(root, name)).version])),
    ),
    modules: Object.fromEntries(specifiers.map((specifier) => [specifier, `${specifier}.js`])),
  };
  files['manifest.json'] = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  const hash = createHash('sha256');
  for (const name of Object.keys(files).sort()) hash.update(`${name}\n`).update(files[name]);
  return {
    hash: hash.digest('hex').slice(0, 12),
    files,
    async writeTo(folder) {
      const folders = new Set(Object.keys(files).map((name) => dirname(`${folder}/${name}`)));
      for (const each of folders) await mkdir(each, { recursive: true });
      await Promise.all(
        Object.entries(files).map(([name, bytes]) => writeFile(`${folder}/${name}`, bytes)),
      );
    },
  };
}

const PACKAGES = ['handlebars', 'hono', 'marked', 'uqr', 'zod'];

async function listSpecifiers(root) {
  const hono = Object.keys((await readJson(root, 'hono')).exports)
    .filter((entry) => !HONO_LEFT_OUT.test(entry))
    .map((entry) => entry.replace(/^\./, 'hono'));
  const utils = (await readdir(`${root}/node_modules/hono/dist/utils`))
    .filter((file) => file.endsWith('.js'))
    .map((file) => `hono/utils/${file.slice(0, -'.js'.length)}`);
  return [...new Set([...hono, ...utils, 'handlebars', 'marked', 'uqr', 'zod', 'zod/mini'])].sort();
}

async function readJson(root, name) {
  return JSON.parse(await readFile(`${root}/node_modules/${name}/package.json`, 'utf8'));
}
