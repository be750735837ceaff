import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PeerServerError } from '../../protocol/errors.ts';
import type { SiteDatabase } from '../database/site-database.ts';
import { openWorkerDatabase } from '../database/worker-database.ts';
import { type DatabaseLock, lockDatabase } from './database-lock.ts';

/** Memory of the thread beside SQLite's own: results on their way out. Far more than a request may have. */
const THREAD_HEAP_MIB = 1024;

export interface OpenDatabaseOptions {
  /** The database file; its folder is made if there is none. Its journals lie beside it. */
  readonly path: string;
  /** The built `database-thread.mjs`. */
  readonly thread: URL;
  readonly signal: AbortSignal;
}

/**
 * Opens a site's database in a thread of its own.
 * @throws PeerServerError storage-failed, also when another process has it; cancelled
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<SiteDatabase> {
  const { path, thread, signal } = options;
  const lock = await lockIn(path);
  const start = (control: MessagePort, onDeath: (cause: unknown) => void) => {
    const worker = new Worker(thread, {
      workerData: { control, path },
      // Node's types want its own MessagePort, which this is.
      transferList: [control as never],
      resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MIB },
    });
    worker.once('error', onDeath);
    worker.once('exit', (code) => onDeath(new Error(`its thread ended with ${code}`)));
    return {
      terminate: async () => {
        await worker.terminate();
        await lock.release();
      },
    };
  };
  return openWorkerDatabase({ start, signal });
}

/** Removes a database with its journals; nothing happens if there is none. It must not be open. */
export async function deleteDatabase(path: string): Promise<void> {
  const lock = await lockIn(path);
  try {
    // The journals first: one without its database would be applied to the next.
    for (const suffix of ['-wal', '-journal', '']) await rm(path + suffix, { force: true });
  } finally {
    await lock.release();
  }
}

async function lockIn(path: string): Promise<DatabaseLock> {
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (thrown) {
    const text = `The folder ${dirname(path)} for the database cannot be made.`;
    throw new PeerServerError('storage-failed', text, { cause: thrown });
  }
  return lockDatabase(path);
}
