import { describe, expect, it } from 'vitest';
import { type InsertReport, SqlError } from '../../host.ts';
import { type MemoryDatabase, memoryDatabase } from '../testing/memory-database.test.support.ts';
import { exportTable } from './export-table.ts';
import {
  type ImportPlan,
  planColumns,
  prepareImport,
  refusedProblems,
  tableNameFrom,
} from './import-plan.ts';
import {
  guessCsvOptions,
  isJson,
  MAX_IMPORT_BYTES,
  readCsvSource,
  readImportFile,
  readJsonSource,
} from './import-source.ts';

const never = new AbortController().signal;
const CSV = { separator: ',', header: true } as const;

async function importText(
  database: MemoryDatabase,
  text: string,
  plan: Partial<ImportPlan> & { readonly into?: string },
): Promise<InsertReport> {
  const source = isJson('', text) ? readJsonSource(text) : readCsvSource(text, CSV);
  const tables = await database.tables();
  const table = tables.find(({ name }) => name === plan.into);
  const prepared = prepareImport(
    source,
    {
      table,
      newName: 'new table',
      columns: planColumns(source, table),
      replace: false,
      skipBad: false,
      ...plan,
    },
    tables,
  );
  if (!prepared.ok) throw new Error(prepared.problem);
  const { before, insert, rows } = prepared;
  const skipRefused = plan.skipBad ?? false;
  return database.site.insertRows({ before, insert, rows, skipRefused }, never);
}

