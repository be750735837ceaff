import { PeerServerError } from '../../../protocol/errors.ts';
import { isSqliteFile } from '../../database/database-file.ts';
import { emptyDatabaseFile } from '../../database/empty-database-file.ts';
import type { SiteDatabase } from '../../database/site-database.ts';
import { answeredAsByWorker } from '../../testing/answered-as-by-worker.ts';
import { replaceFile } from '../replace-file.ts';

const FOLDER = 'database';
const FILE = 'site.sqlite';

/**
 * A database that is nothing but its file, in the folder where a real one would be: for tests that only move
 * it. A file that does not begin as SQLite's do is damaged.
 * @param restoring called when a file is to be restored, which waits for it
 */
export async function memoryDatabase(
  site: FileSystemDirectoryHandle,
  restoring: () => Promise<void> = async () => {},
): Promise<SiteDatabase> {
  const folder = await site.getDirectoryHandle(FOLDER, { create: true });
  const replaceBy = async (file: Uint8Array<ArrayBuffer>): Promise<void> => {
    await restoring();
    if (!isSqliteFile(file)) {
      throw new PeerServerError('bad-input', 'This database is damaged. Nothing was changed.');
    }
    await replaceFile(folder, FILE, file.slice());
  };
  const refuse = () => Promise.reject(new Error('Not part of this stand-in.'));
  return {
    lost: new Promise(() => {}),
    connect: () => new MessageChannel().port1,
    migrate: async () => ({ ok: true, applied: [], entries: [] }),
    query: refuse,
    script: refuse,
    insertRows: refuse,
    batch: refuse,
    async backup() {
      const handle = await folder.getFileHandle(FILE, { create: true });
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      return bytes.length === 0 ? emptyDatabaseFile() : bytes;
    },
    restore: (file, signal) => answeredAsByWorker(replaceBy(file), signal),
    subscribe: () => () => {},
    close: async () => {},
  };
}
