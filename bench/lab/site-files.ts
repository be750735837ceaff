import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SMALL_BYTES, SMALL_PATH } from './loopback-server.ts';

export const BULK_PATH = '/bulk.bin';

/** The files of the site that is visited, on disk. */
export interface SiteFolder {
  readonly folder: string;
  /** What has to be uploaded to a site that has pages already. */
  readonly uploads: readonly string[];
}

/** Writes the site's files below `parent`: a page, a small file, and a large one of random bytes. */
export async function writeSiteFiles(parent: string, bulkBytes: number): Promise<SiteFolder> {
  const folder = join(parent, 'site');
  await mkdir(folder);
  const bulk = join(folder, BULK_PATH);
  const small = join(folder, SMALL_PATH);
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Bench</title><p>A page.');
  await writeFile(small, randomFillSync(new Uint8Array(SMALL_BYTES)));
  await writeFile(bulk, randomFillSync(new Uint8Array(bulkBytes)));
  return { folder, uploads: [small, bulk] };
}
