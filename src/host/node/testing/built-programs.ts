import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildHostThreads } from '../../../../scripts/build/host.mjs';

/**
 * Builds what a host in Node runs in threads, from the sources as they are, into a folder of its own.
 * @returns the folder, and what removes it
 */
export async function buildPrograms(): Promise<{
  readonly programs: URL;
  remove(): Promise<void>;
}> {
  const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
  // Below node_modules, so that the programs find the packages that they import.
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const outdir = await mkdtemp(join(cache, 'peerserver-'));
  await buildHostThreads({ root, outdir, buildId: 'test' });
  return {
    programs: pathToFileURL(`${outdir}/`),
    remove: () => rm(outdir, { recursive: true, force: true }),
  };
}
