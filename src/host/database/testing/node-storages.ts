import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import init from '@sqlite.org/sqlite-wasm';
import { openFileDatabase } from '../../node/database-storage.ts';
import type { OpenedDatabase } from '../run-database-worker.ts';

/** One kind of storage under a database, for tests that hold on all of them. */
export interface EngineStorage {
  readonly name: string;
  open(): Promise<OpenedDatabase>;
  /** Removes what the test has left. */
  clean(): Promise<void>;
}

/** A database in memory. */
export function memoryStorage(): EngineStorage {
  return {
    name: 'in memory',
    open: async () => {
      const sqlite3 = await init();
      return { sqlite3, database: new sqlite3.oo1.DB(':memory:'), release: () => {} };
    },
    clean: async () => {},
  };
}

/** A database in a file of a fresh folder; opening it again opens the same one. */
export function fileStorage(): EngineStorage {
  let folder: string | undefined;
  return {
    name: 'in a file',
    open: async () => {
      folder ??= await mkdtemp(join(tmpdir(), 'peerserver-database-'));
      return openFileDatabase(join(folder, 'site.sqlite'));
    },
    clean: async () => {
      if (folder) await rm(folder, { recursive: true });
      folder = undefined;
    },
  };
}
