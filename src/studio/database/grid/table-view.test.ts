import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../protocol/peers.test.support.ts';
import type { DatabaseConnection } from '../database-connection.ts';
import { memoryDatabase } from '../testing/memory-database.test.support.ts';
import { type Change, createChangeHistory } from './change-history.ts';
import { MAX_COLUMNS_SHOWN, PAGE_ROWS } from './row-window.ts';
import { createTableView, keyText, NEWS_MS, type TableView, undoChange } from './table-view.ts';

const never = new AbortController().signal;

async function setUp(script: string, name: string) {
  const database = await memoryDatabase(script);
  const clock = new ManualClock();
  const changes = createChangeHistory();
  const table = await database.table(name);
  const view = createTableView({ table, connection: database, changes, clock });
  await view.load();
  const undo = (wanted?: Change, connection: Pick<DatabaseConnection, 'batch'> = database) =>
    undoChange({ changes, connection, signal: never }, wanted);
  return { database, clock, view, undo };
}

function rowAt(view: TableView, index: number) {
  const row = view.window.value?.rows[index];
  if (!row) throw new Error(`no row ${index}`);
  return row;
}

function shown(view: TableView): unknown[][] {
  return (view.window.value?.rows ?? []).map(({ cells }) =>
    cells.map((cell) => (cell.kind === 'value' ? cell.value : cell)),
  );
}

const PLANTS = `CREATE TABLE "the plants" ("the ""name""" TEXT, price REAL);
  INSERT INTO "the plants" VALUES ('fern', 2), ('ivy', NULL), ('', 1.5)`;

describe('the rows of a table', () => {
  it('come sorted, filtered and in pages, whatever the names are', async () => {
    const { view } = await setUp(PLANTS, 'the plants');
    expect(shown(view)).toEqual([
      ['fern', 2],
      ['ivy', null],
      ['', 1.5],
    ]);
    await view.sortBy('the "name"');
    expect(shown(view).map(([name]) => name)).toEqual(['', 'fern', 'ivy']);
    await view.sortBy('the "name"');
    expect(shown(view).map(([name]) => name)).toEqual(['ivy', 'fern', '']);
    await view.sortBy('the "name"');
    expect(view.request.value.sort).toBeUndefined();
    await view.filterBy({ column: undefined, kind: 'contains', text: 'E' });
    expect(shown(view)).toEqual([['fern', 2]]);
    await view.filterBy({ column: 'price', kind: 'null', text: '' });
    expect(shown(view)).toEqual([['ivy', null]]);
    await view.filterBy({ column: 'price', kind: 'greater', text: '1.6' });
    expect(shown(view)).toEqual([['fern', 2]]);
    await view.filterBy({ column: 'price', kind: 'equals', text: '1.5' });
    expect(shown(view)).toEqual([['', 1.5]]);
    await view.filterBy({ column: undefined, kind: 'contains', text: "%'\\_" });
    expect(shown(view)).toEqual([]);
  });

  it('are counted, and a page that has emptied gives way to the one before', async () => {
    const script = `CREATE TABLE n AS WITH RECURSIVE n(i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${PAGE_ROWS + 5}) SELECT i FROM n`;
    const { database, view } = await setUp(script, 'n');
    expect(view.window.value).toMatchObject({ more: true, count: PAGE_ROWS + 5 });
    await view.turn(1);
    expect(view.window.value).toMatchObject({ more: false });
    expect(shown(view)).toHaveLength(5);
    await database.rows(`DELETE FROM n WHERE i > ${PAGE_ROWS}`);
    await view.load(true);
    expect(view.request.value.offset).toBe(0);
    expect(shown(view)).toHaveLength(PAGE_ROWS);
    await view.turn(-1);
    expect(view.request.value.offset).toBe(0);
  });

  it('leave long texts and blobs in the database until they are asked for', async () => {
    const script = `CREATE TABLE t (a); INSERT INTO t VALUES (printf('%.*c', 100000, 'x')), (zeroblob(99)), ('')`;
    const { view } = await setUp(script, 't');
    expect(view.window.value?.rows.map(({ cells: [cell] }) => cell)).toEqual([
      { kind: 'long', start: 'x'.repeat(120), bytes: 100_000 },
      { kind: 'blob', bytes: 99 },
      { kind: 'value', value: '' },
    ]);
    expect(await view.value(rowAt(view, 0), 'a')).toHaveLength(100_000);
    expect(await view.value(rowAt(view, 1), 'a')).toEqual(new Uint8Array(99));
  });

  it('show a bounded number of columns', async () => {
    const columns = Array.from({ length: 1000 }, (_, index) => `c${index}`).join();
    const { view } = await setUp(
      `CREATE TABLE wide (${columns}); INSERT INTO wide (c0) VALUES (1)`,
      'wide',
    );
    expect(shown(view)[0]).toHaveLength(MAX_COLUMNS_SHOWN);
  });

  it('are marked when others have changed them, for a while', async () => {
    const { database, clock, view } = await setUp(PLANTS, 'the plants');
    await database.rows(`UPDATE "the plants" SET price = 9 WHERE "the ""name""" = 'ivy'`);
    await view.load(true);
    expect([...view.news.value]).toEqual([keyText(rowAt(view, 1))]);
    await clock.advance(NEWS_MS);
    expect(view.news.value.size).toBe(0);
  });

  it('stay as they are while something is edited, and follow afterwards', async () => {
    const { database, view } = await setUp(PLANTS, 'the plants');
    const release = view.hold();
    await database.rows('DELETE FROM "the plants"');
    await view.load(true);
    expect(shown(view)).toHaveLength(3);
    release();
    release();
    await view.load(true);
    expect(shown(view)).toEqual([]);
  });

  it('tell what is wrong when the table is gone', async () => {
    const { database, view } = await setUp(PLANTS, 'the plants');
    await database.rows('DROP TABLE "the plants"');
    await view.load();
    expect(view.problem.value).toContain('no such table');
  });
});

