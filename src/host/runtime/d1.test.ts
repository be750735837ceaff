import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseRequest } from '../database/database-messages.ts';
import { DatabaseServer } from '../database/database-server.ts';
import { SqlEngine } from '../database/sql-engine.ts';
import { memoryStorage } from '../database/testing/node-storages.ts';
import { connectD1 } from './d1.ts';
import { DatabaseError, type DatabasePort } from './d1-port.ts';
import type { D1Database } from './d1-types.ts';
import { createSqlTag } from './sql-tag.ts';

describe('env.DB', () => {
  let engine: SqlEngine;
  let db: D1Database;
  let bigDb: D1Database;
  const ports: MessagePort[] = [];

  beforeEach(async () => {
    const { sqlite3, database } = await memoryStorage().open();
    engine = new SqlEngine(sqlite3, database);
    const ignore = () => {};
    const options = { onChange: ignore, onAnswered: ignore, onBroken: ignore };
    const server = new DatabaseServer(engine, options);
    const connect = (): MessagePort => {
      const { port1, port2 } = new MessageChannel();
      server.connect(port2);
      ports.push(port1);
      return port1;
    };
    db = connectD1(connect(), 'number');
    bigDb = connectD1(connect(), 'bigint');
    await db.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE, data BLOB)');
  });

  afterEach(() => {
    for (const port of ports.splice(0)) port.close();
    engine.close();
  });

  const insert = (name: unknown, data: unknown = null) =>
    db.prepare('INSERT INTO items (name, data) VALUES (?, ?)').bind(name, data);

  it('answers run, all, first and raw as D1 does', async () => {
    const result = await insert('apple').run();
    expect(result).toMatchObject({
      success: true,
      results: [],
      meta: { changes: 1, last_row_id: 1, changed_db: true, rows_written: 1 },
    });
    expect(result.meta.size_after).toBeGreaterThan(0);
    const select = db.prepare('SELECT id, name FROM items');
    expect((await select.all()).results).toEqual([{ id: 1, name: 'apple' }]);
    expect(await select.first()).toEqual({ id: 1, name: 'apple' });
    expect(await select.first('name')).toBe('apple');
    expect(await select.raw()).toEqual([[1, 'apple']]);
    expect(await select.raw({ columnNames: true })).toEqual([
      ['id', 'name'],
      [1, 'apple'],
    ]);
    expect(await db.prepare('SELECT 1 WHERE 0').first()).toBeNull();
    await expect(select.first('nmae')).rejects.toMatchObject({ hint: 'It has: id, name.' });
  });

  it('runs a batch in one transaction', async () => {
    const results = await db.batch([insert('a'), insert('b')]);
    expect(results.map(({ meta }) => meta.last_row_id)).toEqual([1, 2]);
    await expect(db.batch([insert('c'), insert('a')])).rejects.toMatchObject({ statement: 1 });
    expect(await db.prepare('SELECT count(*) AS n FROM items').first('n')).toBe(2);
    expect(await db.batch([])).toEqual([]);
  });

  it('counts the statements of a script', async () => {
    expect(
      await db.exec("INSERT INTO items (name) VALUES ('x');\nDELETE FROM items"),
    ).toMatchObject({
      count: 2,
    });
  });

  it('has a session that is the database itself', async () => {
    const session = db.withSession('first-primary');
    expect(await session.prepare('SELECT 1 AS one').first('one')).toBe(1);
    expect(session.getBookmark()).toBeNull();
  });

  it('keeps calls apart that are under way at once', async () => {
    const calls = Array.from({ length: 500 }, (_, n) =>
      db.prepare('SELECT ? AS n').bind(n).first('n'),
    );
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it('takes booleans, bytes of all kinds, null and bigints', async () => {
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const values = [true, false, null, bytes.buffer, new DataView(bytes.buffer, 1, 2), 5n];
    const row = await db
      .prepare('SELECT ?, ?, ?, ?, ?, ?')
      .bind(...values)
      .raw();
    expect(row).toEqual([[1, 0, null, bytes, new Uint8Array([2, 3]), 5]]);
    expect(bytes.byteLength).toBe(4);
  });

  it.each([
    [undefined, 'misspelt property'],
    [{}, 'JSON.stringify'],
    [[1], 'bind(...values)'],
    [new Date(0), 'toISOString'],
    [Promise.resolve(1), 'await is missing'],
    [() => 1, 'Give a text'],
  ])('refuses to bind %s, and says what to do', (value, hint) => {
    expect(() => insert(value)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(hint) }),
    );
  });

  it('gives integers beyond 2^53 as an error or as bigint, and never rounded', async () => {
    const sql = 'SELECT 9007199254740993 AS big, 1 AS small';
    await expect(db.prepare(sql).first()).rejects.toMatchObject({
      hint: expect.stringContaining('"integers": "bigint"'),
    });
    await expect(db.prepare(sql).raw()).rejects.toBeInstanceOf(DatabaseError);
    expect(await bigDb.prepare(sql).first()).toEqual({ big: 9007199254740993n, small: 1n });
  });

  it("throws errors with SQLite's words, a hint, and a stack that begins at the author's call", async () => {
    const authorsFunction = () => db.prepare('SELECT nmae FROM items').all();
    const error: unknown = await authorsFunction().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'DatabaseError',
      message: 'no such column: nmae',
      hint: expect.stringContaining('Did you mean "name"?'),
      code: 'SQLITE_ERROR',
    });
    const [head, first] = error instanceof Error ? (error.stack ?? '').split('\n') : [];
    expect(head).toBe('DatabaseError: no such column: nmae');
    expect(first).toContain('authorsFunction');
  });

  describe('sql`…`', () => {
    it('binds what stands in it and gives the rows', async () => {
      const sql = createSqlTag(db);
      const name = "'); DROP TABLE items; --";
      await sql`INSERT INTO items (name) VALUES (${name})`;
      expect(await sql`SELECT name FROM items WHERE name = ${name} AND id = ${1}`).toEqual([
        { name },
      ]);
    });

    it("throws at the author's call", async () => {
      const sql = createSqlTag(db);
      const authorsFunction = () => sql`SELECT * FROM item`;
      const error: unknown = await authorsFunction().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ hint: expect.stringContaining('"items"') });
      expect(error instanceof Error && error.stack?.split('\n')[1]).toContain('authorsFunction');
    });

    it('refuses to be called as a function, where values would not be bound', async () => {
      const sql = createSqlTag(db);
      await expect(Reflect.apply(sql, undefined, ['SELECT 1'])).rejects.toMatchObject({
        message: 'sql is a tag, and was called as a function.',
      });
    });
  });

  describe('when the database dies', () => {
    it('rejects what is under way as unknown, sends nothing again, and refuses what comes later', async () => {
      const sent: DatabaseRequest[] = [];
      let close = () => {};
      const port: DatabasePort = {
        postMessage: (message) => sent.push(message),
        addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
          if (type === 'close') close = () => listener({ data: undefined });
        },
        start: () => {},
      };
      const dying = connectD1(port, 'number');
      const underWay = dying.prepare('DELETE FROM items').run();
      close();
      await expect(underWay).rejects.toMatchObject({ code: 'closed', outcome: 'unknown' });
      await expect(dying.exec('SELECT 1')).rejects.toMatchObject({ outcome: 'nothing' });
      expect(sent).toHaveLength(1);
    });

    it('refuses calls that pile up without an answer', async () => {
      const port: DatabasePort = {
        postMessage: () => {},
        addEventListener: () => {},
        start: () => {},
      };
      const mute = connectD1(port, 'number');
      for (let call = 0; call < 10_000; call++) void mute.exec('SELECT 1');
      await expect(mute.exec('SELECT 1')).rejects.toMatchObject({ code: 'too-large' });
    });
  });
});
