import init, { type SAHPoolUtil, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { OpenedDatabase } from '../database/run-database-worker.ts';
import { isTaken, onceFree } from './once-free.ts';
import { storageError } from './storage-error.ts';

/** The database and its log, the journal of a restore, and some to spare. */
const POOL_FILES = 6;

export interface PoolOptions {
  /** Folder of the pool, from the root of the origin's private file system. */
  readonly directory: string;
  /** Address of SQLite's WebAssembly. */
  readonly wasmUrl: string;
  readonly clock?: Clock;
}

/**
 * Opens a site's database in the origin's private file system, in a pool of files of its own: SQLite's VFS
 * keeps them all open, because only opening is asynchronous.
 * @throws PeerServerError storage-failed
 */
export async function openPoolDatabase(options: PoolOptions): Promise<OpenedDatabase> {
  try {
    // Its types do not say that it takes what Emscripten's modules take.
    const start: (module: { locateFile: () => string }) => Promise<Sqlite3Static> = init;
    const sqlite3 = await start({ locateFile: () => options.wasmUrl });
    const pool = await openPool(sqlite3, options);
    const database = new pool.OpfsSAHPoolDb('/site.sqlite');
    return { sqlite3, database, release: () => void pool.pauseVfs() };
  } catch (thrown) {
    throw storageError('Opening the database', thrown);
  }
}

async function openPool(
  sqlite3: Sqlite3Static,
  { directory, clock = systemClock }: PoolOptions,
): Promise<SAHPoolUtil> {
  const pool = {
    name: 'site-files',
    directory,
    initialCapacity: POOL_FILES,
    // Without it, a pool that cannot be opened is *deleted*: a reload at the wrong moment would cost the data.
    preserveOnInitFailure: true,
    // Without it, a second try gives the first one's error again. Not in the types.
    forceReinitIfPreviouslyFailed: true,
  };
  try {
    return await onceFree(() => sqlite3.installOpfsSAHPoolVfs(pool), clock);
  } catch (thrown) {
    if (!isTaken(thrown)) throw thrown;
    const text =
      'Another page of this browser still has the database open. Close it, then reload this one.';
    throw new PeerServerError('storage-failed', text, { cause: thrown });
  }
}
