import { describe, expect, it } from 'vitest';
import type { MemoryDatabase } from '../testing/memory-database.test.support.ts';
import { memoryDatabase } from '../testing/memory-database.test.support.ts';
import { MAX_ROWS_SAVED, wholeResult } from './whole-result.ts';

const never = new AbortController().signal;
const SHOWN = 200;

function numbers(count: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n`;
}

/** Runs a script as the page does, and asks for one of its results whole. */
async function run({ site }: MemoryDatabase, sql: string, shown = SHOWN) {
  const report = await site.script({ sql, maxRows: shown }, never);
  const connection = { database: async () => site };
  return (index: number) => wholeResult({ connection, sql, report, index, signal: never });
}

describe('a result for a file', () => {
  it('has all rows, also after the page has shown as many as it can', async () => {
    const whole = await run(await memoryDatabase(), numbers(6000), 5000);
    expect(await whole(0)).toMatchObject({ columns: ['i'], cut: undefined });
    expect((await whole(0))?.rows).toHaveLength(6000);
  });

  it('is that of its own statement, and repeats no other', async () => {
    const database = await memoryDatabase('CREATE TABLE t (größe)');
    const whole = await run(
      database,
      `INSERT INTO t VALUES ('ü 🌱'); ${numbers(300)}; SELECT größe FROM t; ${numbers(400)}`,
    );
    expect((await whole(1))?.rows).toHaveLength(300);
    expect(await whole(2)).toMatchObject({ columns: ['größe'], rows: [['ü 🌱']] });
    expect((await whole(3))?.rows).toHaveLength(400);
    expect(await database.rows('SELECT count(*) FROM t')).toEqual([[1]]);
  });

  it('is cut when asking again could change something, and says so', async () => {
    const database = await memoryDatabase('CREATE TABLE t (a)');
    const inserted = await run(database, `INSERT INTO t ${numbers(300)} RETURNING a`);
    const cut = expect.stringContaining('could change the database');
    expect(await inserted(0)).toMatchObject({ cut });
    expect((await inserted(0))?.rows).toHaveLength(SHOWN);
    expect(await database.rows('SELECT count(*) FROM t')).toEqual([[300]]);
    const failed = await run(database, `${numbers(300)}; SELECT b FROM t`);
    expect(await failed(0)).toMatchObject({ cut });
  });

  it('says why there is none when it cannot be asked again', async () => {
    const database = await memoryDatabase(`CREATE TABLE t AS ${numbers(300)}`);
    const whole = await run(database, 'SELECT i FROM t');
    await database.rows('DROP TABLE t');
    await expect(whole(0)).rejects.toThrow('no such table: t');
  });

  it('says that there are more rows than a file takes', async () => {
    const whole = await run(await memoryDatabase(), numbers(MAX_ROWS_SAVED + 1));
    const found = await whole(0);
    expect(found?.rows).toHaveLength(MAX_ROWS_SAVED);
    expect(found?.cut).toContain('A file takes no more');
  });
});
