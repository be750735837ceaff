/** A site's database in memory, for tests of what the studio asks of one. */
import { afterEach } from 'vitest';
import { runDatabaseWorker } from '../../../host/database/run-database-worker.ts';
import type { SiteDatabase } from '../../../host/database/site-database.ts';
import { memoryStorage } from '../../../host/database/testing/node-storages.ts';
import { openWorkerDatabase } from '../../../host/database/worker-database.ts';
import type { SqlStatement, SqlValue } from '../../host.ts';
import { readSchema, SCHEMA_STATEMENTS, type Table } from '../schema/schema.ts';

const never = new AbortController().signal;
const open: SiteDatabase[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
});

export interface MemoryDatabase {
  readonly site: SiteDatabase;
  readonly batch: SiteDatabase['batch'];
  /** Rows of one statement. */
  rows(sql: string, ...values: SqlValue[]): Promise<readonly (readonly SqlValue[])[]>;
  run(statement: SqlStatement): Promise<readonly (readonly SqlValue[])[]>;
  tables(): Promise<readonly Table[]>;
  table(name: string): Promise<Table>;
}

/** Opens one and runs a script in it; it is closed after the test. */
export async function memoryDatabase(script = ''): Promise<MemoryDatabase> {
  const site = await openWorkerDatabase({
    start: (control) => {
      void runDatabaseWorker(control, () => memoryStorage().open());
      return { terminate: async () => {} };
    },
    signal: never,
  });
  open.push(site);
  const { failure } = await site.script({ sql: script, maxRows: 1 }, never);
  if (failure) throw new Error(failure.message);
  const run = async (statement: SqlStatement) => (await site.query(statement, never)).rows;
  const tables = async () => readSchema(await site.batch(SCHEMA_STATEMENTS, never));
  return {
    site,
    batch: (statements, signal) => site.batch(statements, signal),
    rows: (sql, ...values) => run({ sql, values }),
    run,
    tables,
    table: async (name) => {
      const found = (await tables()).find((table) => table.name === name);
      if (!found) throw new Error(`no table ${name}`);
      return found;
    },
  };
}
