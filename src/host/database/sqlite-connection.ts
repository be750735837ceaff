import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import type { Clock } from '../../protocol/clock.ts';
import {
  MAX_CACHED_STATEMENTS,
  MAX_DATABASE_BYTES,
  MAX_HEAP_BYTES,
  MAX_LIKE_PATTERN_BYTES,
  MAX_SQL_LENGTH,
  MAX_VALUE_BYTES,
  STOP_SIGN_EVERY_MS,
} from './database-limits.ts';
import type { SqlFailure } from './database-messages.ts';
import { PreparedStatement } from './prepared-statement.ts';
import { refusal, SqlError } from './sql-error.ts';
import { type Denial, denial } from './statement-rules.ts';

/** How many steps of its machine SQLite makes before it looks at the clock: well under a millisecond. */
const STEPS_BETWEEN_LOOKS = 20_000;

/** One statement of a script, and where it stands. */
export interface ScriptStatement {
  readonly statement: PreparedStatement;
  /** Characters from the script's beginning to the statement's first word. */
  readonly offset: number;
}

/** The one connection to a site's database, with its rules and limits in place. */
export class SqliteConnection {
  readonly #sqlite3: Sqlite3Static;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #onStillRunning: () => void;
  readonly #cache = new Map<string, PreparedStatement>();
  #deadline = Number.POSITIVE_INFINITY;
  #tooSlow = false;
  #stopWanted: (() => boolean) | undefined;
  #stopAskedAt = 0;
  #stopped = false;
  /** True while a statement of our own runs: the rules are for the site's. */
  #ours = false;
  #vacuuming = false;
  #denied: Denial | undefined;

  /**
   * @param database just opened, and nobody else's
   * @param onStillRunning called now and then while a statement takes long
   */
  constructor(
    sqlite3: Sqlite3Static,
    database: Database,
    clock: Clock,
    onStillRunning: () => void,
  ) {
    this.#sqlite3 = sqlite3;
    this.#database = database;
    this.#clock = clock;
    this.#onStillRunning = onStillRunning;
    this.#configure();
  }

  #configure(): void {
    const { capi } = this.#sqlite3;
    const database = this.#database;
    capi.sqlite3_extended_result_codes(database, 1);
    capi.sqlite3_db_config(database, capi.SQLITE_DBCONFIG_DEFENSIVE, 1, 0);
    capi.sqlite3_db_config(database, capi.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, 0);
    capi.sqlite3_limit(database, capi.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
    capi.sqlite3_limit(database, capi.SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_LENGTH * 4);
    capi.sqlite3_limit(database, capi.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_LIKE_PATTERN_BYTES);
    // Exclusive comes first: write-ahead logging without shared memory works only so. With FULL, a commit
    // is on the disk before it is acknowledged.
    database.exec(`
      PRAGMA locking_mode = exclusive;
      PRAGMA journal_mode = wal;
      PRAGMA synchronous = full;
      PRAGMA journal_size_limit = 16777216;
      PRAGMA foreign_keys = on;
      PRAGMA hard_heap_limit = ${MAX_HEAP_BYTES};
    `);
    const pageSize = Number(database.selectValue('PRAGMA page_size'));
    database.exec(`PRAGMA max_page_count = ${Math.floor(MAX_DATABASE_BYTES / pageSize)}`);
    capi.sqlite3_set_authorizer(
      database,
      (_, action, first, second) => this.#authorize(action, first, second),
      0,
    );
    const look = (): number => this.#look();
    capi.sqlite3_progress_handler(database, STEPS_BETWEEN_LOOKS, look, 0);
  }

  #authorize(action: number, first: string | 0, second: string | 0): number {
    const { SQLITE_OK, SQLITE_DENY } = this.#sqlite3.capi;
    if (this.#ours) return SQLITE_OK;
    this.#denied = denial(action, first || '', second || undefined, this.#vacuuming);
    return this.#denied ? SQLITE_DENY : SQLITE_OK;
  }

