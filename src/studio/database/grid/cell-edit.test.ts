import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../protocol/peers.test.support.ts';
import { memoryDatabase } from '../testing/memory-database.test.support.ts';
import { createCellEdit } from './cell-edit.ts';
import { createChangeHistory } from './change-history.ts';
import { createTableView } from './table-view.ts';

async function setUp(script: string, name = 't') {
  const database = await memoryDatabase(script);
  const table = await database.table(name);
  const changes = createChangeHistory();
  const view = createTableView({ table, connection: database, changes, clock: new ManualClock() });
  await view.load();
  const edit = createCellEdit(view);
  const start = async (column: number, typed?: string, large?: boolean) => {
    const row = view.window.value?.rows[0];
    const found = table.columns[column];
    if (!row || !found) throw new Error('no such cell');
    await edit.start(row, found, typed, large);
  };
  return { database, view, edit, start };
}

describe('editing a value', () => {
  it('begins with the value, or with the letter that replaces it, and saves', async () => {
    const { database, edit, start } = await setUp(
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')",
    );
    const begun = start(0, 'y');
    // At once: the next letter is for the field.
    expect(edit.place.value).toMatchObject({ text: 'y', before: 'x', large: false });
    await begun;
    expect(await edit.saveText('yes')).toBe(true);
    expect(await database.rows('SELECT a FROM t')).toEqual([['yes']]);
    expect(edit.place.value).toBeUndefined();
  });

  it('keeps NULL as long as nobody types anything, and keeps it apart from the empty text', async () => {
    const { database, edit, start } = await setUp(
      'CREATE TABLE t (a TEXT); INSERT INTO t VALUES (NULL)',
    );
    await start(0);
    await edit.saveText('');
    expect(await database.rows('SELECT a FROM t')).toEqual([[null]]);
    await start(0);
    await edit.saveText('x');
    await start(0);
    await edit.saveText('');
    expect(await database.rows('SELECT a FROM t')).toEqual([['']]);
    await start(0);
    await edit.save(null);
    expect(await database.rows('SELECT a FROM t')).toEqual([[null]]);
  });

  it.each([
    ['a large number without a type', 'a', 4611686018427387905n],
    ['an empty text among numbers', 'a INTEGER', ''],
    ['a text that looks like a number', 'a', '007'],
    ['a number in exponents', 'a REAL', 1e300],
  ])('leaves %s as it is when nobody touches it', async (_, column, value) => {
    const { database, view, edit, start } = await setUp(`CREATE TABLE t (${column})`);
    await database.rows('INSERT INTO t VALUES (?)', value);
    await view.load();
    await start(0);
    expect(edit.place.value?.large).toBe(false);
    expect(await edit.saveText(edit.place.value?.text ?? 'none')).toBe(true);
    expect(edit.place.value).toBeUndefined();
    expect(await database.rows('SELECT a FROM t')).toEqual([[value]]);
  });

  it('says that somebody was quicker, and overwrites only when told to', async () => {
    const { database, edit, start } = await setUp("CREATE TABLE t (a); INSERT INTO t VALUES ('x')");
    await start(0);
    await database.rows("UPDATE t SET a = 'theirs'");
    expect(await edit.saveText('ours')).toBe(false);
    expect(edit.problem.value).toMatchObject({
      kind: 'conflict',
      message: 'Somebody has changed this meanwhile: it is now “theirs”.',
    });
    expect(await edit.overwrite()).toBe(true);
    expect(await database.rows('SELECT a FROM t')).toEqual([['ours']]);
  });

  it('stays open with what is wrong, until it is given up', async () => {
    const { edit, start } = await setUp(
      'CREATE TABLE t (a INTEGER NOT NULL); INSERT INTO t VALUES (1)',
    );
    await start(0);
    expect(await edit.saveText('many')).toBe(false);
    expect(edit.problem.value?.message).toContain('holds numbers');
    expect(await edit.saveText('')).toBe(false);
    expect(edit.problem.value?.message).toContain('NOT NULL constraint failed');
    edit.cancel();
    expect(edit.problem.value).toBeUndefined();
  });

  it('says when the row is gone', async () => {
    const { database, edit, start } = await setUp('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    await start(0);
    await database.rows('DELETE FROM t');
    expect(await edit.saveText('2')).toBe(false);
    expect(edit.problem.value?.message).toBe('This row has been deleted meanwhile.');
  });

  it('takes a dialog for what no cell can show, and fetches that whole', async () => {
    const { edit, start } = await setUp(
      `CREATE TABLE t (a, b, c, d AS (b));
       INSERT INTO t VALUES (printf('%.*c', 5000, 'x'), x'00', 'one' || char(13) || 'two')`,
    );
    for (const [column, before] of [
      [0, 'x'.repeat(5000)],
      [1, new Uint8Array(1)],
      [2, 'one\rtwo'],
    ] as const) {
      await start(column);
      expect(edit.place.value).toMatchObject({ before, large: true });
      edit.cancel();
    }
    await start(3);
    expect(edit.place.value).toBeUndefined();
    expect(edit.problem.value?.message).toBe('d is computed by the table.');
  });

  it('is refused where rows cannot be told apart, but looking is not', async () => {
    const { edit, start } = await setUp(
      'CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT * FROM t',
      'v',
    );
    await start(0);
    expect(edit.problem.value?.message).toContain('A view is computed');
    await start(0, undefined, true);
    expect(edit.place.value).toMatchObject({ before: 1, large: true });
    edit.cancel();
    const long = await setUp(
      "CREATE TABLE t (a); INSERT INTO t VALUES (printf('%.*c', 5000, 'x')); CREATE VIEW v AS SELECT * FROM t",
      'v',
    );
    await long.start(0, undefined, true);
    expect(long.edit.problem.value?.message).toContain('a query shows the whole value');
  });
});
