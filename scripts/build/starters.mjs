import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, relative } from 'node:path';
import { zipSync } from 'fflate';
import { virtualModules } from './virtual-modules.mjs';

/** The same in every zip, so that the same files make the same bytes. The oldest time that a zip can say. */
const ZIP_TIME = new Date(1980, 0, 1);

/**
 * Packs every starter of `starters/starters.json` as a zip into `outdir`/assets/starters, with pictures of it
 * beside it, all under hashed names.
 * @returns a plugin that gives the studio's build `virtual:starters`: the list, with where all of that is
 * @throws Error when a starter has no folder, or not the file that it starts with
 */
export async function buildStarters({ root, outdir }) {
  const source = `${root}/starters`;
  const assets = `${outdir}/assets/starters`;
  await mkdir(assets, { recursive: true });
  const list = JSON.parse(await readFile(`${source}/starters.json`, 'utf8'));
  const starters = await Promise.all(
    list.map(async ({ id, title, description, features, start }) => {
      const files = await readFolder(`${source}/${id}`);
      checkStart(id, start, files);
      const [zip, light, dark] = await Promise.all([
        writeHashed(id, '.zip', packStarter(files), assets),
        copyPicture(`${source}/previews/${id}.webp`, id, assets),
        copyPicture(`${source}/previews/${id}-dark.webp`, id, assets),
      ]);
      const preview = light && dark ? { light, dark } : undefined;
      return { id, title, description, features, start, zip, preview };
    }),
  );
  return virtualModules({
    'virtual:starters': `export const starters = ${JSON.stringify(starters)};`,
  });
}

/**
 * A zip of these files, the same bytes each time.
 * @param {Record<string, Uint8Array>} files by path
 */
export function packStarter(files) {
  const entries = Object.keys(files)
    .sort()
    .map((path) => [path, [files[path], { mtime: ZIP_TIME, level: 9 }]]);
  return zipSync(Object.fromEntries(entries));
}

/**
 * All files at or below a folder by their paths in it, `/` between the parts.
 * What a host on the command line leaves there (`.peerserver/`, with the database) is not part of it.
 */
export async function readFolder(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, `${entry.parentPath}/${entry.name}`))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.startsWith('.peerserver/'));
  const contents = files.map(async (path) => [path, await readFile(`${folder}/${path}`)]);
  return Object.fromEntries(await Promise.all(contents));
}

/** The studio calls files of public/ by their addresses, and so does the list. */
function checkStart(id, start, files) {
  if (start in files || `public/${start}` in files) return;
  throw new Error(`The starter "${id}" has no file "${start}" to start with.`);
}

async function copyPicture(file, id, assets) {
  if (!existsSync(file)) return undefined;
  return writeHashed(id, extname(file), await readFile(file), assets);
}

async function writeHashed(stem, extension, bytes, assets) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  const name = `${stem}-${hash}${extension}`;
  await writeFile(`${assets}/${name}`, bytes);
  return `/assets/starters/${name}`;
}
