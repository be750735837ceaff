import {
  MAX_BATCH_STATEMENTS,
  MAX_BOUND_VALUES,
  MAX_REQUEST_BYTES,
  MAX_SQL_LENGTH,
} from './database-limits.ts';
import type { DatabaseRequest, SqlStatement, SqlValue } from './database-messages.ts';
import { refusal } from './sql-error.ts';

const LEAST_INTEGER = -(2n ** 63n);
const GREATEST_INTEGER = 2n ** 63n - 1n;

/** The number to answer a message under; undefined when it has none, so that nobody waits for an answer. */
export function requestId(message: unknown): number | undefined {
  const id = isRecord(message) ? message.id : undefined;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined;
}

/**
 * A message from a sandbox, where the author's code can send what it likes on the port.
 * @throws SqlError when it is no request, or larger than a request may be
 */
export function parseDatabaseRequest(message: unknown): DatabaseRequest {
  const id = requestId(message);
  if (id === undefined || !isRecord(message)) throw malformed('It has no number.');
  if (message.kind === 'script') return { id, kind: 'script', sql: parseSql(message.sql) };
  if (message.kind !== 'run') throw malformed('It is of no known kind.');
  const { statements, transaction, bigints } = message;
  if (!Array.isArray(statements) || statements.length === 0)
    throw malformed('It has no statements.');
  if (statements.length > MAX_BATCH_STATEMENTS) {
    throw refusal(
      'too-large',
      `A batch has at most ${MAX_BATCH_STATEMENTS.toLocaleString('en')} statements, this one has ${statements.length.toLocaleString('en')}.`,
      'Make several batches of it, or insert many rows with one statement: INSERT … SELECT … FROM json_each(?).',
    );
  }
  const budget = { bytes: MAX_REQUEST_BYTES };
  return {
    id,
    kind: 'run',
    statements: statements.map((statement) => parseStatement(statement, budget)),
    transaction: transaction === true,
    bigints: bigints === true,
  };
}

/** @param budget bytes that all values of the request may still have */
function parseStatement(statement: unknown, budget: { bytes: number }): SqlStatement {
  if (!isRecord(statement) || !Array.isArray(statement.values)) {
    throw malformed('One of its statements is none.');
  }
  const { sql, values } = statement;
  if (values.length > MAX_BOUND_VALUES) {
    throw refusal(
      'too-large',
      `A statement has at most ${MAX_BOUND_VALUES.toLocaleString('en')} values, this one has ${values.length.toLocaleString('en')}.`,
      'Give many values as one JSON text: WHERE id IN (SELECT value FROM json_each(?)).',
    );
  }
  const parsed = values.map((value: unknown) => parseValue(value, budget));
  return { sql: parseSql(sql), values: parsed };
}

function parseSql(sql: unknown): string {
  if (typeof sql !== 'string') throw malformed('A statement is no text.');
  if (sql.length > MAX_SQL_LENGTH) {
    throw refusal(
      'too-large',
      `The SQL has ${sql.length.toLocaleString('en')} characters; at most ${MAX_SQL_LENGTH.toLocaleString('en')} are allowed.`,
      'Give values by bind(…) instead of writing them into the statement, and make several scripts of a long one.',
    );
  }
  return sql;
}

function parseValue(value: unknown, budget: { bytes: number }): SqlValue {
  if (value === null || typeof value === 'number') return value;
  if (typeof value === 'bigint') {
    if (value >= LEAST_INTEGER && value <= GREATEST_INTEGER) return value;
    throw refusal(
      'SQLITE_MISMATCH',
      `The number ${String(value).slice(0, 40)} does not fit into the 64 bits of an SQLite integer.`,
      'Keep it as a text.',
    );
  }
  if (typeof value === 'string') {
    spend(value.length, budget);
    return value;
  }
  // Shared memory could change between the check and its use.
  if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) {
    spend(value.length, budget);
    return new Uint8Array(value.buffer, value.byteOffset, value.length);
  }
  throw malformed('One of its values is of none of the types that SQLite knows.');
}

function spend(bytes: number, budget: { bytes: number }): void {
  budget.bytes -= bytes;
  if (budget.bytes >= 0) return;
  throw refusal(
    'too-large',
    `The values of one call have together more than ${MAX_REQUEST_BYTES / 1024 / 1024} MiB.`,
    'Make several calls of it.',
  );
}

function malformed(detail: string): Error {
  return refusal('SQLITE_MISUSE', `This is no request to the database. ${detail}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
