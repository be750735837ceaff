import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabaseFile } from './empty-database-file.ts';
import { SqlEngine } from './sql-engine.ts';
import { fileStorage } from './testing/node-storages.ts';

describe('backup and restore', () => {
  const storage = fileStorage();
  let engine: SqlEngine;
  let folder: string;

  async function open(): Promise<void> {
    const { sqlite3, database } = await storage.open();
    engine = new SqlEngine(sqlite3, database);
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-backup-'));
    await open();
  });

  afterEach(async () => {
    engine.close();
    await storage.clean();
    await rm(folder, { recursive: true });
  });

  /** The bytes of a database that another SQLite has made. */
  async function made(sql: string): Promise<Uint8Array> {
    const path = join(folder, 'made.sqlite');
    const other = new DatabaseSync(path);
    other.exec(sql);
    other.close();
    return readFile(path);
  }

  it('takes an empty database that was made without SQLite', async () => {
    await writeFile(join(folder, 'empty.sqlite'), emptyDatabaseFile());
    const other = new DatabaseSync(join(folder, 'empty.sqlite'));
    expect(other.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    expect(other.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toMatchObject({ n: 0 });
    other.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    other.close();
    engine.script('CREATE TABLE mine (a)');
    engine.restore(emptyDatabaseFile());
    const statement = { sql: 'SELECT count(*) AS n FROM sqlite_schema', values: [] };
    expect(engine.run([statement], { transaction: false, bigints: false })).toMatchObject([
      { rows: [[0]] },
    ]);
    engine.script('CREATE TABLE mine (a)');
  });

  it('saves what another SQLite opens, with what is still in the log', async () => {
    engine.script("CREATE TABLE t (a); INSERT INTO t VALUES ('ä')");
    await writeFile(join(folder, 'saved.sqlite'), engine.backup());
    const other = new DatabaseSync(join(folder, 'saved.sqlite'));
    expect(other.prepare('SELECT a FROM t').get()).toMatchObject({ a: 'ä' });
    expect(other.prepare('PRAGMA integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
    other.close();
  });

  it('saves an empty database as a database', async () => {
    await writeFile(join(folder, 'saved.sqlite'), engine.backup());
    const other = new DatabaseSync(join(folder, 'saved.sqlite'));
    expect(other.prepare('PRAGMA quick_check').get()).toMatchObject({ quick_check: 'ok' });
    other.close();
  });

  it.each([
    1024, 8192, 65536,
  ])('restores a file of pages of %i bytes, for good', async (pageSize) => {
    engine.script('CREATE TABLE old (a)');
    const file = await made(
      `PRAGMA page_size = ${pageSize}; CREATE TABLE t (a); INSERT INTO t VALUES (5)`,
    );
    engine.restore(file);
    expect(engine.own('SELECT a FROM t')).toEqual([[5]]);
    engine.script('INSERT INTO t VALUES (6)');
    engine.close();
    await open();
    expect(engine.own('SELECT a FROM t')).toEqual([[5], [6]]);
    expect(() => engine.script('SELECT * FROM old')).toThrow('no such table: old');
    expect(engine.own('PRAGMA journal_mode')).toEqual([['wal']]);
  });

  it.each([
    'UTF-16le',
    'UTF-16be',
  ])('refuses a sound file of %s, and says how to convert it', async (encoding) => {
    engine.script('CREATE TABLE old (a)');
    const file = await made(`PRAGMA encoding = '${encoding}'; CREATE TABLE t (a)`);
    expect(() => engine.restore(file)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: expect.stringMatching(/UTF-16.* \.dump \| sqlite3 new\.sqlite$/),
      }),
    );
    expect(engine.script('INSERT INTO old VALUES (1)')).toBe(1);
  });

  it.each<[string, (file: Uint8Array) => Uint8Array]>([
    ['no database at all', () => new TextEncoder().encode('<!doctype html>'.repeat(100))],
    ['an empty file', () => new Uint8Array()],
    ['half of a database', (file) => file.subarray(0, file.length / 2)],
    [
      'one with a damaged page',
      (file) => Uint8Array.from(file, (byte, at) => (at > 4200 ? 255 : byte)),
    ],
    [
      'one with a damaged header',
      (file) => Uint8Array.from(file, (byte, at) => (at > 16 && at < 60 ? 255 : byte)),
    ],
  ])('refuses %s and keeps the old one', async (_, damage) => {
    engine.script('CREATE TABLE old (a)');
    const rows = '(randomblob(1000)), (randomblob(1000)), (randomblob(1000)), (randomblob(1000))';
    const file = await made(`CREATE TABLE t (a); INSERT INTO t VALUES ${rows}`);
    expect(() => engine.restore(damage(file))).toThrow(
      expect.objectContaining({ code: 'bad-input' }),
    );
    expect(engine.script('INSERT INTO old VALUES (1)')).toBe(1);
    expect(engine.own('PRAGMA journal_mode')).toEqual([['wal']]);
  });
});
