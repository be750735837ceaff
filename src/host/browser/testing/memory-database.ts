import { PeerServerError } from '../../../protocol/errors.ts';
import { isSqliteFile } from '../../database/database-file.ts';
import { emptyDatabaseFile } from '../../database/empty-database-file.ts';
import type { SiteDatabase } from '../../database/site-database.ts';
import { replaceFile } from '../replace-file.ts';

const FOLDER = 'database';
const FILE = 'site.sqlite';

/**
 * A database that is nothing but its file, in the folder where a real one would be: for tests that only move
 * it. A file that does not begin as SQLite's do is damaged.
 */
export async function memoryDatabase(site: FileSystemDirectoryHandle): Promise<SiteDatabase> {
  const folder = await site.getDirectoryHandle(FOLDER, { create: true });
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
    async restore(file) {
      if (!isSqliteFile(file)) {
        throw new PeerServerError('bad-input', 'This database is damaged. Nothing was changed.');
      }
      await replaceFile(folder, FILE, file.slice());
    },
    subscribe: () => () => {},
    close: async () => {},
  };
}
