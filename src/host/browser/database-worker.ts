/** Entry of the worker that holds a site's database, a module. Built by itself (`scripts/build/host.mjs`). */
import { runDatabaseWorker } from '../database/run-database-worker.ts';
import { openPoolDatabase } from './database-pool.ts';
import { isRaised } from './stop-sign.ts';

/** The first message, with the port transferred. */
export interface DatabaseWorkerStart {
  readonly control: MessagePort;
  /** Folder of the pool, from the root of the origin's private file system. */
  readonly directory: string;
  /** Address of SQLite's WebAssembly. */
  readonly wasmUrl: string;
}

globalThis.addEventListener(
  'message',
  ({ data }: MessageEvent<DatabaseWorkerStart>) => {
    void runDatabaseWorker(data.control, () => openPoolDatabase(data), isRaised);
  },
  { once: true },
);
