import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { isSqliteFile, readPages, replacePages } from './database-file.ts';
import { MAX_RESULT_BYTES, MAX_RESULT_ROWS, REQUEST_TIME_MS } from './database-limits.ts';
import type { SqlResult, SqlStatement, SqlValue } from './database-messages.ts';
import type { PreparedStatement } from './prepared-statement.ts';
import { refusal, SqlError } from './sql-error.ts';
import { withHint } from './sql-hints.ts';
import { SqliteConnection } from './sqlite-connection.ts';

export interface SqlEngineOptions {
  readonly clock?: Clock;
  /** Called now and then while a statement takes long. */
  readonly onStillRunning?: () => void;
}

/** How many rows and bytes the results of one request may still have. */
interface Allowance {
  rows: number;
  bytes: number;
}

/** A site's database, in the worker that holds it. Everything here is synchronous: one thing at a time. */
export class SqlEngine {
  readonly #connection: SqliteConnection;
  readonly #clock: Clock;
  #changes = 0;
  /** Bytes of the database, as of `#sizeAfter` changes. */
  #size = 0;
  #sizeAfter = -1;

  /**
   * @param database just opened, on whatever keeps the files; it is the engine's from now on
   * @throws SqlError when the file is no sound database
   */
  constructor(sqlite3: Sqlite3Static, database: Database, options: SqlEngineOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    const onStillRunning = options.onStillRunning ?? (() => {});
    this.#connection = new SqliteConnection(sqlite3, database, this.#clock, onStillRunning);
  }

