import { SqlError, type SqlResult, type SqlStatement, type SqlValue } from '../../host.ts';
import type { DatabaseConnection } from '../database-connection.ts';
import { endText, type RowFormat, rowText, startText } from '../grid/row-text.ts';
import { keyColumns } from '../grid/row-window.ts';
import type { Table } from '../schema/schema.ts';
import { placeholders, quoteName, quoteNames } from '../schema/sql-text.ts';

/** Rows asked for at once; the site's requests have their turn in between. */
const ROWS_AT_ONCE = 500;

/**
 * A whole table as a file. Rows are read piece by piece: what others write meanwhile may be in it or not.
 * @throws SqlError, PeerServerError
 */
export async function exportTable(
  connection: Pick<DatabaseConnection, 'batch'>,
  table: Table,
  format: RowFormat,
  signal: AbortSignal,
): Promise<Blob> {
  const columns = table.columns.map(({ name }) => name);
  const pieces: string[] = [startText(format, columns)];
  let first = true;
  for await (const rows of readAll(connection, table, columns, signal)) {
    let piece = '';
    for (const row of rows) {
      piece += rowText(format, columns, row, first);
      first = false;
    }
    pieces.push(piece);
  }
  pieces.push(endText(format));
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  return new Blob(pieces, { type });
}

async function* readAll(
  connection: Pick<DatabaseConnection, 'batch'>,
  table: Table,
  columns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<readonly (readonly SqlValue[])[]> {
  const width = keyColumns(table.key).length;
  let after: readonly SqlValue[] | undefined;
  let limit = ROWS_AT_ONCE;
  for (;;) {
    let result: SqlResult | undefined;
    try {
      [result] = await connection.batch([pieceStatement(table, columns, after, limit)], signal);
    } catch (thrown) {
      // Large values: fewer rows at once.
      const tooLarge = thrown instanceof SqlError && thrown.failure.code === 'too-large';
      if (!tooLarge || width === 0 || limit === 1) throw thrown;
      limit = Math.ceil(limit / 8);
      continue;
    }
    const rows = result?.rows ?? [];
    yield rows.map((row) => row.slice(width));
    const last = rows.at(-1);
    if (width === 0 || rows.length < limit || !last) return;
    after = last.slice(0, width);
  }
}

/** @param after key of the last row that is there already */
function pieceStatement(
  table: Table,
  columns: readonly string[],
  after: readonly SqlValue[] | undefined,
  limit: number,
): SqlStatement {
  const key = keyColumns(table.key);
  const from = `FROM main.${quoteName(table.name)}`;
  if (key.length === 0) return { sql: `SELECT ${quoteNames(columns)} ${from}`, values: [] };
  const list = key.join(', ');
  const where = after ? ` WHERE (${list}) > (${placeholders(key.length)})` : '';
  return {
    sql: `SELECT ${list}, ${quoteNames(columns)} ${from}${where} ORDER BY ${list} LIMIT ?`,
    values: [...(after ?? []), limit],
  };
}
