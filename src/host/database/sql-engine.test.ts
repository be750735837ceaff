import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqlFailure, SqlResult, SqlValue } from './database-messages.ts';
import { SqlEngine } from './sql-engine.ts';
import { SqlError } from './sql-error.ts';
import { fileStorage, memoryStorage } from './testing/node-storages.ts';

describe.each([memoryStorage(), fileStorage()])('a database $name', (storage) => {
  let engine: SqlEngine;

  beforeEach(async () => {
    const { sqlite3, database } = await storage.open();
    engine = new SqlEngine(sqlite3, database);
  });

  afterEach(async () => {
    engine.close();
    await storage.clean();
  });

  function one(sql: string, ...values: SqlValue[]): SqlResult {
    const [result] = engine.run([{ sql, values }], { transaction: false });
    if (!result) throw new Error('no result');
    return result;
  }

  function failure(sql: string, ...values: SqlValue[]): SqlFailure {
    return failureOf(() => one(sql, ...values));
  }

  it('keeps values of all five types, a NUL in a text and 64-bit integers among them', () => {
    const values = [null, 42, 2n ** 62n, 1.5, 'ä\0🌱', new Uint8Array([0, 255])];
    one('CREATE TABLE t (a, b, c, d, e, f)');
    one('INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)', ...values);
    expect(one('SELECT * FROM t').rows).toEqual([values]);
  });

  it('gives all integers as bigint when asked to, and reals as numbers', () => {
    const statements = [{ sql: 'SELECT 1, 1.0, ?', values: [7] }];
    const [result] = engine.run(statements, { transaction: false, bigints: true });
    expect(result?.rows).toEqual([[1n, 1, 7n]]);
  });

  it('tells how many rows changed, the last row id and the size', () => {
    one('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)');
    const inserted = one("INSERT INTO t (name) VALUES ('a'), ('b')");
    expect(inserted).toMatchObject({ changes: 2, lastRowId: 2, rows: [] });
    expect(inserted.size).toBeGreaterThan(0);
    expect(one('SELECT * FROM t')).toMatchObject({ changes: 0, columns: ['id', 'name'] });
  });

  it('keeps all statements of a transaction or none', () => {
    one('CREATE TABLE t (id INTEGER PRIMARY KEY)');
    const insert = (id: number) => ({ sql: 'INSERT INTO t VALUES (?)', values: [id] });
    const batch = () => engine.run([insert(1), insert(2), insert(1)], { transaction: true });
    expect(failureOf(batch)).toMatchObject({
      code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
      statement: 2,
      outcome: 'nothing',
    });
    expect(one('SELECT count(*) FROM t').rows).toEqual([[0]]);
  });

  it('sees a column that was added after the statement was prepared', () => {
    one('CREATE TABLE t (a)');
    one('INSERT INTO t VALUES (1)');
    expect(one('SELECT * FROM t').columns).toEqual(['a']);
    one('ALTER TABLE t ADD COLUMN b');
    expect(one('SELECT * FROM t')).toMatchObject({ columns: ['a', 'b'], rows: [[1, null]] });
  });

  it('searches full text with FTS5 and reads JSON', () => {
    one('CREATE VIRTUAL TABLE notes USING fts5(body)');
    one("INSERT INTO notes VALUES ('an apple a day'), ('a pear')");
    expect(one("SELECT body FROM notes WHERE notes MATCH 'apple'").rows).toHaveLength(1);
    expect(one("SELECT value ->> 'a' FROM json_each(?)", '[{"a":5}]').rows).toEqual([[5]]);
  });

  it('runs a script statement by statement and says which one fails, and where', () => {
    const script =
      'CREATE TABLE t (a);\n-- a comment;\nINSERT INTO t VALUES (1);\nINSERT INTO x VALUES (2);';
    expect(failureOf(() => engine.script(script))).toMatchObject({
      message: 'no such table: x',
      statement: 2,
      position: script.indexOf('INSERT INTO x'),
    });
    expect(one('SELECT a FROM t').rows).toEqual([[1]]);
    expect(engine.script('SELECT 1; SELECT 2;;  -- end')).toBe(2);
  });

  it('compacts the database with VACUUM', () => {
    one('CREATE TABLE t (a)');
    one('INSERT INTO t SELECT randomblob(100000) FROM json_each(?)', '[1,2,3,4,5]');
    const before = one('SELECT 1').size;
    one('DELETE FROM t');
    one('VACUUM');
    expect(one('SELECT 1').size).toBeLessThan(before / 2);
  });

  describe('refuses', () => {
    it.each([
      ['BEGIN', 'db.batch'],
      ['COMMIT', 'db.batch'],
      ['SAVEPOINT s', 'db.batch'],
      ["ATTACH '/etc/passwd' AS x", 'one database'],
      ["ATTACH '' AS x", 'one database'],
      ["VACUUM INTO '/tmp/copy.sqlite'", 'one database'],
      ['DETACH main', 'one database'],
      ['CREATE TEMP TABLE t (a)', 'same connection'],
      ['PRAGMA writable_schema = on', 'PRAGMA may do'],
      ['PRAGMA journal_mode = delete', 'PRAGMA may do'],
      ['PRAGMA foreign_keys = off', 'defer_foreign_keys'],
      ["PRAGMA temp_store_directory = '/'", 'PRAGMA may do'],
      ['PRAGMA hard_heap_limit', 'PRAGMA may do'],
      ['SELECT * FROM pragma_journal_mode', 'PRAGMA may do'],
    ])('%s, with a hint', (sql, hint) => {
      const refused = failure(sql);
      expect(refused.code).toBe('SQLITE_AUTH');
      expect(refused.hint).toContain(hint);
    });

    it.each([
      "UPDATE sqlite_master SET sql = 'x'",
      'DELETE FROM sqlite_schema',
      "SELECT load_extension('x.so')",
      "SELECT readfile('/etc/passwd')",
      "SELECT writefile('/tmp/x', 'y')",
      'INSERT INTO sqlite_dbpage VALUES (1, zeroblob(8192))',
    ])('%s', (sql) => {
      one('CREATE TABLE t (a)');
      expect(() => one(sql)).toThrow(SqlError);
      expect(one('PRAGMA integrity_check').rows).toEqual([['ok']]);
    });

    it('two statements where one is expected, and none', () => {
      expect(failure('SELECT 1; SELECT 2').hint).toContain('db.batch');
      expect(failure('-- nothing').message).toContain('no statement');
    });

    it('too few and too many values', () => {
      expect(failure('SELECT ?, ?', 1).message).toContain('2 places for values, and 1 came');
      expect(failure('SELECT 1', 1).code).toBe('SQLITE_RANGE');
    });

    it('rows beyond the limit, of a statement that writes too, which then writes nothing', () => {
      const numbers =
        'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100001)';
      expect(failure(`${numbers} SELECT i FROM n`)).toMatchObject({ code: 'too-large' });
      one('CREATE TABLE t (i)');
      expect(failure(`INSERT INTO t ${numbers} SELECT i FROM n RETURNING i`).code).toBe(
        'too-large',
      );
      expect(one('SELECT count(*) FROM t').rows).toEqual([[0]]);
    });

    it('bytes beyond the limit', () => {
      const values = '[1,2,3,4,5]';
      expect(failure('SELECT zeroblob(15000000) FROM json_each(?)', values).code).toBe('too-large');
      expect(failure('SELECT length(zeroblob(?))', 17 * 1024 * 1024).code).toBe('SQLITE_TOOBIG');
    });
  });

  describe('explains', () => {
    beforeEach(() => {
      engine.script(
        'CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, price REAL)',
      );
    });

    it.each([
      ['SELECT nmae FROM items', 'columns id, name, price. Did you mean "name"?'],
      ['INSERT INTO items (nam) VALUES (1)', 'Did you mean "name"?'],
      ['SELECT * FROM item', 'Did you mean "items"?'],
      ['SELECT id FROM items WHERE name = "apple"', "'apple'"],
      ['INSERT INTO items (price) VALUES (1)', 'must have a value for "name"'],
      ['SELEC 1', 'misspelt keyword'],
      ['SELECT (1', 'not closed'],
    ])('%s', (sql, hint) => {
      expect(failure(sql).hint).toContain(hint);
    });

    it('which columns a row must not share with another', () => {
      one("INSERT INTO items (name) VALUES ('a')");
      expect(failure("INSERT INTO items (name) VALUES ('a')")).toMatchObject({
        message: 'UNIQUE constraint failed: items.name',
        hint: expect.stringContaining('has a row with this "name" already'),
      });
    });
  });
});

function failureOf(work: () => unknown): SqlFailure {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof SqlError) return thrown.failure;
    throw thrown;
  }
  throw new Error('It did not fail.');
}
