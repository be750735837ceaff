/** A site's database in a tab, on the browser's own storage. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { build } from 'esbuild';
import type { Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BrowserName, type LaunchedBrowser, launchBrowser } from './browsers/launch.ts';
import type { DatabaseCommands } from './database-page.ts';

const ACKNOWLEDGED_BEFORE_KILL = 40;

let server: Server;
let address: string;
let folder: string;

beforeAll(async () => {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const bundle = await build({
    entryPoints: {
      page: here('database-page.ts'),
      'database-worker': here('../src/host/browser/database-worker.ts'),
    },
    bundle: true,
    write: false,
    outdir: '/',
    format: 'esm',
    platform: 'browser',
    loader: { '.wasm': 'empty' },
  });
  const wasm = here('../node_modules/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm');
  const files = new Map<string, { type: string; bytes: Uint8Array }>([
    ['sqlite3.wasm', { type: 'application/wasm', bytes: await readFile(wasm) }],
  ]);
  for (const { path, contents } of bundle.outputFiles) {
    files.set(basename(path), { type: 'text/javascript', bytes: contents });
  }
  server = createServer((request, response) => {
    const file = files.get(basename(request.url ?? ''));
    response.writeHead(200, { 'content-type': file?.type ?? 'text/html' });
    response.end(file?.bytes ?? '<!doctype html><script type="module" src="/page.js"></script>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => server.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerserver-database-'));
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

/** Another build of SQLite, which reads and writes files by itself, as the sqlite3 program does. */
function elsewhere<T>(file: string, work: (database: DatabaseSyncInstance) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

describe.each<BrowserName>(['chromium', 'firefox'])('in %s', (browserName) => {
  let launched: LaunchedBrowser;

  async function launch(): Promise<void> {
    launched = await launchBrowser(browserName, { profileDir: join(folder, 'profile') });
  }

  async function openPage(): Promise<Page> {
    const page = await launched.guard(launched.browser.newPage());
    await launched.guard(page.goto(address));
    return page;
  }

  beforeEach(launch);
  afterEach(() => launched.close());

  function call<Name extends keyof DatabaseCommands>(
    page: Page,
    name: Name,
    ...values: Parameters<DatabaseCommands[Name]>
  ): Promise<Awaited<ReturnType<DatabaseCommands[Name]>>> {
    const called = page.evaluate(
      (command, given) => (window.database[command] as (...v: unknown[]) => never)(...given),
      name,
      values as unknown[],
    );
    return launched.guard(called);
  }

  it('keeps every row that was acknowledged when the browser is killed while it writes', async () => {
    const page = await openPage();
    let last = 0;
    const enough = new Promise<void>((resolve) => {
      void page.exposeFunction('acknowledged', (id: number) => {
        last = id;
        if (id === ACKNOWLEDGED_BEFORE_KILL) resolve();
      });
    });
    await call(page, 'open');
    await call(page, 'migrate', 'CREATE TABLE rows (id INTEGER PRIMARY KEY)');
    // Ends with the browser.
    page.evaluate(() => window.database.writeForEver()).catch(() => undefined);
    await enough;
    await launched.kill();

    await launch();
    const later = await openPage();
    await call(later, 'open');
    const [row] = (await call(
      later,
      'all',
      'SELECT count(*) AS count, max(id) AS last FROM rows',
    )) as {
      count: number;
      last: number;
    }[];
    expect(row?.last).toBeGreaterThanOrEqual(last);
    expect(row?.count).toBe(row?.last);
    expect(await call(later, 'all', 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('opens again at once after each reload of the page', async () => {
    const page = await openPage();
    await call(page, 'open');
    await call(page, 'migrate', 'CREATE TABLE rows (id INTEGER PRIMARY KEY)');
    for (let id = 1; id <= 5; id++) {
      await call(page, 'all', 'INSERT INTO rows VALUES (?)', id);
      await launched.guard(page.reload());
      await call(page, 'open');
    }
    expect(await call(page, 'all', 'SELECT count(*) AS count FROM rows')).toEqual([{ count: 5 }]);
  });

  it('saves backups that another SQLite opens, and restores what that made', async () => {
    const page = await openPage();
    await call(page, 'open');
    await call(
      page,
      'migrate',
      "CREATE VIRTUAL TABLE notes USING fts5(body); INSERT INTO notes VALUES ('an apple')",
    );
    const saved = join(folder, 'saved.sqlite');
    await writeFile(saved, new Uint8Array(await call(page, 'backup')));
    const read = elsewhere(saved, (database) => [
      database.prepare('PRAGMA integrity_check').get(),
      database.prepare("SELECT body FROM notes WHERE notes MATCH 'apple'").get(),
    ]);
    expect(read).toMatchObject([{ integrity_check: 'ok' }, { body: 'an apple' }]);

    const made = join(folder, 'made.sqlite');
    // Pages of another size and a log beside the file, as other programs have them.
    elsewhere(made, (database) => {
      database.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = wal');
      database.exec('CREATE TABLE pears (id); INSERT INTO pears VALUES (7)');
    });
    expect(await call(page, 'restore', [...(await readFile(made))])).toBe('restored');
    expect(await call(page, 'all', 'SELECT id FROM pears')).toEqual([{ id: 7 }]);
    expect(await call(page, 'failure', 'SELECT * FROM notes')).toBe('no such table: notes');

    const broken = [...(await readFile(made))].map((byte, index) => (index > 4200 ? 255 : byte));
    expect(await call(page, 'restore', broken)).toContain('damaged');
    await launched.guard(page.reload());
    await call(page, 'open');
    expect(await call(page, 'all', 'SELECT id FROM pears')).toEqual([{ id: 7 }]);
  });

  it('does not delete a database that another page still has open', async () => {
    const first = await openPage();
    await call(first, 'open');
    await call(first, 'migrate', 'CREATE TABLE rows (id INTEGER PRIMARY KEY)');
    const second = await openPage();
    const opened = call(second, 'open');
    await expect(opened).rejects.toThrow('still has the database open');
    await call(first, 'all', 'INSERT INTO rows VALUES (1)');
    await call(first, 'close');
    await call(second, 'open');
    expect(await call(second, 'all', 'SELECT id FROM rows')).toEqual([{ id: 1 }]);
  });
});
