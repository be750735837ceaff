/** A page that holds a site's database as a server tab does, and does what the test calls. */
import { openDatabase } from '../src/host/browser/database-host.ts';
import type { SiteDatabase } from '../src/host/database/site-database.ts';
import { connectD1 } from '../src/host/runtime/d1.ts';
import type { D1Database } from '../src/host/runtime/d1-types.ts';

const never = new AbortController().signal;
let site: SiteDatabase;
let database: D1Database;

const commands = {
  async open(): Promise<void> {
    site = await openDatabase({
      folder: 'garden',
      workerUrl: '/database-worker.js',
      wasmUrl: '/sqlite3.wasm',
      signal: never,
    });
    database = connectD1(site.connect(), 'number');
  },

  async migrate(text: string): Promise<boolean> {
    return (await site.migrate([{ path: 'migrations/1.sql', text }], never)).ok;
  },

  async all(sql: string, ...values: (string | number)[]): Promise<unknown[]> {
    const statement = database.prepare(sql).bind(...values);
    return (await statement.all()).results;
  },

  /** What is wrong with a statement. */
  async failure(sql: string): Promise<string> {
    try {
      await database.prepare(sql).run();
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
    return 'nothing';
  },

  /** Writes rows one after the other until the browser dies, and says of each that it was acknowledged. */
  async writeForEver(): Promise<void> {
    for (let id = 1; ; id++) {
      await database.prepare('INSERT INTO rows (id) VALUES (?)').bind(id).run();
      window.acknowledged(id);
    }
  },

  async backup(): Promise<number[]> {
    return [...(await site.backup(never))];
  },

  async restore(file: number[]): Promise<string> {
    try {
      await site.restore(new Uint8Array(file), never);
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
    // The old port is dead, as the site's old code is to be.
    database = connectD1(site.connect(), 'number');
    return 'restored';
  },

  async close(): Promise<void> {
    await site.close();
  },
};

export type DatabaseCommands = typeof commands;

declare global {
  interface Window {
    database: DatabaseCommands;
    /** The test's. */
    acknowledged(id: number): void;
  }
}

window.database = commands;
