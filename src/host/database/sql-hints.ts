/** What a learner most likely did, from what SQLite says and from the tables that there are. */

import { nearestName } from '../nearest-name.ts';
import type { SqlFailure, SqlValue } from './database-messages.ts';
import { SqlError } from './sql-error.ts';

/** What is asked for the names of tables and columns. */
export interface SchemaSource {
  own(sql: string, values?: readonly SqlValue[]): readonly (readonly SqlValue[])[];
}

/** More names than this help nobody. */
const NAMES_SHOWN = 20;

/**
 * The error for a failure, with a hint if one can be given.
 * @param sql the statement or script that failed
 */
export function withHint(failure: SqlFailure, sql: string, schema: SchemaSource): SqlError {
  if (failure.hint !== undefined || !failure.code.startsWith('SQLITE_'))
    return new SqlError(failure);
  let hint: string | undefined;
  try {
    hint = hintFor(failure, sql, schema);
  } catch (thrown) {
    // No names to be had: the time is up, or the disk fails. The failure itself is what matters.
    if (!(thrown instanceof SqlError)) throw thrown;
  }
  return new SqlError(hint === undefined ? failure : { ...failure, hint });
}

function hintFor(failure: SqlFailure, sql: string, schema: SchemaSource): string | undefined {
  const { message } = failure;
  const column = /^no such column: "?([^"\n]+?)"?(?: - .*)?$/.exec(message)?.[1];
  if (column !== undefined) return columnHint(column, tablesIn(sql, schema), message, schema);
  const [, table, missing] = /^table (\S+) has no column named (.+)$/.exec(message) ?? [];
  if (table && missing) return columnHint(missing, [table], message, schema);
  const unknownTable = /^no such table: (?:main\.)?(.+)$/.exec(message)?.[1];
  if (unknownTable !== undefined) return tableHint(unknownTable, schema);
  const [, kind, subject] = /^(UNIQUE|NOT NULL|CHECK) constraint failed: (.+)$/.exec(message) ?? [];
  if (kind && subject) return constraintHint(kind, subject);
  if (message === 'FOREIGN KEY constraint failed') {
    return 'A row refers to one that is not there, or one that others refer to would go. Insert the row that is referred to first, delete it last.';
  }
  const near = /^near "(.*)": syntax error$/s.exec(message)?.[1];
  if (near !== undefined) return syntaxHint(near, sql, failure.position);
  if (message === 'incomplete input') {
    return 'The statement ends too early: a bracket or a quotation mark is probably not closed.';
  }
  if (failure.code === 'SQLITE_MISMATCH') {
    return 'An INTEGER PRIMARY KEY takes whole numbers only.';
  }
  if (failure.code === 'SQLITE_FULL') {
    return 'The database or the disk is full. Delete rows that are no longer needed, then run VACUUM.';
  }
  // The files that SQLite has in a browser report a full disk only so.
  if (failure.code.startsWith('SQLITE_IOERR')) {
    return 'There may be no room left. Free space on the disk, or delete files that are no longer needed; then see whether the change was made before you try again.';
  }
  if (failure.code === 'SQLITE_NOMEM') {
    return 'The statement needs more memory than the database may have. Ask for fewer rows or columns at once.';
  }
  if (failure.code === 'SQLITE_TOOBIG')
    return 'A text, a blob or the statement itself is too long.';
  return undefined;
}

function columnHint(
  name: string,
  tables: readonly string[],
  message: string,
  schema: SchemaSource,
): string | undefined {
  const plain = name.split('.').at(-1) ?? name;
  const known = tables.map((table) => ({ table, columns: columnsOf(table, schema) }));
  const meant = nearestName(
    plain,
    known.flatMap(({ columns }) => columns),
  );
  const parts = known
    .filter(({ columns }) => columns.length > 0)
    .map(({ table, columns }) => `The table "${table}" has the columns ${listed(columns)}.`);
  if (meant !== undefined) parts.push(`Did you mean "${meant}"?`);
  if (meant === undefined && message.includes('single-quotes')) {
    parts.push(
      `A text stands in single quotation marks: '${plain}'. Better: ?, with the value in bind(…).`,
    );
  }
  return parts.length > 0 ? parts.join(' ') : undefined;
}

function tableHint(name: string, schema: SchemaSource): string {
  const tables = tableNames(schema);
  if (tables.length === 0) {
    return 'There are no tables yet. Make one in a file like migrations/0001_start.sql: CREATE TABLE …';
  }
  const meant = nearestName(name, tables);
  const question = meant === undefined ? '' : ` Did you mean "${meant}"?`;
  return `The database has the tables ${listed(tables)}.${question}`;
}

function constraintHint(kind: string, subject: string): string {
  if (kind === 'CHECK') return `The CHECK of the table does not hold: ${subject}.`;
  const columns = subject.split(', ').map((full) => full.split('.').at(-1) ?? full);
  const names = columns.map((column) => `"${column}"`).join(' and ');
  const table = subject.split('.')[0] ?? '';
  return kind === 'UNIQUE'
    ? `The table "${table}" has a row with this ${names} already. INSERT … ON CONFLICT (${columns.join(', ')}) DO UPDATE SET … changes that row instead.`
    : `A row of "${table}" must have a value for ${names}: none was given, or it was null.`;
}

function syntaxHint(near: string, sql: string, position: number | undefined): string {
  const around =
    position === undefined
      ? ''
      : ` It is here: ${sql.slice(Math.max(0, position - 20), position)}⟶${sql.slice(position, position + 20)}`;
  return `SQLite did not expect "${near}".${around.replace(/\s+/g, ' ')} Look at what stands right before it: a comma too many or too few, a misspelt keyword, or a name that is a keyword and needs double quotation marks.`;
}

function tableNames(schema: SchemaSource): string[] {
  return schema
    .own(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .map(([name]) => String(name))
    .filter((name) => !name.startsWith('_'));
}

/** Tables whose name occurs in the statement. */
function tablesIn(sql: string, schema: SchemaSource): string[] {
  const words = new Set(sql.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []);
  return tableNames(schema).filter((name) => words.has(name.toLowerCase()));
}

function columnsOf(table: string, schema: SchemaSource): string[] {
  return schema.own('SELECT name FROM pragma_table_info(?)', [table]).map(([name]) => String(name));
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
