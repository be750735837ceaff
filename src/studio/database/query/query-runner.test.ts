import { describe, expect, it } from 'vitest';
import type { SiteDatabase } from '../../../host/database/site-database.ts';
import { memoryDatabase } from '../testing/memory-database.test.support.ts';
import { createQueryHistory } from './query-history.ts';
import { createQueryRunner, failureRange, RESULT_ROWS } from './query-runner.ts';

function runnerFor(database: () => Promise<SiteDatabase>) {
  const storage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  const history = createQueryHistory({ storage, serverName: 'garden', now: () => 0 });
  const runner = createQueryRunner({ connection: { database }, history });
  return { runner, history };
}

const NUMBERS =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT i FROM n';

describe('running queries', () => {
  it('remembers them, and shows more rows when asked', async () => {
    const { site } = await memoryDatabase();
    const { runner, history } = runnerFor(async () => site);
    await runner.run(NUMBERS);
    expect(history.queries.value[0]?.sql).toBe(NUMBERS);
    const rows = () => {
      const { value } = runner.state;
      return value.kind === 'done' ? value.report.results[0]?.rows.length : undefined;
    };
    expect(rows()).toBe(RESULT_ROWS);
    await runner.showMore();
    expect(rows()).toBe(RESULT_ROWS * 5);
    await runner.showMore();
    await runner.showMore();
    await runner.showMore();
    expect(rows()).toBe(5000);
  });

  it('does not repeat what changes something, only to show more', async () => {
    const { site, rows } = await memoryDatabase('CREATE TABLE t (a)');
    const { runner } = runnerFor(async () => site);
    await runner.run(`INSERT INTO t ${NUMBERS} RETURNING a`);
    await runner.showMore();
    expect(await rows('SELECT count(*) FROM t')).toEqual([[9999]]);
  });

  it('does one run at a time, and stops it when asked', async () => {
    const asked: AbortSignal[] = [];
    let finish = () => {};
    const stub = {
      script: (_: unknown, signal: AbortSignal) => {
        asked.push(signal);
        return new Promise((resolve) => {
          finish = () => resolve({ results: [] });
        });
      },
    };
    const { runner } = runnerFor(
      async () => Object.assign(Object.create(null), stub) as SiteDatabase,
    );
    const first = runner.run('SELECT 1');
    await runner.run('SELECT 2');
    await Promise.resolve();
    expect(asked).toHaveLength(1);
    runner.stop();
    expect(asked[0]?.aborted).toBe(true);
    finish();
    await first;
    expect(runner.state.value.kind).toBe('done');
  });

  it('says why nothing could be asked', async () => {
    const { runner } = runnerFor(() => Promise.reject(new Error('no storage')));
    await runner.run('SELECT 1');
    expect(runner.state.value).toMatchObject({ kind: 'failed' });
  });
});

describe('the place of a fault', () => {
  const range = (sql: string, position?: number) => {
    const failure = { message: '', code: '', outcome: 'nothing' as const };
    const { from, to } = failureRange(
      sql,
      position === undefined ? failure : { ...failure, position },
    );
    return sql.slice(from, to);
  };

  it.each([
    ['SELECT nmae FROM t', 7, 'nmae'],
    ['SELECT größe!', 7, 'größe'],
    ['SELECT ,', 7, ','],
    ['SELECT (  ', 99, '('],
    ['SELECT', undefined, 'SELECT'],
    ['', 0, ''],
  ])('in %j at %s is %j', (sql, position, word) => {
    expect(range(sql, position)).toBe(word);
  });
});