  #look(): number {
    this.#onStillRunning();
    // A statement of our own is never stopped: ROLLBACK comes when the time is up.
    if (this.#ours) return 0;
    const now = this.#clock.now();
    this.#tooSlow ||= now > this.#deadline;
    if (this.#stopWanted && now - this.#stopAskedAt > STOP_SIGN_EVERY_MS) {
      this.#stopAskedAt = now;
      this.#stopped ||= this.#stopWanted();
    }
    return this.#tooSlow || this.#stopped ? 1 : 0;
  }

  /** For what SQLite's own interface offers beyond statements; the rules do not hold there. */
  get raw(): { readonly sqlite3: Sqlite3Static; readonly database: Database } {
    return { sqlite3: this.#sqlite3, database: this.#database };
  }

  /**
   * Statements that `work` runs are stopped once all of it has taken `ms` milliseconds.
   * @param stopWanted asked now and then: true stops them at once
   */
  within<T>(ms: number, work: () => T, stopWanted?: () => boolean): T {
    this.#stopAskedAt = this.#clock.now();
    this.#deadline = this.#stopAskedAt + ms;
    this.#stopWanted = stopWanted;
    this.#tooSlow = false;
    this.#stopped = false;
    try {
      return work();
    } finally {
      this.#deadline = Number.POSITIVE_INFINITY;
      this.#stopWanted = undefined;
      this.#tooSlow = false;
      this.#stopped = false;
    }
  }

  /** A statement of our own, without the rules that hold for a site's. */
  own<T>(work: () => T): T {
    const before = this.#ours;
    this.#ours = true;
    try {
      return work();
    } finally {
      this.#ours = before;
    }
  }

  /**
   * Steps once. @returns whether there is a row
   * @throws SqlError
   */
  step(statement: PreparedStatement): boolean {
    const { SQLITE_ROW, SQLITE_DONE } = this.#sqlite3.capi;
    this.#vacuuming = statement.isVacuum;
    const code = statement.step();
    this.#vacuuming = false;
    if (code === SQLITE_ROW) return true;
    if (code === SQLITE_DONE) return false;
    throw this.failure(code);
  }

  /** True while a transaction is open. */
  get inTransaction(): boolean {
    return this.#sqlite3.capi.sqlite3_get_autocommit(this.#database) === 0;
  }

  /** Rows changed since the database was opened. */
  get totalChanges(): number {
    return this.#sqlite3.capi.sqlite3_total_changes(this.#database);
  }

  get lastRowId(): number | bigint {
    const id = this.#sqlite3.capi.sqlite3_last_insert_rowid(this.#database);
    const near = Number(id);
    return Number.isSafeInteger(near) ? near : id;
  }

  /**
   * Compiles the one statement in `sql`, or takes it from those kept.
   * @throws SqlError when it is none, several or wrong
   */
  prepare(sql: string): PreparedStatement {
    const kept = this.#cache.get(sql);
    if (kept) {
      // Moves to the end: the first of the map is the one not used for longest.
      this.#cache.delete(sql);
      this.#cache.set(sql, kept);
      return kept;
    }
    const found = [...this.statements(sql, 2)];
    const [only, another] = found;
    if (!only || another) {
      for (const { statement } of found) statement.free();
      throw only
        ? refusal(
            'SQLITE_MISUSE',
            'There is more than one statement.',
            'Prepare each one by itself; db.batch([…]) runs several in one transaction, db.exec(…) a script.',
          )
        : refusal('SQLITE_MISUSE', 'There is no statement in this text.');
    }
    this.#cache.set(sql, only.statement);
    if (this.#cache.size > MAX_CACHED_STATEMENTS) this.#forgetOldest();
    return only.statement;
  }

  #forgetOldest(): void {
    for (const [sql, statement] of this.#cache) {
      this.#cache.delete(sql);
      statement.free();
      return;
    }
  }

  /**
   * Compiles the statements of a script, each when it is asked for: it may need a table that the one before
   * it makes. The caller frees them.
   * @param atMost stops after so many
   * @throws SqlError with the position in `sql` when one is wrong
   */
  *statements(sql: string, atMost = Number.POSITIVE_INFINITY): Generator<ScriptStatement> {
    if (sql.includes('\0')) throw refusal('SQLITE_MISUSE', 'The text contains a NUL character.');
    const { wasm } = this.#sqlite3;
    const [start, bytes] = wasm.allocCString(sql, true);
    const out = wasm.alloc(8);
    try {
      let yielded = 0;
      let taken = 0;
      let characters = 0;
      while (taken < bytes && yielded < atMost) {
        const pointer = this.#compile(start + taken, bytes - taken, out, characters);
        const length = wasm.peek32(out + 4) - (start + taken);
        const offset = leadingBlank(sql, characters);
        characters += charactersIn(utf8(wasm, start + taken, length));
        taken += length;
        // None: blanks, comments or a lone semicolon.
        if (pointer === 0) continue;
        const statement = new PreparedStatement(
          this.#sqlite3,
          pointer,
          sql.slice(offset, offset + 16),
        );
        yielded += 1;
        yield { statement, offset };
      }
    } finally {
      wasm.dealloc(out);
      wasm.dealloc(start);
    }
  }

  /**
   * Compiles the statement at `start`, a C string of so many bytes.
   * @param out gets the statement's pointer and where the next one begins
   * @param offset of `start` in the script, in characters
   */
  #compile(start: number, bytes: number, out: number, offset: number): number {
    const { capi, wasm } = this.#sqlite3;
    // A script of many short statements is to end as well, and none of them runs long enough to be stopped.
    if (this.#look() !== 0) throw this.failure(capi.SQLITE_INTERRUPT);
    wasm.poke32(out, 0);
    wasm.poke32(out + 4, 0);
    this.#denied = undefined;
    // No length: with one, SQLite would copy all the rest of the script for each statement.
    const code = capi.sqlite3_prepare_v3(this.#database, start, -1, 0, out, out + 4);
    if (code === 0) return wasm.peek32(out);
    const error = this.failure(code);
    const at = capi.sqlite3_error_offset(this.#database);
    const text = utf8(wasm, start, bytes);
    // Without a place of its own, the fault is the statement's as a whole.
    const blank = leadingBlank(new TextDecoder().decode(text.subarray(0, 65_536)), 0);
    const position = offset + (at < 0 ? blank : charactersIn(text.subarray(0, at)));
    throw new SqlError({ ...error.failure, position });
  }

  /** What SQLite says went wrong just now. */
  failure(code: number): SqlError {
    const { capi } = this.#sqlite3;
    if (this.#stopped) return new SqlError(STOPPED);
    if (this.#tooSlow) return new SqlError(TOO_SLOW);
    if (code === capi.SQLITE_AUTH && this.#denied) {
      return refusal('SQLITE_AUTH', this.#denied.message, this.#denied.hint);
    }
    const name = capi.sqlite3_js_rc_str(code) ?? `SQLITE_${code}`;
    return new SqlError({
      message: capi.sqlite3_errmsg(this.#database),
      code: name,
      // Only a failing disk leaves it open whether a commit has reached it.
      outcome: name.startsWith('SQLITE_IOERR') ? 'unknown' : 'nothing',
    });
  }

  /** Frees all statements kept; they compile again when they are needed. */
  forgetStatements(): void {
    for (const statement of this.#cache.values()) statement.free();
    this.#cache.clear();
  }

  close(): void {
    this.forgetStatements();
    this.#database.close();
  }
}

const TOO_SLOW: SqlFailure = {
  message: 'The database stopped a statement that took too long.',
  hint: 'An index on the columns after WHERE often helps; LIMIT does, too. A WITH RECURSIVE without an end never ends.',
  code: 'too-slow',
  outcome: 'nothing',
};

const STOPPED: SqlFailure = {
  message: 'The statement was stopped.',
  code: 'stopped',
  outcome: 'nothing',
};

/** Where the next word begins: SQLite counts blanks and comments before a statement to it, people do not. */
function leadingBlank(sql: string, from: number): number {
  const blank = /(?:[\s\ufeff;]+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*/y;
  blank.lastIndex = from;
  blank.test(sql);
  return blank.lastIndex;
}

function utf8(wasm: Sqlite3Static['wasm'], start: number, bytes: number): Uint8Array {
  return wasm.heap8u().subarray(start, start + bytes);
}

/** Length in characters (UTF-16). */
function charactersIn(text: Uint8Array): number {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(text).length;
}
