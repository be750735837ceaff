import { expect, it } from 'vitest';
import { memoryDatabase } from '../testing/memory-database.test.support.ts';
import { createTableSql, type NewTable, newTableProblem } from './new-table.ts';

const column = { name: 'name', type: 'TEXT', required: false } as const;

it('makes SQL that is easy to read, with quotation marks where they are needed', async () => {
  const table: NewTable = {
    name: 'order',
    numbered: true,
    columns: [
      { ...column, required: true },
      { ...column, name: ' say "hi" ', type: 'REAL' },
    ],
  };
  const sql = createTableSql(table);
  expect(sql).toBe(
    'CREATE TABLE "order" (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL,\n  "say ""hi""" REAL\n)',
  );
  const database = await memoryDatabase(sql);
  const tables = await database.tables();
  expect(tables.map(({ name }) => name)).toContain('order');
  expect(newTableProblem(table, tables)).toContain('already');
  expect(newTableProblem({ ...table, name: 'other' }, tables)).toBeUndefined();
});

it.each<[Partial<NewTable>, string]>([
  [{ name: '  ' }, 'name'],
  [{ name: 'SQLite_x' }, 'kept for SQLite'],
  [{ columns: [], numbered: false }, 'at least one'],
  [{ columns: [{ ...column, name: '' }] }, 'each column'],
  [{ columns: [column, { ...column, name: 'NAME' }] }, 'Two columns'],
])('refuses %j', (part, message) => {
  const table = { name: 'plants', numbered: true, columns: [column], ...part };
  expect(newTableProblem(table, [])).toContain(message);
});
