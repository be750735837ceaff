/** Statements that change rows, and those that take a change back. */
import type { SqlStatement, SqlValue } from '../../host.ts';
import { sameName, type Table } from '../schema/schema.ts';
import { placeholders, quoteName, quoteNames } from '../schema/sql-text.ts';
import { keyColumns } from './row-window.ts';

/** A column and a value for it. */
export interface NamedValue {
  readonly column: string;
  readonly value: SqlValue;
}

/** A row as it was, with all that is needed to insert it again. */
export interface WholeRow {
  readonly key: readonly SqlValue[];
  readonly values: readonly SqlValue[];
}

/** Asks for one value, whole. */
export function valueStatement(
  table: Table,
  key: readonly SqlValue[],
  column: string,
): SqlStatement {
  return {
    sql: `SELECT ${quoteName(column)} FROM ${from(table)} WHERE ${keyCondition(table)}`,
    values: key,
  };
}

/**
 * Changes one value if it is still what it was; otherwise it changes nothing. Gives the row's key, which may
 * be another afterwards.
 * @param before undefined: whatever it is
 */
export function updateStatement(
  table: Table,
  key: readonly SqlValue[],
  { column, value }: NamedValue,
  before: SqlValue | undefined,
): SqlStatement {
  const name = quoteName(column);
  const unchanged = before === undefined ? '' : ` AND ${name} IS ?`;
  return {
    sql: `UPDATE ${from(table)} SET ${name} = ? WHERE ${keyCondition(table)}${unchanged} RETURNING ${keyList(table)}`,
    values: [value, ...key, ...(before === undefined ? [] : [before])],
  };
}

/**
 * Inserts a row with these values and defaults for the others. Gives it back whole, for `readWholeRow`, as it
 * was before triggers that act afterwards.
 */
export function insertStatement(table: Table, values: readonly NamedValue[]): SqlStatement {
  const what =
    values.length === 0
      ? 'DEFAULT VALUES'
      : `(${quoteNames(values.map(({ column }) => column))}) VALUES (${placeholders(values.length)})`;
  const returning = table.key.kind === 'none' ? '' : ` RETURNING ${wholeRow(table)}`;
  return {
    sql: `INSERT INTO ${from(table)} ${what}${returning}`,
    values: values.map(({ value }) => value),
  };
}

/** Deletes a row and gives it back whole, for `readWholeRow`. */
export function deleteStatement(table: Table, key: readonly SqlValue[]): SqlStatement {
  return {
    sql: `DELETE FROM ${from(table)} WHERE ${keyCondition(table)} RETURNING ${wholeRow(table)}`,
    values: key,
  };
}

/** Deletes a row if it is still what it was: its number may be another row's by now. */
export function deleteUnchangedStatement(table: Table, { key, values }: WholeRow): SqlStatement {
  const columns = plainColumns(table);
  // Compared as one: a condition for each of a thousand columns is nested too deeply for SQLite.
  const same = `(${quoteNames(columns)}) IS (${placeholders(columns.length)})`;
  return {
    sql: `DELETE FROM ${from(table)} WHERE ${keyCondition(table)} AND ${same}`,
    values: [...key, ...values],
  };
}

/** Splits a row that was given back whole. */
export function readWholeRow(table: Table, row: readonly SqlValue[]): WholeRow {
  const width = keyColumns(table.key).length;
  return { key: row.slice(0, width), values: row.slice(width) };
}

/** Inserts a deleted row again, under its old key. */
export function restoreStatement(table: Table, { key, values }: WholeRow): SqlStatement {
  const columns = plainColumns(table).map(quoteName);
  // The row's number is a column of its own only when no column is another name for it.
  const hidden = table.key.kind === 'rowid' && !numberColumn(table) ? keyColumns(table.key) : [];
  const names = [...hidden, ...columns];
  return {
    sql: `INSERT INTO ${from(table)} (${names.join(', ')}) VALUES (${placeholders(names.length)})`,
    values: [...(hidden.length > 0 ? key : []), ...values],
  };
}

/** The key of a row after one of its values was changed there. */
export function keyAfter(
  table: Table,
  key: readonly SqlValue[],
  { column, value }: NamedValue,
): readonly SqlValue[] {
  if (table.key.kind === 'none') return key;
  if (table.key.kind === 'rowid') {
    const number = numberColumn(table);
    return number && sameName(number, column) ? [value] : key;
  }
  return table.key.columns.map((name, index) =>
    sameName(name, column) ? value : (key[index] ?? null),
  );
}

/** The INTEGER PRIMARY KEY, which is the row's number under another name. */
export function numberColumn(table: Table): string | undefined {
  const [only, another] = table.columns.filter(({ keyPlace }) => keyPlace > 0);
  return only && !another && only.type.toUpperCase() === 'INTEGER' ? only.name : undefined;
}

/** Columns that take values. */
export function plainColumns(table: Table): readonly string[] {
  return table.columns.filter(({ generated }) => !generated).map(({ name }) => name);
}

function from(table: Table): string {
  return `main.${quoteName(table.name)}`;
}

function keyList(table: Table): string {
  return keyColumns(table.key).join(', ');
}

/** The key, then the columns of `restoreStatement`. */
function wholeRow(table: Table): string {
  return `${keyList(table)}, ${quoteNames(plainColumns(table))}`;
}

function keyCondition(table: Table): string {
  return keyColumns(table.key)
    .map((column) => `${column} = ?`)
    .join(' AND ');
}
