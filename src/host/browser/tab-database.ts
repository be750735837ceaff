import { databaseWorkerUrl, sqliteWasmUrl } from 'virtual:host-assets';
import type { SiteDatabase } from '../database/site-database.ts';
import { openDatabase } from './database-host.ts';

/**
 * Opens the database in a site's folder with the worker that this build brings; see `openDatabase`.
 * @throws PeerServerError storage-failed, cancelled
 */
export function openTabDatabase(folder: string, signal: AbortSignal): Promise<SiteDatabase> {
  return openDatabase({ folder, workerUrl: databaseWorkerUrl, wasmUrl: sqliteWasmUrl, signal });
}
