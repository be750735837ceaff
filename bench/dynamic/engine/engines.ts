/** Databases without a site around them, each in a thread or worker of its own. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker as Thread } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Browser } from 'puppeteer-core';
import { projectRoot } from '../../project-root.ts';
import type { Inserted, Inserter, InsertOrder } from './inserts.ts';

export interface Engine {
  readonly inserters: readonly Inserter[];
  insert(order: InsertOrder): Promise<Inserted>;
  close(): Promise<void>;
}

/** @param program the built `node-thread.ts`; @param path of a database file that is not there yet */
export async function openNodeEngine(program: string, path: string): Promise<Engine> {
  const worker = new Thread(program, { workerData: { path } });
  return {
    inserters: ['engine', 'sqlite', 'native'],
    async insert(order) {
      worker.postMessage(order);
      const [inserted] = (await once(worker, 'message')) as [Inserted];
      return inserted;
    },
    close: async () => void (await worker.terminate()),
  };
}

/** In a page of its own, whose origin keeps the database. */
export async function openTabEngine(browser: Browser): Promise<Engine> {
  const bundle = await build({
    entryPoints: [`${projectRoot}/bench/dynamic/engine/tab-worker.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    loader: { '.wasm': 'empty' },
    logLevel: 'error',
  });
  const wasm = `${projectRoot}/node_modules/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm`;
  const files: Readonly<Record<string, readonly [type: string, body: string | Buffer]>> = {
    '/': ['text/html', '<!doctype html><title>Engine</title>'],
    '/worker.js': ['text/javascript', bundle.outputFiles[0]?.text ?? ''],
    '/sqlite3.wasm': ['application/wasm', await readFile(wasm)],
  };
  const server = createServer(({ url = '/' }, response) => {
    const [type, body] = files[url] ?? ['text/plain', ''];
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = await browser.newPage();
  await page.goto(`http://engine.localhost:${(server.address() as AddressInfo).port}/`);
  const worker = await page.evaluateHandle(() => new Worker('/worker.js', { type: 'module' }));
  return {
    inserters: ['engine', 'sqlite'],
    insert: (order) =>
      page.evaluate(
        (to, what) =>
          new Promise<Inserted>((resolve, reject) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = ({ data }) => resolve(data);
            to.onerror = ({ message }) => reject(new Error(message));
            to.postMessage(what, [port2]);
          }),
        worker,
        order,
      ),
    async close() {
      await page.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
