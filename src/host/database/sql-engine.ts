import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { isSqliteFile, readPages, replacePages } from './database-file.ts';
import {
  IMPORT_TIME_MS,
  MAX_REFUSED_TOLD,
  MAX_RESULT_BYTES,
  MAX_RESULT_ROWS,
  REQUEST_TIME_MS,
} from './database-limits.ts';
import type {
  InsertReport,
  RowsToInsert,
  ScriptReport,
  ScriptRequest,
  ScriptResult,
  SqlFailure,
  SqlResult,
  SqlStatement,
  SqlValue,
} from './database-messages.ts';
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
  /** What is beyond is left out instead of being a failure. */
  readonly partial?: boolean;
}

/** Ends the transaction of an import of which nothing is to be kept. */
class NothingKept extends Error {}

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
    const runAll = () =>
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
    return results.map(({ more: _, ...result }) => ({ ...result, size }));
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

  /**
   * Runs what a person typed; a failure is part of the report.
   * @param stopWanted asked now and then: true stops it
   */
  report({ sql, maxRows }: ScriptRequest, stopWanted?: () => boolean): ScriptReport {
    const results: ScriptResult[] = [];
    let bytes = MAX_RESULT_BYTES;
    const runAll = (): SqlFailure | undefined => {
      let offset = 0;
      try {
        for (const found of this.#connection.statements(sql)) {
          offset = found.offset;
          const { statement } = found;
          const allowance = { rows: maxRows, bytes, partial: true };
          try {
            const execute = () => this.#execute(statement, [], false, allowance);
            // As in `run`: stopping it halfway must undo it.
            const result =
              !statement.readOnly && statement.hasRows ? this.#transaction(execute) : execute();
            results.push({ ...result, size: this.#currentSize(), offset });
          } finally {
            statement.free();
          }
          bytes = Math.max(0, allowance.bytes);
        }
        return undefined;
      } catch (thrown) {
        if (!(thrown instanceof SqlError)) throw thrown;
        const position = thrown.failure.position ?? offset;
        const failure = { ...thrown.failure, statement: results.length, position };
        return withHint(failure, sql, this).failure;
      }
    };
    const failure = this.#connection.within(REQUEST_TIME_MS, runAll, stopWanted);
    return failure ? { results, failure } : { results };
  }

  /**
   * Inserts many rows in one transaction. Rows that break a rule of the table are told one by one.
   * @throws SqlError when it fails as a whole
   */
  insertRows({ before, insert, rows, skipRefused }: RowsToInsert): InsertReport {
    const refused: { index: number; failure: SqlFailure }[] = [];
    let refusedCount = 0;
    const insertAll = (): void => {
      for (const { sql, values } of before) {
        this.#explained(sql, 0, () => this.#executeText(sql, values));
      }
      rows.forEach((row, index) => {
        try {
          this.#explained(insert, index, () => this.#executeText(insert, row));
        } catch (thrown) {
          if (!(thrown instanceof SqlError && breaksRule(thrown.failure))) throw thrown;
          // The rows after it would be kept one by one, whatever comes of the import.
          if (!this.#connection.inTransaction) throw endedByRow(thrown.failure, index);
          refusedCount += 1;
          if (refused.length < MAX_REFUSED_TOLD) refused.push({ index, failure: thrown.failure });
        }
      });
      if (refusedCount > 0 && !skipRefused) throw new NothingKept();
    };
    try {
      this.#connection.within(IMPORT_TIME_MS, () => this.#transaction(insertAll));
    } catch (thrown) {
      if (!(thrown instanceof NothingKept)) throw thrown;
      return { kept: false, inserted: 0, refusedCount, refused };
    }
    return { kept: true, inserted: rows.length - refusedCount, refusedCount, refused };
  }

  #executeText(sql: string, values: readonly SqlValue[]): SqlResult {
    const allowance = { rows: MAX_RESULT_ROWS, bytes: MAX_RESULT_BYTES };
    return this.#execute(this.#connection.prepare(sql), values, false, allowance);
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
  ): SqlResult & { readonly more: boolean } {
    const connection = this.#connection;
    const start = this.#clock.now();
    const changesBefore = connection.totalChanges;
    const rows: SqlValue[][] = [];
    try {
      // Counted before it runs: one that fails may have been a commit that reached the disk.
      if (!statement.readOnly) this.#changes += 1;
      const code = statement.bind(values);
      if (code !== 0) throw connection.failure(code);
      let hasRow = connection.step(statement);
      let more = false;
      const columns = statement.columns();
      while (hasRow) {
        allowance.rows -= 1;
        allowance.bytes -= statement.rowBytes(columns.length);
        if (allowance.rows >= 0 && allowance.bytes >= 0) {
          rows.push(statement.row(columns.length, bigints));
        } else if (allowance.partial) {
          more = true;
          // One that writes is carried out to its end.
          if (statement.readOnly) break;
        } else {
          throw tooLarge();
        }
        hasRow = connection.step(statement);
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
        more,
      };
    } finally {
      statement.reset();
    }
  }
}

/** True when it is the row's fault, and the statement's alone has been undone. */
function breaksRule({ code }: SqlFailure): boolean {
  return (
    code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_MISMATCH' || code === 'SQLITE_TOOBIG'
  );
}

/** A rule of the table undid the whole transaction, and not only the row that breaks it. */
function endedByRow(failure: SqlFailure, index: number): SqlError {
  const reason = failure.message.replace(/[.]$/, '');
  return new SqlError({
    ...failure,
    message: `Row ${index + 1} of the import ended all of it (${reason}). Nothing was kept.`,
    hint: 'A rule of the table says so: RAISE(ROLLBACK, …) in a trigger, or ON CONFLICT ROLLBACK. With ABORT in the place of ROLLBACK only that row is refused.',
  });
}

function tooLarge(): SqlError {
  return refusal(
    'too-large',
    `The result has more than ${MAX_RESULT_ROWS.toLocaleString('en')} rows or ${MAX_RESULT_BYTES / 1024 / 1024} MiB.`,
    'Ask for a part of it: LIMIT and OFFSET, or only the columns you need.',
  );
}
