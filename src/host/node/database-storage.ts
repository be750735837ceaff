import init from '@sqlite.org/sqlite-wasm';
import { PeerServerError } from '../../protocol/errors.ts';
import type { OpenedDatabase } from '../database/run-database-worker.ts';
import { installNodeFiles } from './database-vfs.ts';

/**
 * Opens the database in a file, or makes it.
 * @param path of the file, in a folder that exists
 * @throws PeerServerError storage-failed
 */
export async function openFileDatabase(path: string): Promise<OpenedDatabase> {
  const sqlite3 = await init();
  const { filename, vfs } = installNodeFiles(sqlite3, path);
  try {
    const database = new sqlite3.oo1.DB({ filename, flags: 'c', vfs });
    return { sqlite3, database, release: () => {} };
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    const text = `The database ${path} cannot be opened (${detail}). Check that the folder can be written to.`;
    throw new PeerServerError('storage-failed', text, { cause: thrown });
  }
}
