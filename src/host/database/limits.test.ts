import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../protocol/clock.ts';
import {
  MAX_BATCH_STATEMENTS,
  MAX_BOUND_VALUES,
  MAX_REQUEST_BYTES,
  MAX_SQL_LENGTH,
  MAX_VALUE_BYTES,
  REQUEST_TIME_MS,
} from './database-limits.ts';
import type { DatabaseAnswer } from './database-messages.ts';
import { DatabaseServer } from './database-server.ts';
import { SqlEngine } from './sql-engine.ts';
import { memoryStorage } from './testing/node-storages.ts';

const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';

/** A clock on which each look at it takes a second. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => {
      now += 1000;
      return now;
    },
    schedule: () => () => {},
  };
}

describe('the server of a database, with a hostile sandbox', () => {
  let engine: SqlEngine;
  let server: DatabaseServer;
  let broken: unknown[];

  async function open(clock?: Clock): Promise<void> {
    const { sqlite3, database } = await memoryStorage().open();
    engine = new SqlEngine(sqlite3, database, clock ? { clock } : {});
    broken = [];
    server = new DatabaseServer(engine, {
      onChange: () => {},
      onAnswered: () => {},
      onBroken: (cause) => broken.push(cause),
    });
  }

  beforeEach(() => open());

  afterEach(() => {
    expect(broken).toEqual([]);
    engine.close();
  });

  function run(sql: unknown, values: unknown = []): DatabaseAnswer {
    return server.answer(1, { id: 1, kind: 'run', statements: [{ sql, values }] });
  }

  function codeOf(answer: DatabaseAnswer): string {
    return answer.ok ? 'none' : answer.error.code;
  }

  it(`stops a request after ${REQUEST_TIME_MS} ms, undoes it, and goes on with the next`, async () => {
    engine.close();
    await open(hastyClock());
    run('CREATE TABLE t (i)');
    expect(codeOf(run(`${ENDLESS} SELECT count(*) FROM n`))).toBe('too-slow');
    expect(codeOf(run(`INSERT INTO t ${ENDLESS} SELECT i FROM n`))).toBe('too-slow');
    expect(run('SELECT count(*) FROM t')).toMatchObject({ ok: true, results: [{ rows: [[0]] }] });
  });

  it('stops a batch as a whole, and leaves no transaction open', async () => {
    engine.close();
    await open(hastyClock());
    run('CREATE TABLE t (i)');
    const statements = [
      { sql: 'INSERT INTO t VALUES (1)', values: [] },
      { sql: `${ENDLESS} SELECT count(*) FROM n`, values: [] },
    ];
    const answer = server.answer(1, { id: 1, kind: 'run', statements, transaction: true });
    expect(codeOf(answer)).toBe('too-slow');
    expect(run('SELECT count(*) FROM t')).toMatchObject({ ok: true, results: [{ rows: [[0]] }] });
  });

  it('stops a script of very many short statements', async () => {
    engine.close();
    await open(hastyClock());
    const sql = 'SELECT 1;'.repeat(100_000);
    expect(codeOf(server.answer(1, { id: 1, kind: 'script', sql }))).toBe('too-slow');
  });

  it('reads a script of a million semicolons', () => {
    const sql = ';'.repeat(MAX_SQL_LENGTH);
    expect(codeOf(server.answer(1, { id: 1, kind: 'script', sql }))).toBe('none');
  });

  it.each<[string, unknown]>([
    ['no message', null],
    ['no kind', { id: 1 }],
    ['no statements', { id: 1, kind: 'run', statements: [] }],
    ['statements that are none', { id: 1, kind: 'run', statements: [null] }],
    ['a statement without values', { id: 1, kind: 'run', statements: [{ sql: 'SELECT 1' }] }],
    ['SQL that is no text', { id: 1, kind: 'run', statements: [{ sql: {}, values: [] }] }],
    ['a script that is no text', { id: 1, kind: 'script', sql: 5 }],
    ['a NUL in SQL', { id: 1, kind: 'script', sql: 'SELECT 1;\0SELECT 2' }],
    ['a value of no type', { id: 1, kind: 'run', statements: [{ sql: 'SELECT ?', values: [{}] }] }],
    [
      'shared memory',
      {
        id: 1,
        kind: 'run',
        statements: [{ sql: 'SELECT ?', values: [new Uint8Array(new SharedArrayBuffer(8))] }],
      },
    ],
  ])('refuses %s', (_, message) => {
    expect(codeOf(server.answer(1, message))).toBe('SQLITE_MISUSE');
  });

  it('refuses integers beyond 64 bits', () => {
    expect(codeOf(run('SELECT ?', [2n ** 63n]))).toBe('SQLITE_MISMATCH');
    expect(codeOf(run('SELECT ?', [2n ** 63n - 1n]))).toBe('none');
  });

  it.each<[string, () => DatabaseAnswer]>([
    ['SQL that is too long', () => run(`SELECT 1 -- ${'x'.repeat(MAX_SQL_LENGTH)}`)],
    ['too many values', () => run('SELECT 1', new Array(MAX_BOUND_VALUES + 1).fill(1))],
    ['a text that is too long', () => run('SELECT ?', ['x'.repeat(MAX_VALUE_BYTES + 1)])],
    ['a blob that is too long', () => run('SELECT ?', [new Uint8Array(MAX_VALUE_BYTES + 1)])],
    [
      'values that are together too long',
      () => run('SELECT 1', new Array(5).fill('x'.repeat(MAX_REQUEST_BYTES / 4))),
    ],
    [
      'a batch of too many statements',
      () => {
        const statement = { sql: 'SELECT 1', values: [] };
        const statements = new Array(MAX_BATCH_STATEMENTS + 1).fill(statement);
        return server.answer(1, { id: 1, kind: 'run', statements });
      },
    ],
  ])('refuses %s', (_, attempt) => {
    expect(codeOf(attempt())).toBe('too-large');
  });

  it('refuses patterns of LIKE that would take for ever', () => {
    expect(codeOf(run('SELECT ? LIKE ?', ['a'.repeat(100), '%a'.repeat(100)]))).toBe(
      'SQLITE_ERROR',
    );
  });

  it('survives an expression that is nested too deeply', () => {
    const deep = `SELECT ${'('.repeat(50_000)}1${')'.repeat(50_000)}`;
    expect(codeOf(run(deep))).toBe('SQLITE_ERROR');
    expect(codeOf(run(`SELECT ${'+'.repeat(5_000)}1`))).not.toBe('closed');
  });

  it.each([
    [
      'room than a database may have',
      'CREATE TABLE big AS SELECT zeroblob(15000000) FROM n',
      'SQLITE_FULL',
    ],
    [
      'memory than there may be',
      'SELECT zeroblob(15000000) AS b FROM n ORDER BY b',
      'SQLITE_NOMEM',
    ],
  ])('survives a statement that wants more %s', (_, statement, code) => {
    const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100)';
    const sql = statement.startsWith('SELECT')
      ? `${numbers} ${statement}`
      : statement.replace('SELECT', `${numbers} SELECT`);
    expect(codeOf(run(sql))).toBe(code);
    expect(codeOf(run('SELECT 1'))).toBe('none');
  });

  it('passes over what cannot be answered, and goes on with what comes after it', async () => {
    const { port1, port2 } = new MessageChannel();
    const answered = new Promise((resolve) => {
      port2.addEventListener('message', ({ data }) => resolve(data));
    });
    port2.start();
    server.connect(port1);
    for (const message of [null, 5, 'close', [], {}, { id: 'x' }]) port2.postMessage(message);
    port2.postMessage({ id: 7, kind: 'script', sql: 'SELECT 1' });
    expect(await answered).toMatchObject({ id: 7, ok: true });
    port2.close();
  });
});
