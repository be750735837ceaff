import type {
  SqlFailure,
  SqlResult,
  SqlStatement,
  SqlValue,
} from '../database/database-messages.ts';
import { at, callPlace, DatabaseCalls, type DatabasePort } from './d1-port.ts';
import type {
  D1Database,
  D1DatabaseSession,
  D1ExecResult,
  D1PreparedStatement,
  D1Result,
} from './d1-types.ts';
import { toSqlValue } from './d1-value.ts';

/** How integers come back: as numbers, with an error for those that none can hold, or all as bigint. */
export type Integers = 'number' | 'bigint';

/**
 * The site's database as the author's code has it: `env.DB`, `db`.
 * @param port to the database's worker (`SiteDatabase.connect`)
 */
export function connectD1(port: DatabasePort, integers: Integers): D1Database {
  return new Database(new DatabaseCalls(port), integers);
}

class Database implements D1Database {
  readonly #calls: DatabaseCalls;
  readonly #integers: Integers;

  constructor(calls: DatabaseCalls, integers: Integers) {
    this.#calls = calls;
    this.#integers = integers;
  }

  prepare(sql: string): D1PreparedStatement {
    if (typeof sql !== 'string') throw at(callPlace(this.prepare), NO_TEXT);
    return new Statement(this.#calls, this.#integers, sql, []);
  }

  async batch<Row>(statements: readonly D1PreparedStatement[]): Promise<D1Result<Row>[]> {
    const place = callPlace(this.batch);
    const parts: SqlStatement[] = [];
    for (const statement of statements) {
      if (!(statement instanceof Statement)) throw at(place, NO_STATEMENT);
      parts.push(statement.message(place));
    }
    if (parts.length === 0) return [];
    const answer = await this.#calls.call(
      {
        kind: 'run',
        statements: parts,
        transaction: true,
        bigints: this.#integers === 'bigint',
      },
      place,
    );
    const results = 'results' in answer ? answer.results : [];
    return results.map((result) => toD1Result<Row>(result, this.#integers, place));
  }

  async exec(sql: string): Promise<D1ExecResult> {
    const place = callPlace(this.exec);
    if (typeof sql !== 'string') throw at(place, NO_TEXT);
    const answer = await this.#calls.call({ kind: 'script', sql }, place);
    return 'count' in answer
      ? { count: answer.count, duration: answer.duration }
      : { count: 0, duration: 0 };
  }

  withSession(_constraintOrBookmark?: string): D1DatabaseSession {
    return this;
  }

  getBookmark(): null {
    return null;
  }
}

class Statement implements D1PreparedStatement {
  readonly #calls: DatabaseCalls;
  readonly #integers: Integers;
  readonly #sql: string;
  readonly #values: readonly unknown[];

  constructor(calls: DatabaseCalls, integers: Integers, sql: string, values: readonly unknown[]) {
    this.#calls = calls;
    this.#integers = integers;
    this.#sql = sql;
    this.#values = values;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    const place = callPlace(this.bind);
    values.forEach((value, index) => {
      const checked = toSqlValue(value, index);
      if ('failure' in checked) throw at(place, checked.failure);
    });
    return new Statement(this.#calls, this.#integers, this.#sql, values);
  }

  first<Row>(): Promise<Row | null>;
  first<Value>(column: string): Promise<Value | null>;
  async first(column?: string): Promise<unknown> {
    const place = callPlace(this.first);
    const { results } = await this.#run<Record<string, unknown>>(place);
    const [row] = results;
    if (!row) return null;
    if (column === undefined) return row;
    if (column in row) return row[column];
    throw at(place, {
      message: `The result has no column "${column}".`,
      hint: `It has: ${Object.keys(row).join(', ')}.`,
      code: 'SQLITE_ERROR',
      outcome: 'nothing',
    });
  }

  async run<Row>(): Promise<D1Result<Row>> {
    return this.#run<Row>(callPlace(this.run));
  }

  async all<Row>(): Promise<D1Result<Row>> {
    return this.#run<Row>(callPlace(this.all));
  }

  raw<Row>(options: { columnNames: true }): Promise<[string[], ...Row[]]>;
  raw<Row>(options?: { columnNames?: false }): Promise<Row[]>;
  async raw(options?: { columnNames?: boolean }): Promise<unknown[]> {
    const place = callPlace(this.raw);
    const result = await this.#ask(place);
    checkIntegers(result, this.#integers, place);
    const { columns, rows } = result;
    return options?.columnNames ? [[...columns], ...rows] : [...rows];
  }

  /** What is sent for it. @throws DatabaseError at `place` when a value is none of SQLite's */
  message(place: Error): SqlStatement {
    const values: SqlValue[] = this.#values.map((given, index) => {
      const checked = toSqlValue(given, index);
      if ('failure' in checked) throw at(place, checked.failure);
      return checked.value;
    });
    return { sql: this.#sql, values };
  }

  async #run<Row>(place: Error): Promise<D1Result<Row>> {
    return toD1Result<Row>(await this.#ask(place), this.#integers, place);
  }

  async #ask(place: Error): Promise<SqlResult> {
    const answer = await this.#calls.call(
      {
        kind: 'run',
        statements: [this.message(place)],
        transaction: false,
        bigints: this.#integers === 'bigint',
      },
      place,
    );
    const [result] = 'results' in answer ? answer.results : [];
    if (!result) throw new Error('The database answered without a result.');
    return result;
  }
}

function toD1Result<Row>(result: SqlResult, integers: Integers, place: Error): D1Result<Row> {
  const { columns, rows, changes } = result;
  checkIntegers(result, integers, place);
  const results = rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = values[index];
    return row as Row;
  });
  return {
    success: true,
    results,
    meta: {
      duration: result.duration,
      changes,
      last_row_id: result.lastRowId,
      rows_read: result.rowsRead,
      rows_written: result.rowsWritten,
      size_after: result.size,
      changed_db: changes > 0,
      served_by: 'peerserver',
    },
  };
}

/** With `number`, only integers beyond 2^53 come as bigint: an error, because rounding would be silent. */
function checkIntegers({ rows, changes }: SqlResult, integers: Integers, place: Error): void {
  if (integers === 'bigint') return;
  for (const row of rows) {
    for (const value of row) {
      if (typeof value === 'bigint') throw at(place, tooLarge(value, changes > 0));
    }
  }
}

/** @param changed whether the statement has changed rows as well; they stay changed */
function tooLarge(value: bigint, changed: boolean): SqlFailure {
  return {
    message: `The result has the integer ${value}, which a JavaScript number cannot hold exactly.`,
    hint: 'Set "integers": "bigint" in peerserver.json to get all integers as bigint, or ask for it as a text: CAST(… AS TEXT).',
    code: 'too-large',
    outcome: changed ? 'unknown' : 'nothing',
  };
}

const NO_TEXT: SqlFailure = {
  message: 'SQL is given as a text.',
  hint: "Write db.prepare('SELECT …'). The tag is for sql`…` alone.",
  code: 'SQLITE_MISUSE',
  outcome: 'nothing',
};

const NO_STATEMENT: SqlFailure = {
  message: 'db.batch takes a list of prepared statements.',
  hint: "Write db.batch([db.prepare('…').bind(…), …]), without await before the statements.",
  code: 'SQLITE_MISUSE',
  outcome: 'nothing',
};
