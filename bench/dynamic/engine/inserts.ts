/** Inserts rows in the worker that holds the database, with nothing between: what `env.DB` is measured against. */
import type { OpenedDatabase } from '../../../src/host/database/run-database-worker.ts';
import { SqlEngine } from '../../../src/host/database/sql-engine.ts';
import { INSERT_ROW } from '../site/database.ts';

/**
 * Who inserts: the site's engine with its rules and limits, SQLite itself, in the same build and with the same
 * settings, or SQLite as it runs outside of WebAssembly (Node only).
 */
export type Inserter = 'engine' | 'sqlite' | 'native';

export interface InsertOrder {
  readonly by: Inserter;
  /** Rows of one transaction. */
  readonly batch: number;
  /** How long, milliseconds. */
  readonly ms: number;
}

export interface Inserted {
  readonly rows: number;
  /** How long it took, milliseconds. */
  readonly ms: number;
}

/** Inserts `batch` rows; they are committed when it returns. */
export type InsertBatch = (batch: number, first: number) => void;

export const CREATE_TABLE =
  'CREATE TABLE inserted (id INTEGER PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL)';

/** @param opened a database that nothing was written to yet */
export function inserters({
  sqlite3,
  database,
}: OpenedDatabase): Readonly<Record<'engine' | 'sqlite', InsertBatch>> {
  const engine = new SqlEngine(sqlite3, database);
  engine.own(CREATE_TABLE);
  const insert = database.prepare(INSERT_ROW);
  return {
    engine: (batch, first) => {
      const statements = Array.from({ length: batch }, (_, at) => ({
        sql: INSERT_ROW,
        values: ['A name', first + at],
      }));
      engine.run(statements, { transaction: batch > 1 });
    },
    sqlite: (batch, first) => {
      if (batch > 1) engine.own('BEGIN');
      for (let at = 0; at < batch; at++) insert.bind(['A name', first + at]).stepReset();
      if (batch > 1) engine.own('COMMIT');
    },
  };
}

/** Inserts until the time is over. */
export function insertFor(insert: InsertBatch, { batch, ms }: InsertOrder): Inserted {
  const start = performance.now();
  let rows = 0;
  while (performance.now() - start < ms) {
    insert(batch, rows);
    rows += batch;
  }
  return { rows, ms: performance.now() - start };
}
