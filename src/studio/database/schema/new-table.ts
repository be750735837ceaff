/** A new table as its form describes it, in SQL. */
import { sameName, type Table } from './schema.ts';
import { quoteName } from './sql-text.ts';

export const NEW_COLUMN_TYPES = ['TEXT', 'INTEGER', 'REAL', 'BLOB'] as const;
export type NewColumnType = (typeof NEW_COLUMN_TYPES)[number];

export interface NewColumn {
  readonly name: string;
  readonly type: NewColumnType;
  readonly required: boolean;
}

export interface NewTable {
  readonly name: string;
  /** Gives it a column `id` that numbers its rows. */
  readonly numbered: boolean;
  readonly columns: readonly NewColumn[];
}

/** The statement that makes it. */
export function createTableSql({ name, numbered, columns }: NewTable): string {
  const lines = [
    ...(numbered ? ['  id INTEGER PRIMARY KEY'] : []),
    ...columns.map(
      (column) =>
        `  ${plainName(column.name.trim())} ${column.type}${column.required ? ' NOT NULL' : ''}`,
    ),
  ];
  return `CREATE TABLE ${plainName(name.trim())} (\n${lines.join(',\n')}\n)`;
}

/** What is wrong with it, in a sentence; undefined: nothing. */
export function newTableProblem(
  { name, numbered, columns }: NewTable,
  tables: readonly Table[],
): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'Give the table a name.';
  if (/^sqlite_/i.test(trimmed)) return 'Names that begin with sqlite_ are kept for SQLite.';
  if (tables.some((table) => sameName(table.name, trimmed))) {
    return `There is a table “${trimmed}” already.`;
  }
  const names = [...(numbered ? ['id'] : []), ...columns.map((column) => column.name.trim())];
  if (names.length === 0) return 'Give the table at least one column.';
  if (names.includes('')) return 'Give each column a name.';
  const twice = names.find((one, index) => names.slice(0, index).some((two) => sameName(one, two)));
  return twice === undefined ? undefined : `Two columns are called “${twice}”.`;
}

/** Words that need no quotation marks stay without: this SQL is there to be read. */
function plainName(name: string): string {
  return /^[a-z][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name) ? name : quoteName(name);
}

/** Keywords that somebody may take for a name (https://sqlite.org/lang_keywords.html); more quotes do no harm. */
const KEYWORDS = new Set(
  `abort action add after all alter always analyze and as asc attach autoincrement before begin between by
  cascade case cast check collate column commit conflict constraint create cross current current_date
  current_time current_timestamp database default deferrable deferred delete desc detach distinct do drop each
  else end escape except exclude exclusive exists explain fail filter first following for foreign from full
  generated glob group groups having if ignore immediate in index indexed initially inner insert instead
  intersect into is isnull join key last left like limit match materialized natural no not nothing notnull null
  nulls of offset on or order others outer over partition plan pragma preceding primary query raise range
  recursive references regexp reindex release rename replace restrict returning right rollback row rows
  savepoint select set table temp temporary then ties to transaction trigger unbounded union unique update
  using vacuum values view virtual when where window with without`.split(/\s+/),
);
