import { DatabaseServer } from '../../database/database-server.ts';
import { SqlEngine } from '../../database/sql-engine.ts';
import { memoryStorage } from '../../database/testing/node-storages.ts';
import { connectD1, type Integers } from '../d1.ts';
import type { D1Database } from '../d1-types.ts';

export interface MemoryDatabase {
  readonly db: D1Database;
  /** The statements that were prepared. */
  readonly statements: readonly string[];
  close(): void;
}

/** `env.DB` over an engine in memory, on a port as in a sandbox. */
export async function memoryDatabase(integers: Integers = 'number'): Promise<MemoryDatabase> {
  const { sqlite3, database } = await memoryStorage().open();
  const engine = new SqlEngine(sqlite3, database);
  const ignore = (): void => {};
  const server = new DatabaseServer(engine, {
    onChange: ignore,
    onAnswered: ignore,
    onBroken: ignore,
  });
  const { port1, port2 } = new MessageChannel();
  server.connect(port1);
  const db = connectD1(port2, integers);
  const statements: string[] = [];
  const prepare = db.prepare.bind(db);
  db.prepare = (sql) => {
    statements.push(sql);
    return prepare(sql);
  };
  const close = (): void => {
    port1.close();
    port2.close();
    engine.close();
  };
  return { db, statements, close };
}