describe('changing rows', () => {
  it('writes one value and takes it back', async () => {
    const { view, undo } = await setUp(PLANTS, 'the plants');
    const to = { column: 'the "name"', value: 'moss' };
    expect(await view.update(rowAt(view, 0), to, 'fern')).toEqual({ kind: 'done' });
    await view.load();
    expect(shown(view)[0]).toEqual(['moss', 2]);
    expect(await undo()).toBe('Undone: Changed the "name" in the plants.');
    await view.load();
    expect(shown(view)[0]).toEqual(['fern', 2]);
    expect(await undo()).toBeUndefined();
  });

  it('changes nothing that somebody else has changed or deleted meanwhile, unless told to', async () => {
    const { database, view } = await setUp(PLANTS, 'the plants');
    await database.rows(`UPDATE "the plants" SET price = 7 WHERE price = 2`);
    const to = { column: 'price', value: 3 };
    const row = rowAt(view, 0);
    expect(await view.update(row, to, 2)).toEqual({ kind: 'conflict', now: 7 });
    expect(await view.update(row, to, undefined)).toEqual({ kind: 'done' });
    await database.rows('DELETE FROM "the plants"');
    expect(await view.update(row, to, 3)).toEqual({ kind: 'gone' });
  });

  it('finds a row again whose key was changed, to take that back', async () => {
    const { view, undo, database } = await setUp(
      `CREATE TABLE p (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO p VALUES (1, 'x'), (2, 'y')`,
      'p',
    );
    expect(await view.update(rowAt(view, 0), { column: 'b', value: 'z' }, 'x')).toEqual({
      kind: 'done',
    });
    expect(await database.rows('SELECT * FROM p')).toEqual([
      [1, 'z'],
      [2, 'y'],
    ]);
    await undo();
    expect(await database.rows('SELECT * FROM p')).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
  });

  it('says what the table refuses', async () => {
    const { view } = await setUp('CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1), (2)', 't');
    expect(await view.update(rowAt(view, 0), { column: 'a', value: 2 }, 1)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('UNIQUE constraint failed'),
    });
  });

  it('deletes rows and brings them back with their numbers and values', async () => {
    const { database, view, undo } = await setUp(
      `CREATE TABLE t (a, b AS (a || '!')); INSERT INTO t (rowid, a) VALUES (5, NULL), (9, x'00ff'), (12, 4611686018427387905)`,
      't',
    );
    view.select([rowAt(view, 0), rowAt(view, 1), rowAt(view, 2)], true);
    view.select([rowAt(view, 2)], false);
    expect([...view.selected.value]).toEqual(['[5]', '[9]']);
    const all = await database.rows('SELECT rowid, a FROM t');
    const rows = view.window.value?.rows ?? [];
    expect(await view.remove(rows)).toMatchObject({ ok: true, count: 3 });
    expect(await database.rows('SELECT count(*) FROM t')).toEqual([[0]]);
    await view.load();
    expect(view.selected.value.size).toBe(0);
    expect(await undo()).toContain('Undone');
    expect(await database.rows('SELECT rowid, a FROM t')).toEqual(all);
  });

  it('cannot take back what has gone from other tables, and says so', async () => {
    const { view } = await setUp(
      `CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE u (t REFERENCES t ON DELETE CASCADE);
       INSERT INTO t VALUES (1)`,
      't',
    );
    expect(await view.remove([rowAt(view, 0)])).toEqual({
      ok: true,
      change: undefined,
      count: 1,
    });
  });

  it('adds a row with defaults for what is not given, and takes it back', async () => {
    const { database, view, undo } = await setUp("CREATE TABLE t (a DEFAULT 'x', b)", 't');
    expect(await view.insert([])).toMatchObject({
      ok: true,
      change: { title: 'Added a row to t' },
    });
    expect(await view.insert([{ column: 'b', value: '' }])).toMatchObject({ ok: true });
    expect(await database.rows('SELECT * FROM t')).toEqual([
      ['x', null],
      ['x', ''],
    ]);
    await undo();
    expect(await database.rows('SELECT * FROM t')).toEqual([['x', null]]);
  });

  it('does not take back a row that is another one by now', async () => {
    const { database, view, undo } = await setUp(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b, c REAL)',
      't',
    );
    const values = [
      { column: 'a', value: '007' },
      { column: 'b', value: 4611686018427387905n },
      { column: 'c', value: 2 },
    ];
    await view.insert(values);
    expect(await undo()).toBe('Undone: Added a row to t.');
    expect(await database.rows('SELECT * FROM t')).toEqual([]);
    await view.insert(values);
    await database.rows('DELETE FROM t');
    await database.rows("INSERT INTO t (a) VALUES ('a visitor’s')");
    expect(await undo()).toContain('has been changed since');
    expect(await database.rows('SELECT id, a FROM t')).toEqual([[1, 'a visitor’s']]);
  });

  it('takes back a row of many columns', async () => {
    const columns = Array.from({ length: 1500 }, (_, index) => `c${index}`).join();
    const { database, view, undo } = await setUp(`CREATE TABLE t (${columns})`, 't');
    await view.insert([{ column: 'c1499', value: 'x' }]);
    expect(await undo()).toContain('Undone');
    expect(await database.rows('SELECT count(*) FROM t')).toEqual([[0]]);
  });

  it('brings back rows that refer to each other', async () => {
    const { database, view, undo } = await setUp(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, parent REFERENCES t);
       INSERT INTO t VALUES (2, NULL), (1, 2)`,
      't',
    );
    await view.remove([rowAt(view, 0), rowAt(view, 1)]);
    expect(await undo()).toContain('Undone');
    expect(await database.rows('SELECT * FROM t')).toEqual([
      [1, 2],
      [2, null],
    ]);
  });

  it('keeps what could not be undone, to try it again', async () => {
    const { database, view, undo } = await setUp(
      'CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)',
      't',
    );
    await view.remove([rowAt(view, 0)]);
    await database.rows('INSERT INTO t (rowid, a) VALUES (9, 1)');
    expect(await undo()).toContain('UNIQUE constraint failed');
    await database.rows('DELETE FROM t');
    const broken = { batch: () => Promise.reject(new Error('closed')) };
    expect(await undo(undefined, broken)).toContain('could not be undone');
    expect(await undo()).toContain('Undone');
    expect(await database.rows('SELECT rowid, a FROM t')).toEqual([[1, 1]]);
  });

  it('undoes the change that is meant, whatever came after it', async () => {
    const { view, undo } = await setUp(PLANTS, 'the plants');
    const outcome = await view.remove([rowAt(view, 0)]);
    await view.update(rowAt(view, 1), { column: 'price', value: 5 }, null);
    const change = outcome.ok ? outcome.change : undefined;
    expect(await undo(change)).toBe('Undone: Deleted a row of the plants.');
    expect(await undo(change)).toBeUndefined();
    await view.load();
    expect(shown(view)).toEqual([
      ['fern', 2],
      ['ivy', 5],
      ['', 1.5],
    ]);
    expect(await undo()).toContain('Changed price');
  });

  it('does not undo what has been changed since', async () => {
    const { database, view, undo } = await setUp(PLANTS, 'the plants');
    await view.update(rowAt(view, 0), { column: 'price', value: 5 }, 2);
    await database.rows('UPDATE "the plants" SET price = 6');
    expect(await undo()).toContain('has been changed since');
    expect(await database.rows('SELECT DISTINCT price FROM "the plants"')).toEqual([[6]]);
  });
});
