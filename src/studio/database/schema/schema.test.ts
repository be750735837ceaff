import { describe, expect, it } from 'vitest';
import { memoryDatabase } from '../testing/memory-database.test.support.ts';
import { affinityOf } from './schema.ts';

describe('the schema of a database', () => {
  it('has tables of every odd name, with columns, keys, indexes and what refers where', async () => {
    const database = await memoryDatabase(`
      CREATE TABLE "a b" ("sélect" INTEGER PRIMARY KEY, "say ""hi""" VARCHAR(9) NOT NULL DEFAULT 'x',
        twice AS ("sélect" * 2));
      CREATE TABLE "it's; DROP TABLE x" ("" TEXT, other REFERENCES "A B" ON DELETE CASCADE);
      CREATE UNIQUE INDEX "i ""1""" ON "a b" ("say ""hi""") WHERE 1;
    `);
    const table = await database.table('a b');
    expect(table.columns).toMatchObject([
      { name: 'sélect', affinity: 'integer', keyPlace: 1, notNull: false, generated: false },
      { name: 'say "hi"', affinity: 'text', notNull: true, defaultValue: "'x'" },
      { name: 'twice', generated: true },
    ]);
    expect(table.indexes).toMatchObject([
      { name: 'i "1"', unique: true, partial: true, columns: ['say "hi"'] },
    ]);
    expect(table.key).toEqual({ kind: 'rowid', alias: 'rowid' });
    expect(table.deletesReachFurther).toBe(true);
    const other = await database.table("it's; DROP TABLE x");
    expect(other.columns[0]?.name).toBe('');
    expect(other.foreignKeys).toMatchObject([
      { columns: ['other'], table: 'A B', targets: [], onDelete: 'CASCADE' },
    ]);
    expect(other.deletesReachFurther).toBe(false);
  });

  it('finds rows again by row number, by primary key, or says why it cannot', async () => {
    const database = await memoryDatabase(`
      CREATE TABLE plain (a);
      CREATE TABLE hidden (rowid TEXT, _ROWID_ TEXT);
      CREATE TABLE taken (rowid, oid, _rowid_);
      CREATE TABLE numbered (rowid, oid, _rowid_, id INTEGER PRIMARY KEY);
      CREATE TABLE pairs (b, a, PRIMARY KEY (a, b)) WITHOUT ROWID;
      CREATE VIEW seen AS SELECT * FROM plain;
      CREATE VIRTUAL TABLE words USING fts5(text);
    `);
    const keys = new Map((await database.tables()).map(({ name, key }) => [name, key]));
    expect(keys.get('plain')).toEqual({ kind: 'rowid', alias: 'rowid' });
    expect(keys.get('hidden')).toEqual({ kind: 'rowid', alias: 'oid' });
    expect(keys.get('taken')).toMatchObject({ kind: 'none' });
    expect(keys.get('numbered')).toEqual({ kind: 'primary', columns: ['id'] });
    expect(keys.get('pairs')).toEqual({ kind: 'primary', columns: ['a', 'b'] });
    expect(keys.get('seen')).toMatchObject({ kind: 'none' });
    expect(keys.get('words')).toMatchObject({ kind: 'none' });
    expect(keys.get('words_data')).toMatchObject({ kind: 'none' });
  });

  it("tells PeerServer's and SQLite's own tables from those of the site", async () => {
    const database = await memoryDatabase(`
      CREATE TABLE _sessions (id TEXT);
      CREATE TABLE _migrations (path TEXT);
      CREATE TABLE _mine (id INTEGER PRIMARY KEY AUTOINCREMENT);
      CREATE VIRTUAL TABLE words USING fts5(text);
    `);
    const own = (await database.tables()).filter(({ internal }) => internal);
    expect(own.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['_sessions', '_migrations', 'sqlite_sequence', 'words_data']),
    );
    expect(own.map(({ name }) => name)).not.toContain('_mine');
  });

  it.each([
    ['INT8', 'integer'],
    ['CHARINT', 'integer'],
    ['varchar(20)', 'text'],
    ['', 'blob'],
    ['BLOB', 'blob'],
    ['double precision', 'real'],
    ['DECIMAL(10,2)', 'numeric'],
    ['DATE', 'numeric'],
  ])('a column of type %s prefers %s', (type, affinity) => {
    expect(affinityOf(type)).toBe(affinity);
  });
});
