/** Entry of the thread that holds a site's database. Built by itself: `dist/cli/database-thread.mjs`. */
import { workerData } from 'node:worker_threads';
import { runDatabaseWorker } from '../database/run-database-worker.ts';
import { openFileDatabase } from './database-storage.ts';

/** What the thread is started with (`database-host.ts`). */
export interface DatabaseThreadData {
  readonly control: MessagePort;
  /** Of the database file. */
  readonly path: string;
}

const { control, path }: DatabaseThreadData = workerData;
await runDatabaseWorker(control, () => openFileDatabase(path));