  /** Counts up with each statement that may have changed rows or tables. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * Runs statements one after the other.
   * @param transaction all of them or none
   * @throws SqlError with the index of the statement at fault
   */
  run(
    statements: readonly SqlStatement[],
    options: { readonly transaction: boolean; readonly bigints?: boolean },
  ): SqlResult[] {
    const allowance = { rows: MAX_RESULT_ROWS, bytes: MAX_RESULT_BYTES };
    const bigints = options.bigints ?? false;
    const runAll = (): SqlResult[] =>
      statements.map(({ sql, values }, index) =>
        this.#explained(sql, index, () => {
          const statement = this.#connection.prepare(sql);
          // A statement that writes and gives rows is not undone by stopping it halfway.
          return !options.transaction && !statement.readOnly && statement.hasRows
            ? this.#transaction(() => this.#execute(statement, values, bigints, allowance))
            : this.#execute(statement, values, bigints, allowance);
        }),
      );
    const results = this.#connection.within(REQUEST_TIME_MS, () =>
      options.transaction ? this.#transaction(runAll) : runAll(),
    );
    const size = this.#currentSize();
    return results.map((result) => ({ ...result, size }));
  }

  /**
   * Runs the statements of a script one after the other, each by itself: those before a failing one stay.
   * @returns how many there were
   */
  script(sql: string): number {
    return this.#connection.within(REQUEST_TIME_MS, () => this.#runScript(sql));
  }

  /**
   * Runs a script and then statements of our own, all in one transaction or not at all.
   * @param ms how long it may take
   */
  scriptInTransaction(sql: string, after: readonly SqlStatement[], ms: number): void {
    this.#connection.within(ms, () =>
      this.#transaction(() => {
        this.#runScript(sql);
        for (const statement of after) this.#own(statement.sql, statement.values);
      }),
    );
  }

  /** Runs a statement of our own, for which a site's rules and limits do not hold. @returns its rows */
  own(sql: string, values: readonly SqlValue[] = []): readonly (readonly SqlValue[])[] {
    return this.#own(sql, values).rows;
  }

  /** The whole database as an ordinary SQLite file. */
  backup(): Uint8Array<ArrayBuffer> {
    return this.#connection.own(() => readPages(this.#connection.raw));
  }

  /**
   * Replaces the database by that in `file`, or changes nothing.
   * @throws PeerServerError bad-input when `file` is no sound database; storage-failed
   */
  restore(file: Uint8Array): void {
    if (!isSqliteFile(file)) {
      throw new PeerServerError(
        'bad-input',
        'This file is no SQLite database. Choose a file that was saved as a backup, or made by the sqlite3 program.',
      );
    }
    this.#connection.forgetStatements();
    this.#connection.own(() => replacePages(this.#connection.raw, file));
    this.#changes += 1;
  }

  close(): void {
    this.#connection.close();
  }

  #runScript(sql: string): number {
    let index = 0;
    let offset = 0;
    const allowance = { rows: MAX_RESULT_ROWS, bytes: MAX_RESULT_BYTES };
    try {
      for (const found of this.#connection.statements(sql)) {
        offset = found.offset;
        try {
          this.#execute(found.statement, [], false, allowance);
        } finally {
          found.statement.free();
        }
        index += 1;
      }
    } catch (thrown) {
      if (!(thrown instanceof SqlError)) throw thrown;
      const position = thrown.failure.position ?? offset;
      throw withHint({ ...thrown.failure, statement: index, position }, sql, this);
    }
    return index;
  }

  #currentSize(): number {
    if (this.#sizeAfter !== this.#changes) {
      const [[pages = 0] = []] = this.own('PRAGMA page_count');
      const [[pageSize = 0] = []] = this.own('PRAGMA page_size');
      this.#size = Number(pages) * Number(pageSize);
      this.#sizeAfter = this.#changes;
    }
    return this.#size;
  }

  #own(sql: string, values: readonly SqlValue[]): SqlResult {
    const unlimited = { rows: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    return this.#connection.own(() =>
      this.#execute(this.#connection.prepare(sql), values, false, unlimited),
    );
  }

  /** All of `work`'s statements, or none. */
  #transaction<T>(work: () => T): T {
    this.#own('BEGIN', []);
    try {
      const result = work();
      this.#own('COMMIT', []);
      return result;
    } catch (thrown) {
      // Some faults, a full disk for one, have ended the transaction already.
      if (this.#connection.inTransaction) this.#rollBack();
      throw thrown;
    }
  }

  /** @throws Error, none of SQL's, when it cannot be done: all that comes later would be in the transaction */
  #rollBack(): void {
    try {
      this.#own('ROLLBACK', []);
    } catch (thrown) {
      throw new Error('A transaction could not be undone.', { cause: thrown });
    }
  }

  #explained<T>(sql: string, index: number, work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof SqlError)) throw thrown;
      throw withHint({ ...thrown.failure, statement: index }, sql, this);
    }
  }

  #execute(
    statement: PreparedStatement,
    values: readonly SqlValue[],
    bigints: boolean,
    allowance: Allowance,
  ): SqlResult {
    const connection = this.#connection;
    const start = this.#clock.now();
    const changesBefore = connection.totalChanges;
    const rows: SqlValue[][] = [];
    try {
      // Counted before it runs: one that fails may have been a commit that reached the disk.
      if (!statement.readOnly) this.#changes += 1;
      const code = statement.bind(values);
      if (code !== 0) throw connection.failure(code);
      let more = connection.step(statement);
      const columns = statement.columns();
      while (more) {
        allowance.rows -= 1;
        allowance.bytes -= statement.rowBytes(columns.length);
        if (allowance.rows < 0 || allowance.bytes < 0) throw tooLarge();
        rows.push(statement.row(columns.length, bigints));
        more = connection.step(statement);
      }
      const changes = connection.totalChanges - changesBefore;
      return {
        columns,
        rows,
        changes,
        lastRowId: connection.lastRowId,
        rowsRead: rows.length,
        rowsWritten: changes,
        duration: this.#clock.now() - start,
        size: 0,
      };
    } finally {
      statement.reset();
    }
  }
}

function tooLarge(): SqlError {
  return refusal(
    'too-large',
    `The result has more than ${MAX_RESULT_ROWS.toLocaleString('en')} rows or ${MAX_RESULT_BYTES / 1024 / 1024} MiB.`,
    'Ask for a part of it: LIMIT and OFFSET, or only the columns you need.',
  );
}
