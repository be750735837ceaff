import type { SiteDatabase } from '../database/site-database.ts';
import { openWorkerDatabase } from '../database/worker-database.ts';
import type { DatabaseWorkerStart } from './database-worker.ts';
import { databasePath } from './site-directories.ts';
import { createStopSign } from './stop-sign.ts';

export interface OpenDatabaseOptions {
  /** The site's, as its registry has it. */
  readonly folder: string;
  /** Of the built worker, and of SQLite's WebAssembly: see `virtual:host-assets`. */
  readonly workerUrl: string;
  readonly wasmUrl: string;
  readonly signal: AbortSignal;
}

/**
 * Opens a site's database in a worker of its own. The tab must hold the site's hosting lock: the files can
 * be open only once. Waits a little for another page that has just let go of them.
 * @throws PeerServerError storage-failed, cancelled
 */
export function openDatabase(options: OpenDatabaseOptions): Promise<SiteDatabase> {
  const { folder, workerUrl, wasmUrl, signal } = options;
  const start = (control: MessagePort, onDeath: (cause: unknown) => void) => {
    const worker = new Worker(workerUrl, { type: 'module', name: `database-${folder}` });
    worker.addEventListener('error', (event) => {
      onDeath(new Error(event.message || 'its worker could not be started'));
    });
    const message: DatabaseWorkerStart = {
      control,
      // Absolute: a worker reads addresses from its own place.
      wasmUrl: new URL(wasmUrl, location.href).href,
      directory: databasePath(folder),
    };
    worker.postMessage(message, [control]);
    return {
      // Nothing tells when the files are free; the next opening waits for them.
      terminate: async () => worker.terminate(),
    };
  };
  return openWorkerDatabase({ start, signal, createStopSign });
}
