import { searchWorkerUrl } from 'virtual:studio-workers';
import type { SearchWorker } from './search-files.ts';

/** Starts `search-worker.ts`. */
export function startSearchWorker(): SearchWorker {
  return new Worker(searchWorkerUrl, { type: 'module', name: 'search' });
}
