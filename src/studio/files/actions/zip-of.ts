import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** Already packed: to pack it again costs time and gains nothing. */
const PACKED = /\.(?:png|jpe?g|gif|webp|avif|mp[34]|m4[av]|webm|og[gv]|woff2?|zip|gz|pdf)$/i;

/**
 * A zip of files, put together piece by piece.
 * @param entries `name` within the zip, `path` on the site
 */
export async function zipOf(
  entries: readonly { readonly name: string; readonly path: string }[],
  read: (path: string) => Promise<Blob>,
): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(new Uint8Array(piece));
  });
  for (const { name, path } of entries) {
    const entry = PACKED.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name);
    zip.add(entry);
    const reader = (await read(path)).stream().getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      entry.push(next.value);
    }
    entry.push(new Uint8Array(), true);
  }
  zip.end();
  return new Blob(pieces, { type: 'application/zip' });
}
