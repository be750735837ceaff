/** A worker with a database on the browser's storage, as a tab's own, that inserts rows when it is told to. */
import { openPoolDatabase } from '../../../src/host/browser/database-pool.ts';
import { type InsertOrder, inserters, insertFor } from './inserts.ts';

const options = { directory: 'bench', wasmUrl: new URL('/sqlite3.wasm', location.href).href };
const opened = openPoolDatabase(options).then(inserters);

globalThis.addEventListener('message', async ({ data, ports }: MessageEvent<InsertOrder>) => {
  const { engine, sqlite } = await opened;
  ports[0]?.postMessage(insertFor(data.by === 'engine' ? engine : sqlite, data));
});
