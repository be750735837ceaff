/** What only the studio asks of a database. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../protocol/peers.test.support.ts';
import { IMPORT_TIME_MS, MAX_REFUSED_TOLD } from './database-limits.ts';
import type { RowsToInsert } from './database-messages.ts';
import { runDatabaseWorker } from './run-database-worker.ts';
import type { SiteDatabase } from './site-database.ts';
import { SqlEngine } from './sql-engine.ts';
import { memoryStorage } from './testing/node-storages.ts';
import { openWorkerDatabase } from './worker-database.ts';

const ENDLESS =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';

let engine: SqlEngine;

beforeEach(async () => {
  const { sqlite3, database } = await memoryStorage().open();
  engine = new SqlEngine(sqlite3, database);
});

afterEach(() => engine.close());

function count(table: string): unknown {
  return engine.own(`SELECT count(*) FROM ${table}`)[0]?.[0];
}

describe('a script of the studio', () => {
  it('gives a result for each statement, with its place in the text', () => {
    const sql = 'CREATE TABLE t (a); -- one\n INSERT INTO t VALUES (1), (2);\nSELECT * FROM t';
    const { results, failure } = engine.report({ sql, maxRows: 10 });
    expect(failure).toBeUndefined();
    expect(results).toMatchObject([
      { offset: 0, changes: 0, columns: [] },
      { offset: sql.indexOf('INSERT'), changes: 2 },
      { offset: sql.indexOf('SELECT'), columns: ['a'], rows: [[1], [2]], more: false },
    ]);
  });

  it('keeps what came before a failure, and says where that is', () => {
    const sql = 'CREATE TABLE plants (name); SELECT nmae FROM plants; DROP TABLE plants';
    const { results, failure } = engine.report({ sql, maxRows: 10 });
    expect(results).toHaveLength(1);
    expect(failure).toMatchObject({
      message: 'no such column: nmae',
      hint: 'The table "plants" has the columns name. Did you mean "name"?',
      position: sql.indexOf('nmae'),
      statement: 1,
    });
    expect(count('plants')).toBe(0);
  });

  it('leaves out rows beyond the limit, but carries a statement that writes out to its end', () => {
    engine.report({ sql: 'CREATE TABLE t (a)', maxRows: 1 });
    const sql = `INSERT INTO t SELECT value FROM json_each('[1,2,3]') RETURNING a; SELECT * FROM t`;
    const { results } = engine.report({ sql, maxRows: 2 });
    expect(results).toMatchObject([
      { rows: [[1], [2]], more: true, changes: 3 },
      { rows: [[1], [2]], more: true, changes: 0 },
    ]);
    expect(count('t')).toBe(3);
  });

  it('is stopped in the middle of a statement, and undoes that one', () => {
    engine.report({ sql: 'CREATE TABLE t (a)', maxRows: 1 });
    let asked = 0;
    const stopWanted = () => ++asked > 1;
    const insert = ENDLESS.replace('SELECT max(i)', 'INSERT INTO t SELECT i');
    const { results, failure } = engine.report({ sql: insert, maxRows: 10 }, stopWanted);
    expect(results).toEqual([]);
    expect(failure).toMatchObject({ code: 'stopped', outcome: 'nothing' });
    expect(asked).toBe(2);
    expect(count('t')).toBe(0);
  });

  it('is under the rules of the site: no other files, no transaction left open', () => {
    const { failure } = engine.report({ sql: 'BEGIN', maxRows: 1 });
    expect(failure?.message).toContain('BEGIN is not allowed');
  });
});

describe('inserting many rows', () => {
  const insert = (rows: RowsToInsert['rows'], more: Partial<RowsToInsert> = {}): RowsToInsert => ({
    before: [],
    insert: 'INSERT INTO t VALUES (?, ?)',
    rows,
    skipRefused: false,
    ...more,
  });

  beforeEach(() => {
    engine.own('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  });

  it('keeps all of them, or none and tells which rows the table refuses', () => {
    expect(
      engine.insertRows(
        insert([
          [1, 'a'],
          [2, 'b'],
        ]),
      ),
    ).toEqual({
      kept: true,
      inserted: 2,
      refusedCount: 0,
      refused: [],
    });
    const report = engine.insertRows(
      insert([
        [3, 'c'],
        [1, 'again'],
        [4, null],
      ]),
    );
    expect(report).toMatchObject({ kept: false, inserted: 0, refusedCount: 2 });
    expect(report.refused).toMatchObject([
      { index: 1, failure: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } },
      { index: 2, failure: { code: 'SQLITE_CONSTRAINT_NOTNULL' } },
    ]);
    expect(count('t')).toBe(2);
  });

  it('leaves out what is refused when asked to', () => {
    const report = engine.insertRows(
      insert(
        [
          [1, 'a'],
          ['x', 'b'],
          [2, 'c'],
        ],
        { skipRefused: true },
      ),
    );
    expect(report).toMatchObject({ kept: true, inserted: 2, refusedCount: 1 });
    expect(count('t')).toBe(2);
  });

  it('makes the table in the same transaction, and not when nothing is kept', () => {
    const make = { sql: 'CREATE TABLE u (id PRIMARY KEY, name)', values: [] };
    const into = { before: [make], insert: 'INSERT INTO u VALUES (?, ?)' };
    expect(
      engine.insertRows(
        insert(
          [
            [1, 'a'],
            [1, 'b'],
          ],
          into,
        ),
      ).kept,
    ).toBe(false);
    expect(
      engine.insertRows(
        insert(
          [
            [1, 'a'],
            [2, 'b'],
          ],
          into,
        ),
      ).kept,
    ).toBe(true);
    expect(count('u')).toBe(2);
  });

  it('tells a bounded number of refused rows', () => {
    const rows = Array.from({ length: MAX_REFUSED_TOLD + 50 }, () => [null, null]);
    const report = engine.insertRows(insert(rows));
    expect(report.refusedCount).toBe(rows.length);
    expect(report.refused).toHaveLength(MAX_REFUSED_TOLD);
  });

  it.each([
    [
      'a trigger',
      `CREATE TRIGGER positive BEFORE INSERT ON t WHEN NEW.id < 0 BEGIN
        SELECT RAISE(ROLLBACK, 'below zero');
      END`,
      'below zero',
    ],
    [
      'a rule of a column',
      'DROP TABLE t; CREATE TABLE t (id, name UNIQUE ON CONFLICT ROLLBACK)',
      'UNIQUE constraint failed: t.name',
    ],
  ])('keeps nothing when %s undoes the whole transaction, and says so', (_, rules, reason) => {
    engine.script(rules);
    engine.own("INSERT INTO t VALUES (9, 'x')");
    const rows = [
      [1, 'a'],
      [2, 'b'],
      [-1, 'x'],
      [3, 'c'],
      [4, 'd'],
    ];
    for (const skipRefused of [false, true]) {
      const ended = `Row 3 of the import ended all of it (${reason}). Nothing was kept.`;
      expect(() => engine.insertRows(insert(rows, { skipRefused }))).toThrow(ended);
      expect(engine.own('SELECT id FROM t')).toEqual([[9]]);
    }
    expect(engine.insertRows(insert([[5, 'e']])).kept).toBe(true);
  });

  it('fails as a whole for what is not the fault of a row, and ends in time', async () => {
    expect(() =>
      engine.insertRows(insert([[1, 'a']], { insert: 'INSERT INTO x VALUES (?, ?)' })),
    ).toThrow('no such table: x');
    const clock = new ManualClock();
    const { sqlite3, database } = await memoryStorage().open();
    const slow = new SqlEngine(sqlite3, database, {
      clock,
      onStillRunning: () => clock.advance(IMPORT_TIME_MS),
    });
    slow.own('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
    const endless = { before: [{ sql: ENDLESS, values: [] }] };
    expect(() => slow.insertRows(insert([[1, 'a']], endless))).toThrow('took too long');
    slow.close();
  });
});

describe('in a worker', () => {
  const open: SiteDatabase[] = [];
  const never = new AbortController().signal;

  afterEach(async () => {
    await Promise.all(open.splice(0).map((database) => database.close()));
  });

  async function start(isStopWanted?: (token: string) => boolean, raise = () => {}) {
    const database = await openWorkerDatabase({
      start: (control) => {
        void runDatabaseWorker(control, () => memoryStorage().open(), isStopWanted);
        return { terminate: async () => {} };
      },
      signal: never,
      ...(isStopWanted ? { createStopSign: () => ({ token: 'sign', raise }) } : {}),
    });
    open.push(database);
    return database;
  }

  it('a batch is one transaction', async () => {
    const database = await start();
    const make = { sql: 'CREATE TABLE t (id PRIMARY KEY)', values: [] };
    const insert = { sql: 'INSERT INTO t VALUES (1)', values: [] };
    await expect(database.batch([make, insert, insert], never)).rejects.toMatchObject({
      failure: { statement: 2 },
    });
    const tables = { sql: 'SELECT count(*) FROM sqlite_schema', values: [] };
    expect(await database.batch([tables], never)).toMatchObject([{ rows: [[0]] }]);
    expect(await database.batch([], never)).toEqual([]);
  });

  it('a script that is given up looks at its stop sign, and is not begun when that is raised already', async () => {
    const seen: string[] = [];
    let raised = false;
    const database = await start(
      (token) => {
        seen.push(token);
        // As if somebody pressed the button while the statement runs.
        raised ||= seen.length > 1;
        return raised;
      },
      () => {},
    );
    const report = await database.script({ sql: ENDLESS, maxRows: 1 }, never);
    expect(report.failure?.code).toBe('stopped');
    expect(seen).toEqual(['sign', 'sign']);
    expect(await database.script({ sql: 'CREATE TABLE t (a)', maxRows: 1 }, never)).toEqual({
      results: [],
    });
  });

  it('the sign is raised when the caller gives up, and at the end in any case', async () => {
    let raises = 0;
    const database = await start(
      () => raises > 0,
      () => {
        raises += 1;
      },
    );
    const { results } = await database.script({ sql: 'SELECT 1', maxRows: 1 }, never);
    expect(results).toHaveLength(1);
    expect(raises).toBe(1);
    const gone = AbortSignal.abort();
    expect(await database.script({ sql: 'SELECT 1', maxRows: 1 }, gone)).toEqual({ results: [] });
  });

  it('without signs a caller who gives up waits no longer', async () => {
    const database = await start();
    const script = database.script({ sql: 'SELECT 1', maxRows: 1 }, AbortSignal.abort());
    await expect(script).rejects.toMatchObject({ code: 'cancelled' });
  });
});
