/** A result with all its rows, for a file: the page shows only the first. */
import { type ScriptReport, type ScriptResult, SqlError, type SqlValue } from '../../host.ts';
import type { DatabaseConnection } from '../database-connection.ts';

/** Rows of a result that is saved as a file: what the database gives at once. */
export const MAX_ROWS_SAVED = 100_000;

export interface WholeResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** Why these are only the first rows, for people; undefined: these are all. */
  readonly cut: string | undefined;
}

export interface WholeResultOptions {
  readonly connection: Pick<DatabaseConnection, 'database'>;
  /** The text that was run. */
  readonly sql: string;
  /** What came of it. */
  readonly report: ScriptReport;
  /** Which of its results. */
  readonly index: number;
  readonly signal: AbortSignal;
}

/**
 * All rows of a result. Those that are not here yet come from running its statement alone once more.
 * @throws SqlError, PeerServerError
 */
export async function wholeResult(options: WholeResultOptions): Promise<WholeResult | undefined> {
  const { connection, report, index, signal } = options;
  const result = report.results[index];
  if (!result?.more) return result && { ...result, cut: undefined };
  const sql = statementAlone(options.sql, report, index);
  if (sql === undefined) {
    return { ...result, cut: 'Running it again for the others could change the database.' };
  }
  const database = await connection.database();
  const again = await database.script({ sql, maxRows: MAX_ROWS_SAVED }, signal);
  if (again.failure) throw new SqlError(again.failure);
  const [whole] = again.results;
  if (!whole) return undefined;
  return {
    ...whole,
    cut: whole.more ? 'A file takes no more: select fewer at a time.' : undefined,
  };
}

/** The text of a statement that gave rows; undefined when running it again could do more than that. */
function statementAlone(sql: string, report: ScriptReport, index: number): string | undefined {
  const result: ScriptResult | undefined = report.results[index];
  if (!result || result.changes > 0) return undefined;
  const next = report.results[index + 1];
  // Nobody knows where it ends: the statement after it has failed.
  if (!next && report.failure) return undefined;
  return sql.slice(result.offset, next?.offset);
}
