import { parseSiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { type Backup, backupFromAnyTab } from './backup-channel.ts';
import type { HostEnvironment } from './host-environment.ts';
import type { ArchiveStream, LongTaskOptions } from './public-api.ts';
import { hasDatabase } from './site-directories.ts';
import { type SitePlace, type SiteSnapshot, takeSnapshot } from './site-snapshot.ts';

/**
 * A zip of everything of a server. A tab that runs it goes on; one that would open it meanwhile waits for the
 * copy of the database, but not for the files.
 * @throws PeerServerError no-such-site, storage-failed, cancelled; so does the stream
 */
export async function exportServerIn(
  environment: HostEnvironment,
  name: string,
  options: LongTaskOptions,
): Promise<ArchiveStream> {
  const place = await requirePlace(environment, name);
  return archiveOf(place, await snapshotOfServer(environment, place, options.signal), options);
}

/**
 * A zip of a snapshot, which is released at the stream's end.
 * @throws PeerServerError storage-failed when the site is too large; so does the stream
 */
export async function archiveOf(
  { name }: SitePlace,
  snapshot: SiteSnapshot,
  { signal, onProgress }: LongTaskOptions,
): Promise<ArchiveStream> {
  try {
    const { writeSiteArchive } = await import('../archive/site-archive-writer.ts');
    return writeSiteArchive(
      { name, ...snapshot },
      {
        signal,
        now: Date.now,
        onEnd: snapshot.release,
        ...(onProgress ? { onProgress } : {}),
      },
    );
  } catch (thrown) {
    snapshot.release();
    throw thrown;
  }
}

/** Everything of a server that may run in any tab, or in none. */
export function snapshotOfServer(
  environment: HostEnvironment,
  place: SitePlace,
  signal: AbortSignal,
): Promise<SiteSnapshot> {
  const backup: Backup = async () => {
    if (!(await hasDatabase(environment.root, place.folder))) return undefined;
    return backupFromAnyTab(
      environment.locks,
      place.name,
      () => backupClosedDatabase(environment, place, signal),
      signal,
    );
  };
  return takeSnapshot(environment, place, backup, signal);
}

async function backupClosedDatabase(
  environment: HostEnvironment,
  { folder }: SitePlace,
  signal: AbortSignal,
): Promise<Blob | undefined> {
  const database = await environment.openDatabase(folder, signal);
  try {
    return new Blob([await database.backup(signal)]);
  } finally {
    await database.close();
  }
}

/**
 * A server of this browser's.
 * @throws PeerServerError no-such-site, storage-failed
 */
export async function requirePlace(environment: HostEnvironment, name: string): Promise<SitePlace> {
  const parsed = parseSiteName(name);
  if (!parsed.ok) throw new PeerServerError('no-such-site', parsed.message);
  return { name: parsed.name, folder: await environment.registry.folder(parsed.name) };
}
