/** A thread with a database on Node's files, as the site's own, that inserts rows when it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';
import { openFileDatabase } from '../../../src/host/node/database-storage.ts';
import { INSERT_ROW } from '../site/database.ts';
import {
  CREATE_TABLE,
  type InsertBatch,
  type InsertOrder,
  inserters,
  insertFor,
} from './inserts.ts';

const { path }: { readonly path: string } = workerData;
const all = { ...inserters(await openFileDatabase(path)), native: native(`${path}-native`) };
parentPort?.on('message', (order: InsertOrder) =>
  parentPort?.postMessage(insertFor(all[order.by], order)),
);

/** With the settings of a site's database. */
function native(file: string): InsertBatch {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA locking_mode = exclusive;
    PRAGMA journal_mode = wal;
    PRAGMA synchronous = full;
    ${CREATE_TABLE}`);
  const insert = database.prepare(INSERT_ROW);
  return (batch, first) => {
    if (batch > 1) database.exec('BEGIN');
    for (let at = 0; at < batch; at++) insert.run('A name', first + at);
    if (batch > 1) database.exec('COMMIT');
  };
}
