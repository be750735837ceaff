/** How rows of a file become rows of a table. */
import type { InsertReport, SqlStatement, SqlValue } from '../../host.ts';
import { parseNumber, shortened } from '../grid/cell.ts';
import { plainColumns } from '../grid/row-changes.ts';
import { sameName, type Table } from '../schema/schema.ts';
import { placeholders, quoteName, quoteNames } from '../schema/sql-text.ts';
import type { ImportProblem, ImportSource } from './import-source.ts';

export type ColumnType = 'INTEGER' | 'REAL' | 'TEXT';
export const COLUMN_TYPES: readonly ColumnType[] = ['TEXT', 'INTEGER', 'REAL'];

/** What happens with one column of the file. */
export interface ColumnPlan {
  /** Name of the column in the table; undefined: it is left out. */
  readonly target: string | undefined;
  /** Of a new table's column. */
  readonly type: ColumnType;
}

export interface ImportPlan {
  /** Undefined: a new table. */
  readonly table: Table | undefined;
  /** Of a new table. */
  readonly newName: string;
  readonly columns: readonly ColumnPlan[];
  /** Deletes what the table has now, in the same transaction. */
  readonly replace: boolean;
  /** Keeps the other rows when some are bad. */
  readonly skipBad: boolean;
}

/** What the database is asked for, or what is wrong with the plan. */
export type PreparedImport =
  | {
      readonly ok: true;
      readonly before: readonly SqlStatement[];
      readonly insert: string;
      readonly rows: readonly (readonly SqlValue[])[];
    }
  | { readonly ok: false; readonly problem: string };

/** Rows that are looked at to find out what a column holds. */
const ROWS_GUESSED_FROM = 1000;

/** Digits that begin so are a telephone number or a code. */
const LEADING_ZERO = /^[+-]?0\d/;

/** Columns of the file beside the table's of the same name, or all of them for a new one. */
export function planColumns(source: ImportSource, table: Table | undefined): readonly ColumnPlan[] {
  const known = table ? plainColumns(table) : undefined;
  return source.columns.map((name, index) => ({
    target: known ? known.find((column) => sameName(column, name)) : name,
    type: guessType(source, index),
  }));
}

/** A name for a new table, from the file's: `Plants 2026.csv` becomes `plants_2026`. */
export function tableNameFrom(file: string, tables: readonly Table[]): string {
  const base =
    file
      .replace(/\.[^.]*$/, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '_')
      .replace(/^_+|_+$/g, '')
      .replace(/^(?=\d)/, 'table_')
      .slice(0, 60) || 'imported';
  let name = base;
  for (let number = 2; tables.some((table) => sameName(table.name, name)); number++) {
    name = `${base}_${number}`;
  }
  return name;
}

/** Makes statements of a plan. */
export function prepareImport(
  source: ImportSource,
  plan: ImportPlan,
  tables: readonly Table[],
): PreparedImport {
  const chosen = plan.columns.flatMap(({ target, type }, index) =>
    target === undefined ? [] : [{ target: target.trim(), type, index }],
  );
  if (chosen.length === 0) return refuse('Choose at least one column.');
  const twice = chosen.find(({ target }, index) =>
    chosen.slice(0, index).some((other) => sameName(other.target, target)),
  );
  if (twice) return refuse(`Two columns of the file would become “${twice.target}”.`);
  if (chosen.some(({ target }) => target === '')) return refuse('Give each new column a name.');
  const name = plan.table?.name ?? plan.newName.trim();
  if (name === '') return refuse('Give the new table a name.');
  if (!plan.table && tables.some((table) => sameName(table.name, name))) {
    return refuse(`There is a table “${name}” already. Choose it, or another name.`);
  }
  if (!plan.table && name.toLowerCase().startsWith('sqlite_')) {
    return refuse('Names that begin with sqlite_ are kept for SQLite.');
  }
  const columns = chosen.map(({ target }) => target);
  return {
    ok: true,
    before: beforeStatements(name, plan, chosen),
    insert: `INSERT INTO main.${quoteName(name)} (${quoteNames(columns)}) VALUES (${placeholders(columns.length)})`,
    rows: source.rows.map((row) => chosen.map(({ index }) => row[index] ?? null)),
  };
}

/** What the table refused, as problems of the file. */
export function refusedProblems(
  source: ImportSource,
  { refused }: InsertReport,
): readonly ImportProblem[] {
  return refused.map(({ index, failure }) => ({
    place: `${source.placeWord} ${source.places[index] ?? index + 1}`,
    text: shortened(failure.message, 200),
  }));
}

function beforeStatements(
  name: string,
  plan: ImportPlan,
  chosen: readonly { readonly target: string; readonly type: ColumnType }[],
): readonly SqlStatement[] {
  const table = `main.${quoteName(name)}`;
  if (plan.table) return plan.replace ? [{ sql: `DELETE FROM ${table}`, values: [] }] : [];
  const columns = chosen.map(({ target, type }) => `${quoteName(target)} ${type}`);
  return [{ sql: `CREATE TABLE ${table} (${columns.join(', ')})`, values: [] }];
}

function guessType({ rows }: ImportSource, column: number): ColumnType {
  let type: ColumnType | undefined;
  for (let index = 0; index < Math.min(rows.length, ROWS_GUESSED_FROM); index++) {
    const value = rows[index]?.[column] ?? null;
    if (value === null) continue;
    if (value instanceof Uint8Array) return 'TEXT';
    const number = typeof value === 'string' ? parseNumber(value) : value;
    if (number === undefined || (typeof value === 'string' && LEADING_ZERO.test(value.trim()))) {
      return 'TEXT';
    }
    if (typeof number === 'number' && !Number.isInteger(number)) type = 'REAL';
    type ??= 'INTEGER';
  }
  return type ?? 'TEXT';
}

function refuse(problem: string): PreparedImport {
  return { ok: false, problem };
}
