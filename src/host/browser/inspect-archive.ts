import { SETTINGS_FILE } from '../project/parse-settings.ts';
import type { ArchiveSummary } from './public-api.ts';

/**
 * Reads what a zip of a site holds, without unpacking it.
 * @throws PeerServerError bad-input when it is no sound archive or goes beyond a limit; storage-failed
 */
export async function inspectArchive(archive: Blob): Promise<ArchiveSummary> {
  const { readSiteArchive } = await import('../archive/site-archive.ts');
  const site = await readSiteArchive(archive);
  const paths = new Set(site.files().map(({ path }) => path));
  return {
    files: paths.size,
    bytes: site.bytes,
    project: paths.has(SETTINGS_FILE),
    database: site.hasDatabase,
  };
}
