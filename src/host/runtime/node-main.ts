/** The program of a sandbox in Node: a worker thread. Waits for its StartMessage. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { acceptPortConnection, openPortConnection } from '../sandbox/port-connection.ts';
import { connectD1 } from './d1.ts';
import type { StartMessage } from './messages.ts';
import { createSqlTag } from './sql-tag.ts';
import { startRuntime } from './start.ts';

parentPort?.once('message', (message: StartMessage) => void start(message));

async function start({ code, settings, ports }: StartMessage): Promise<void> {
  const db = connectD1(ports.database, settings.integers);
  const unhandled: unknown[] = [];
  let report = (thrown: unknown): void => void unhandled.push(thrown);
  // Without these the first forgotten promise would end the thread, and every request in it.
  process.on('unhandledRejection', (thrown) => report(thrown));
  process.on('uncaughtException', (thrown) => report(thrown));
  const runtime = await startRuntime({
    code,
    settings,
    post: (message) => ports.control.postMessage(message),
    importModule: importFile,
    acceptRequests: (handler) =>
      acceptPortConnection(ports.requests, { handler, connectionId: 'host' }),
    openAssets: async () => (await openPortConnection(ports.assets)).connection,
    db,
    sql: createSqlTag(db),
    scope: globalThis,
    nativeFetch: fetch,
    followsRedirects: true,
  });
  report = runtime.reportUnhandled;
  for (const thrown of unhandled) report(thrown);
}

/** By way of a file: the address of a data: URL would stand in each line of each stack, whole. */
async function importFile(code: string) {
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-site-'));
  try {
    const file = join(folder, 'site.mjs');
    await writeFile(file, code);
    const url = pathToFileURL(file).href;
    const exports: unknown = await import(url);
    return { exports, url };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
