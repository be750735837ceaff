import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from './migrations.ts';
import { SqlEngine } from './sql-engine.ts';
import { fileStorage, memoryStorage } from './testing/node-storages.ts';

describe.each([memoryStorage(), fileStorage()])('migrations of a database $name', (storage) => {
  let engine: SqlEngine;

  beforeEach(async () => {
    const { sqlite3, database } = await storage.open();
    engine = new SqlEngine(sqlite3, database);
  });

  afterEach(async () => {
    engine.close();
    await storage.clean();
  });

  const first = { path: 'migrations/0001.sql', text: 'CREATE TABLE a (x);' };
  const second = { path: 'migrations/0002.sql', text: 'INSERT INTO a VALUES (1);' };

  it('apply in the order of their names, once', async () => {
    const note = { path: 'migrations/notes.md', text: 'not SQL' };
    const { applied } = await migrate(engine, [second, note, first]);
    expect(applied).toEqual([first.path, second.path]);
    expect(await migrate(engine, [first, second])).toEqual({ ok: true, applied: [], entries: [] });
    expect(engine.own('SELECT x FROM a')).toEqual([[1]]);
  });

  it('tell the line of what is wrong, and undo that file alone', async () => {
    const text = 'CREATE TABLE b (y);\n\n-- The next line is wrong:\n  INSRT INTO b VALUES (1);\n';
    const wrong = { path: 'migrations/0002.sql', text };
    const third = { path: 'migrations/0003.sql', text: 'CREATE TABLE c (z);' };
    const report = await migrate(engine, [first, wrong, third]);
    expect(report).toMatchObject({
      ok: false,
      applied: [first.path],
      entries: [
        {
          level: 'error',
          text: expect.stringContaining('near "INSRT": syntax error'),
          place: { file: wrong.path, line: 4, column: 3, lineText: '  INSRT INTO b VALUES (1);' },
        },
      ],
    });
    expect(engine.own("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b', 'c')")).toEqual([
      ['a'],
    ]);
    const mended = { ...wrong, text: 'CREATE TABLE b (y)' };
    expect((await migrate(engine, [first, mended, third])).applied).toEqual([
      wrong.path,
      third.path,
    ]);
  });

  it('tell the line of a statement that fails when it runs', async () => {
    const text =
      "CREATE TABLE b (y UNIQUE);\nINSERT INTO b VALUES ('ä');\nINSERT INTO b\n  VALUES ('ä');";
    const { entries } = await migrate(engine, [{ path: 'migrations/1.sql', text }]);
    expect(entries).toMatchObject([{ place: { line: 3, column: 1 } }]);
  });

  it('warn of a change to one that was applied, but not of other ends of lines', async () => {
    await migrate(engine, [{ ...first, text: 'CREATE TABLE a (x);\n' }]);
    const sameText = { ...first, text: 'CREATE TABLE a (x);\r\n' };
    expect((await migrate(engine, [sameText])).entries).toEqual([]);
    const report = await migrate(engine, [{ ...first, text: 'CREATE TABLE a (x, y)' }, second]);
    expect(report).toMatchObject({
      ok: true,
      applied: [second.path],
      entries: [{ level: 'warn' }],
    });
  });

  it('refuse transactions of their own, with a hint', async () => {
    const { entries } = await migrate(engine, [
      { path: 'migrations/1.sql', text: 'CREATE TABLE b (y);\nCOMMIT;\nDROP TABLE b' },
    ]);
    expect(entries).toMatchObject([
      { text: expect.stringContaining('COMMIT is not allowed'), place: { line: 2 } },
    ]);
    expect(entries[0]?.hint).toContain('Each migration is one');
  });
});
