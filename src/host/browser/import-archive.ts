import { PeerServerError } from '../../protocol/errors.ts';
import { emptyDatabaseFile } from '../database/empty-database-file.ts';
import type { DynamicSite } from '../dynamic-site.ts';
import type { OpfsSiteStore } from './opfs-site-store.ts';
import type { LongTaskOptions } from './public-api.ts';
import { readDatabaseFile } from './read-database-file.ts';
import { throwIfCancelled } from './storage-error.ts';
import { readArchive } from './whole-site.ts';

/** What an archive goes into. */
export interface ImportTarget {
  readonly store: OpfsSiteStore;
  readonly dynamic: DynamicSite | undefined;
  hasDatabase(): Promise<boolean>;
}

/**
 * Replaces everything of an open site by what an archive holds. All of it is unpacked and checked first; then
 * the database is replaced in one step and the files in the next, and if that fails, or the site is closed between
 * the two, the old database comes back. An archive without a database leaves an empty one.
 * @param options.signal looked at until the database is replaced
 * @throws PeerServerError bad-input when the archive or its database is not sound; storage-failed, cancelled
 */
export async function importArchive(
  { store, dynamic, hasDatabase }: ImportTarget,
  archive: Blob,
  options: LongTaskOptions,
): Promise<void> {
  const { signal } = options;
  const site = await readArchive(archive);
  const staged = store.stage();
  try {
    await staged.add(site, options);
    const database = await site.database();
    const file = database ? await readDatabaseFile(database) : emptyDatabaseFile();
    throwIfCancelled(signal);
    if (!database && !(await hasDatabase())) {
      await store.replaceAll(staged, signal);
      return;
    }
    if (!dynamic) throw new PeerServerError('storage-failed', 'This site can have no database.');
    // Looked at once before: names that clash must not be found when the database is replaced already.
    staged.state();
    await dynamic.restore(file, signal, () => store.replaceAll(staged));
  } finally {
    await store.endStaging(staged);
  }
}
