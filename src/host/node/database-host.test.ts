import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SiteDatabase } from '../database/site-database.ts';
import { SqlError } from '../database/sql-error.ts';
import { connectD1 } from '../runtime/d1.ts';
import { deleteDatabase, openDatabase } from './database-host.ts';

const ACKNOWLEDGED_BEFORE_KILL = 100;

const never = new AbortController().signal;
let built: string;
let folder: string;
const open: SiteDatabase[] = [];

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'peerserver-thread-'));
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: {
      'database-thread': here('database-thread.ts'),
      writer: here('testing/database-writer.ts'),
    },
    outdir: built,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  await symlink(here('../../../node_modules'), join(built, 'node_modules'));
});

afterAll(() => rm(built, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerserver-database-'));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
  await rm(folder, { recursive: true });
});

const path = () => join(folder, 'data', 'site.sqlite');

async function openHere(): Promise<SiteDatabase> {
  const thread = pathToFileURL(join(built, 'database-thread.mjs'));
  const database = await openDatabase({ path: path(), thread, signal: never });
  open.push(database);
  return database;
}

const rowsOf = async (database: SiteDatabase, sql: string) =>
  (await database.query({ sql, values: [] }, never)).rows;

describe('a database in a thread of Node', () => {
  it('migrates, answers a sandbox and the studio, and tells of changes', async () => {
    const database = await openHere();
    const text = 'CREATE TABLE t (a)';
    expect((await database.migrate([{ path: 'migrations/1.sql', text }], never)).ok).toBe(true);
    const changed = new Promise<void>((resolve) => {
      const stop = database.subscribe(() => {
        stop();
        resolve();
      });
    });
    const port = database.connect();
    await connectD1(port, 'number').prepare('INSERT INTO t VALUES (?)').bind(5).run();
    await changed;
    expect(await rowsOf(database, 'SELECT a FROM t')).toEqual([[5]]);
    const refused = database.query({ sql: 'SELECT b FROM t', values: [] }, never);
    await expect(refused).rejects.toBeInstanceOf(SqlError);
    port.close();
  });

  it('keeps what was written, and gives and takes backups', async () => {
    const first = await openHere();
    await first.migrate([{ path: 'migrations/1.sql', text: 'CREATE TABLE t (a)' }], never);
    const backup = await first.backup(never);
    await first.query({ sql: 'INSERT INTO t VALUES (1)', values: [] }, never);
    await first.close();
    const second = await openHere();
    expect(await rowsOf(second, 'SELECT a FROM t')).toEqual([[1]]);
    await second.restore(backup, never);
    expect(await rowsOf(second, 'SELECT a FROM t')).toEqual([]);
    await expect(second.restore(new Uint8Array(600), never)).rejects.toMatchObject({
      code: 'bad-input',
    });
  });

  it('is open once at a time, and is deleted only when it is closed', async () => {
    const first = await openHere();
    await expect(openHere()).rejects.toThrow('Another program has the database');
    await expect(deleteDatabase(path())).rejects.toThrow('Another program');
    await first.query({ sql: 'PRAGMA user_version = 5', values: [] }, never);
    await first.close();
    await deleteDatabase(path());
    expect(await rowsOf(await openHere(), 'PRAGMA user_version')).toEqual([[0]]);
  });

  it('says why it cannot be opened, and can be once that is mended', async () => {
    await mkdir(path(), { recursive: true });
    await expect(openHere()).rejects.toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('cannot be opened'),
    });
    await rm(path(), { recursive: true });
    await openHere();
    const thread = pathToFileURL(join(built, 'database-thread.mjs'));
    const inFile = openDatabase({ path: join(path(), 'site.sqlite'), thread, signal: never });
    await expect(inFile).rejects.toThrow('cannot be made');
  });

  it('refuses everything once it is closed, and leaves no port waiting', async () => {
    const database = await openHere();
    const underWay = connectD1(database.connect(), 'number');
    await database.close();
    await expect(rowsOf(database, 'SELECT 1')).rejects.toThrow('is closed');
    await expect(underWay.exec('SELECT 1')).rejects.toMatchObject({ code: 'closed' });
  });

  it('keeps every row that was acknowledged when the process is killed while it writes', async () => {
    const child = startWriter();
    const acknowledged = await lastAcknowledged(child, ACKNOWLEDGED_BEFORE_KILL);
    const database = await openHere();
    const [[count, last] = []] = await rowsOf(database, 'SELECT count(*), max(id) FROM rows');
    expect(Number(last)).toBeGreaterThanOrEqual(acknowledged);
    expect(count).toBe(last);
    expect(await rowsOf(database, 'PRAGMA integrity_check')).toEqual([['ok']]);
  });

  function startWriter(): ChildProcess {
    return fork(join(built, 'writer.mjs'), [path(), join(built, 'database-thread.mjs')], {
      execArgv: [],
    });
  }

  /** Kills the writer once it has acknowledged so many rows. @returns the last row that it told of */
  async function lastAcknowledged(child: ChildProcess, count: number): Promise<number> {
    let last = 0;
    child.on('message', (id) => {
      last = Number(id);
      if (last === count) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    return last;
  }
});
