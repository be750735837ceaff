import { readdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

const COMPRESSIBLE = /\.(css|html|js|json|mjs|svg|wasm)$/;

/** Below this a compressed answer is hardly smaller than its headers. In bytes. */
const MIN_BYTES = 512;

/** Above this the last few percent would take half a minute: WebAssembly of many megabytes. In bytes. */
const LARGE_BYTES = 2 * 1024 * 1024;

/** Puts a `.br` and a `.gz` beside every compressible file below `folder`. */
export async function compressFolder(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name));
  await Promise.all(files.map((entry) => compressFile(`${entry.parentPath}/${entry.name}`)));
}

async function compressFile(file) {
  const bytes = await readFile(file);
  if (bytes.length < MIN_BYTES) return;
  const isLarge = bytes.length > LARGE_BYTES;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: isLarge ? 6 : constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await Promise.all([
    brotli(bytes, { params }).then((packed) => writeFile(`${file}.br`, packed)),
    deflate(bytes, { level: isLarge ? 6 : 9 }).then((packed) => writeFile(`${file}.gz`, packed)),
  ]);
}