describe('importing rows', () => {
  it('makes a table with types that fit what is in the columns', async () => {
    const database = await memoryDatabase();
    const text = 'code,count,price,"odd ""name"""\n007,1,1.5,x\n008,,2,\n';
    expect(await importText(database, text, {})).toMatchObject({ kept: true, inserted: 2 });
    const table = await database.table('new table');
    expect(table.columns.map(({ name, type }) => [name, type])).toEqual([
      ['code', 'TEXT'],
      ['count', 'INTEGER'],
      ['price', 'REAL'],
      ['odd "name"', 'TEXT'],
    ]);
    expect(await database.rows('SELECT * FROM "new table"')).toEqual([
      ['007', 1, 1.5, 'x'],
      ['008', null, 2, null],
    ]);
  });

  it('puts columns where their names lead, converts as the table does, and replaces its rows if wanted', async () => {
    const database = await memoryDatabase(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, Name TEXT DEFAULT 'x'); INSERT INTO t VALUES (1, 'old')",
    );
    const text = '[{"name": 5, "id": "2", "more": 1}, {"id": 3}]';
    expect(await importText(database, text, { into: 't', replace: true })).toMatchObject({
      inserted: 2,
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([
      [2, '5'],
      [3, null],
    ]);
  });

  it('imports nothing when the table refuses rows, and says which lines; or leaves them out', async () => {
    const database = await memoryDatabase('CREATE TABLE t (id INTEGER PRIMARY KEY)');
    const text = 'id\n1\n"2"\nx\n2\n';
    const report = await importText(database, text, { into: 't' });
    expect(report).toMatchObject({ kept: false, refusedCount: 2 });
    expect(refusedProblems(readCsvSource(text, CSV), report)).toEqual([
      { place: 'Line 4', text: 'datatype mismatch' },
      { place: 'Line 5', text: 'UNIQUE constraint failed: t.id' },
    ]);
    expect(await database.rows('SELECT * FROM t')).toEqual([]);
    await importText(database, text, { into: 't', skipBad: true });
    expect(await database.rows('SELECT * FROM t')).toEqual([[1], [2]]);
  });

  it('refuses a plan that makes no sense', async () => {
    const database = await memoryDatabase('CREATE TABLE t (a)');
    await expect(importText(database, 'a\n1', { newName: 'T' })).rejects.toThrow('already');
    await expect(importText(database, 'a\n1', { newName: ' ' })).rejects.toThrow('name');
    await expect(importText(database, 'b\n1', { into: 't' })).rejects.toThrow('at least one');
    const twice = [
      { target: 'a', type: 'TEXT' },
      { target: 'A', type: 'TEXT' },
    ] as const;
    await expect(importText(database, 'a,b\n1,2', { columns: twice })).rejects.toThrow(
      'Two columns',
    );
  });

  it('finds a free name for the table', async () => {
    const database = await memoryDatabase('CREATE TABLE plants_2026 (a)');
    const tables = await database.tables();
    expect(tableNameFrom('Plants 2026.csv', tables)).toBe('plants_2026_2');
    expect(tableNameFrom('...', tables)).toBe('imported');
    expect(tableNameFrom('2026.json', tables)).toBe('table_2026');
  });

  it('brings a table out and in again as it was, as CSV and as JSON', async () => {
    const database = await memoryDatabase(`CREATE TABLE t (id INTEGER PRIMARY KEY, a, "b c" TEXT);
      INSERT INTO t VALUES (1, 1.5, ''), (2, NULL, 'x,"y"
z'), (3, 9007199254740993, NULL)`);
    const table = await database.table('t');
    const before = await database.rows('SELECT * FROM t');
    for (const format of ['csv', 'json'] as const) {
      const text = await (await exportTable(database, table, format, never)).text();
      await importText(database, text, { into: 't', replace: true });
      const after = await database.rows('SELECT id, CAST(a AS NUMERIC), "b c" FROM t');
      // JSON keeps large integers where the engine tells a number's own text.
      expect(
        after.map((row) => row.map((value) => (value === null ? null : String(value)))),
      ).toEqual(before.map((row) => row.map((value) => (value === null ? null : String(value)))));
    }
  });

  it('brings out large tables and large values piece by piece', async () => {
    const database = await memoryDatabase(`CREATE TABLE n AS WITH RECURSIVE n(i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1201) SELECT i FROM n;
      CREATE TABLE pairs (a, b, PRIMARY KEY (b, a)) WITHOUT ROWID;
      INSERT INTO pairs SELECT i, i % 3 FROM n WHERE i <= 30; CREATE VIEW v AS SELECT i FROM n LIMIT 3`);
    let refused = 0;
    /** Refuses more than seven rows at once, as the database does when they are large. */
    const connection: Pick<MemoryDatabase, 'batch'> = {
      batch: (statements, signal) => {
        if (statements[0]?.sql.includes('pairs') && Number(statements[0].values.at(-1)) > 7) {
          refused += 1;
          const failure = { message: '', code: 'too-large', outcome: 'nothing' } as const;
          return Promise.reject(new SqlError(failure));
        }
        return database.batch(statements, signal);
      },
    };
    const csv = async (name: string) =>
      (await exportTable(connection, await database.table(name), 'csv', never)).text();
    expect((await csv('n')).split('\r\n')).toHaveLength(1203);
    expect(new Set((await csv('pairs')).split('\r\n')).size).toBe(32);
    expect(refused).toBe(3);
    expect(await csv('v')).toBe('i\r\n1\r\n2\r\n3\r\n');
  });
});

describe('a file to import', () => {
  it('is read in UTF-8 or UTF-16, and refused otherwise', async () => {
    expect(await readImportFile(new Blob(['\ufeffä']))).toBe('ä');
    const wide = new Uint8Array([0xff, 0xfe, 0xe4, 0x00]);
    expect(await readImportFile(new Blob([wide]))).toBe('ä');
    const latin = new Blob([new Uint8Array([0xe4, 0x2c])]);
    await expect(readImportFile(latin)).rejects.toThrow('no text in UTF-8');
  });

  it('is refused when it is too large, before it is read', async () => {
    const file = { size: MAX_IMPORT_BYTES + 1 } as Blob;
    await expect(readImportFile(file)).rejects.toThrow('larger than 64 MiB');
  });

  it('is taken for CSV or JSON by its name and its beginning', () => {
    expect(isJson('a.json', '')).toBe(true);
    expect(isJson('a', ' [1]')).toBe(true);
    expect(isJson('a.csv', '[1]')).toBe(false);
  });

  it('has names in its first line, or none', () => {
    expect(guessCsvOptions('name;price\nfern;2')).toEqual({ separator: ';', header: true });
    expect(guessCsvOptions('1,2\n3,4').header).toBe(false);
    expect(readCsvSource('1,2\n3,4', { separator: ',', header: false })).toMatchObject({
      columns: ['column_1', 'column_2'],
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    });
  });

  it('tells lines of another length', () => {
    const { rows, problems } = readCsvSource('a,b\n1\n1,2\n1,2,3', CSV);
    expect(rows).toEqual([['1', '2']]);
    expect(problems).toEqual([
      { place: 'Line 2', text: 'it has 1 field instead of 2' },
      { place: 'Line 4', text: 'it has 3 fields instead of 2' },
    ]);
  });

  it.each([
    ['{}', 'no list of objects'],
    ['[]', 'no list of objects'],
    ['[1, 2]', 'no list of objects'],
    ['[{]', 'no JSON'],
    [
      JSON.stringify([Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [i, i]))]),
      'more than',
    ],
  ])('of JSON is refused: %.20s', (text, message) => {
    expect(() => readJsonSource(text)).toThrow(message);
  });

  it('of JSON may have other things than objects in between, and any values', () => {
    const text = '[{"a": true, "__proto__": null}, 5, {"a": [1, {"b": null}]}]';
    expect(readJsonSource(text)).toMatchObject({
      columns: ['a', '__proto__'],
      rows: [
        [1, null],
        ['[1,{"b":null}]', null],
      ],
      places: [1, 3],
      problems: [{ place: 'Item 2', text: 'it is no object' }],
    });
  });
});
