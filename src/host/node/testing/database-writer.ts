/** A process that writes rows one after the other until it is killed, and tells of each that is acknowledged. */
import { pathToFileURL } from 'node:url';
import { connectD1 } from '../../runtime/d1.ts';
import { openDatabase } from '../database-host.ts';

const [path = '', thread = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const site = await openDatabase({ path, thread: pathToFileURL(thread), signal });
const text = 'CREATE TABLE rows (id INTEGER PRIMARY KEY)';
await site.migrate([{ path: 'migrations/1.sql', text }], signal);
const insert = connectD1(site.connect(), 'number').prepare('INSERT INTO rows (id) VALUES (?)');
for (let id = 1; ; id++) {
  await insert.bind(id).run();
  process.send?.(id);
}
