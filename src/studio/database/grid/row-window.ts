/** The part of a table that is shown: how it is asked for, and its rows. */
import type { SqlResult, SqlStatement, SqlValue } from '../../host.ts';
import type { Column, RowKey, Table } from '../schema/schema.ts';
import { likePattern, quoteName } from '../schema/sql-text.ts';
import { type Cell, LONG_TEXT_BYTES, LONG_TEXT_SHOWN, parseNumber } from './cell.ts';

/** Rows of a page: few enough to draw at once. */
export const PAGE_ROWS = 100;

/** Columns that are drawn; SQLite allows 2,000. */
export const MAX_COLUMNS_SHOWN = 60;

/** Rows are counted up to here: counting all of a large table would make visitors wait. */
export const MAX_COUNTED = 100_000;

/** The same in the list of tables, where all of them are counted again and again. */
export const MAX_LISTED = 10_000;

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** Undefined column: any. */
export interface Filter {
  readonly column: string | undefined;
  readonly kind: 'contains' | 'equals' | 'greater' | 'less' | 'null' | 'not-null';
  readonly text: string;
}

export interface WindowRequest {
  readonly sort: Sort | undefined;
  readonly filter: Filter | undefined;
  /** Rows before the first one. */
  readonly offset: number;
}

export interface GridRow {
  /** What finds the row again, in the order of the key's columns; empty when nothing does. */
  readonly key: readonly SqlValue[];
  readonly cells: readonly Cell[];
}

export interface RowWindow {
  readonly rows: readonly GridRow[];
  /** There are rows behind these. */
  readonly more: boolean;
  /** Rows that fit the filter; `MAX_COUNTED + 1` stands for more than that. */
  readonly count: number;
}

/** The table's columns that are drawn. */
export function shownColumns(table: Table): readonly Column[] {
  return table.columns.slice(0, MAX_COLUMNS_SHOWN);
}

/** Columns of the key, as they stand in a statement. */
export function keyColumns(key: RowKey): readonly string[] {
  switch (key.kind) {
    case 'rowid':
      return [key.alias];
    case 'primary':
      return key.columns.map(quoteName);
    case 'none':
      return [];
  }
}

/** A page of rows and their number, to be asked for at one moment; `readWindow` takes the results. */
export function windowStatements(table: Table, request: WindowRequest): readonly SqlStatement[] {
  const from = `FROM main.${quoteName(table.name)}`;
  const { sql: where, values } = filterClause(table, request.filter);
  const columns = [
    ...keyColumns(table.key),
    ...shownColumns(table).flatMap(({ name }) => cellExpressions(quoteName(name))),
  ];
  const select = `SELECT ${columns.join(', ')} ${from}${where}${orderClause(table.key, request.sort)} LIMIT ? OFFSET ?`;
  const count = `SELECT count(*) FROM (SELECT 1 ${from}${where} LIMIT ${MAX_COUNTED + 1})`;
  return [
    { sql: select, values: [...values, PAGE_ROWS + 1, request.offset] },
    { sql: count, values },
  ];
}

/** Reads what `windowStatements` gave. */
export function readWindow(table: Table, [page, count]: readonly SqlResult[]): RowWindow {
  const found = page?.rows ?? [];
  const width = keyColumns(table.key).length;
  const shown = shownColumns(table).length;
  return {
    rows: found.slice(0, PAGE_ROWS).map((row) => ({
      key: row.slice(0, width),
      cells: Array.from({ length: shown }, (_, index) =>
        readCell(row[width + 2 * index] ?? null, row[width + 2 * index + 1] ?? null),
      ),
    })),
    more: found.length > PAGE_ROWS,
    count: Number(count?.rows[0]?.[0] ?? 0),
  };
}

/** Numbers of rows of all tables, bounded; one row per table, with its name. */
export function countStatement(tables: readonly Table[]): SqlStatement | undefined {
  // Views are left out: what they compute can take long.
  const counted = tables.filter(({ kind }) => kind === 'table');
  if (counted.length === 0) return undefined;
  const parts = counted.map(
    ({ name }) =>
      `SELECT ?, (SELECT count(*) FROM (SELECT 1 FROM main.${quoteName(name)} LIMIT ${MAX_LISTED + 1}))`,
  );
  return { sql: parts.join(' UNION ALL '), values: counted.map(({ name }) => name) };
}

/** Value and size of a column: what is too large for a cell stays in the database. */
function cellExpressions(column: string): readonly string[] {
  const long = `octet_length(${column}) > ${LONG_TEXT_BYTES}`;
  return [
    `CASE typeof(${column}) WHEN 'blob' THEN NULL WHEN 'text' THEN iif(${long}, substr(${column}, 1, ${LONG_TEXT_SHOWN}), ${column}) ELSE ${column} END`,
    `CASE typeof(${column}) WHEN 'blob' THEN octet_length(${column}) WHEN 'text' THEN iif(${long}, octet_length(${column}), NULL) END`,
  ];
}

function readCell(value: SqlValue, size: SqlValue): Cell {
  if (value instanceof Uint8Array) return { kind: 'blob', bytes: value.length };
  if (size === null) return { kind: 'value', value };
  return value === null
    ? { kind: 'blob', bytes: Number(size) }
    : { kind: 'long', start: String(value), bytes: Number(size) };
}

function orderClause(key: RowKey, sort: Sort | undefined): string {
  const parts = sort ? [`${quoteName(sort.column)}${sort.descending ? ' DESC' : ''}`] : [];
  // The key makes the order whole: no row is shown twice, or never.
  parts.push(...keyColumns(key));
  return parts.length > 0 ? ` ORDER BY ${parts.join(', ')}` : '';
}

function filterClause(
  table: Table,
  filter: Filter | undefined,
): { readonly sql: string; readonly values: readonly SqlValue[] } {
  if (!filter) return { sql: '', values: [] };
  const chosen = filter.column;
  const columns = chosen === undefined ? shownColumns(table).map(({ name }) => name) : [chosen];
  const parts = columns.map((name) => condition(quoteName(name), filter));
  if (parts.length === 0) return { sql: '', values: [] };
  return {
    sql: ` WHERE (${parts.map(({ sql }) => sql).join(' OR ')})`,
    values: parts.flatMap(({ values }) => values),
  };
}

function condition(column: string, { kind, text }: Filter): SqlStatement {
  switch (kind) {
    case 'contains':
      return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [likePattern(text)] };
    case 'equals':
      // As a text and as a number: somebody who types 5 means both.
      return isNumber(text)
        ? { sql: `(${column} = ? OR ${column} = CAST(? AS NUMERIC))`, values: [text, text] }
        : { sql: `${column} = ?`, values: [text] };
    case 'greater':
      return { sql: `${column} > ${comparable(text)}`, values: [text] };
    case 'less':
      return { sql: `${column} < ${comparable(text)}`, values: [text] };
    case 'null':
      return { sql: `${column} IS NULL`, values: [] };
    case 'not-null':
      return { sql: `${column} IS NOT NULL`, values: [] };
  }
}

/** A number is compared as one, also where the column has no type. */
function comparable(text: string): string {
  return isNumber(text) ? 'CAST(? AS NUMERIC)' : '?';
}

function isNumber(text: string): boolean {
  return parseNumber(text) !== undefined;
}
