/** A program: the same Hono app, with SQLite called directly. Arguments: database file, migration. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { DatabaseSync } from '@photostructure/sqlite';
import { createApp } from './site/app.ts';
import { SELECT_ROW } from './site/database.ts';

const [path = '', migration = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec('PRAGMA journal_mode = wal');
database.exec(readFileSync(migration, 'utf8'));
const select = database.prepare(SELECT_ROW);
const app = createApp((_, id) => select.get(id));
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
