import { at, callPlace, DatabaseError } from './d1-port.ts';
import type { D1Database } from './d1-types.ts';

/**
 * The rows of a statement, with each `${value}` bound and not written into it:
 * ``await sql`SELECT * FROM items WHERE id = ${id}` ``.
 */
export type SqlTag = <Row = Record<string, unknown>>(
  parts: TemplateStringsArray,
  ...values: unknown[]
) => Promise<Row[]>;

/** The tag for a database. */
export function createSqlTag(database: D1Database): SqlTag {
  return async function sql<Row>(
    parts: TemplateStringsArray,
    ...values: unknown[]
  ): Promise<Row[]> {
    const place = callPlace(sql);
    if (!Array.isArray(parts) || !('raw' in parts)) {
      throw at(place, {
        message: 'sql is a tag, and was called as a function.',
        hint: 'Write sql`SELECT …` with backticks and without brackets; then each placeholder is safe.',
        code: 'SQLITE_MISUSE',
        outcome: 'nothing',
      });
    }
    try {
      const statement = database.prepare(parts.join('?')).bind(...values);
      return (await statement.all<Row>()).results;
    } catch (thrown) {
      // Otherwise its stack would begin here, in a file that the author does not know.
      throw thrown instanceof DatabaseError ? at(place, thrown) : thrown;
    }
  };
}
