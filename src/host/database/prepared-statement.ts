import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { MAX_VALUE_BYTES } from './database-limits.ts';
import type { SqlValue } from './database-messages.ts';
import { refusal } from './sql-error.ts';

const decoder = new TextDecoder();

/** One compiled statement. It may be run again and again; `reset` after each run. */
export class PreparedStatement {
  readonly #sqlite3: Sqlite3Static;
  readonly #pointer: number;
  /** It writes nothing to the database. */
  readonly readOnly: boolean;
  readonly parameterCount: number;
  /** It yields rows; how many columns they have can change when a table does. */
  readonly hasRows: boolean;
  /** A VACUUM, which attaches a nameless database while it runs. */
  readonly isVacuum: boolean;

  constructor(sqlite3: Sqlite3Static, pointer: number, text: string) {
    const { capi } = sqlite3;
    this.#sqlite3 = sqlite3;
    this.#pointer = pointer;
    this.readOnly = capi.sqlite3_stmt_readonly(pointer) !== 0;
    this.parameterCount = capi.sqlite3_bind_parameter_count(pointer);
    this.hasRows = capi.sqlite3_column_count(pointer) > 0;
    this.isVacuum = /^vacuum\b/i.test(text);
  }

  /**
   * Gives the statement its values, by position.
   * @returns SQLite's result code; 0 is good
   * @throws SqlError when they are too many, too few or too large
   */
  bind(values: readonly SqlValue[]): number {
    if (values.length !== this.parameterCount) {
      throw refusal(
        'SQLITE_RANGE',
        `The statement has ${count(this.parameterCount, 'place')} for values, and ${values.length} came.`,
        'Give bind(…) one value for each ? in the statement, in their order.',
      );
    }
    let code = 0;
    for (let index = 0; index < values.length && code === 0; index++) {
      code = this.#bindOne(index + 1, values[index] ?? null);
    }
    return code;
  }

  #bindOne(index: number, value: SqlValue): number {
    const { capi, wasm } = this.#sqlite3;
    const pointer = this.#pointer;
    switch (typeof value) {
      case 'number':
        return Number.isSafeInteger(value) && !Object.is(value, -0)
          ? capi.sqlite3_bind_int64(pointer, index, BigInt(value))
          : capi.sqlite3_bind_double(pointer, index, value);
      case 'bigint':
        return capi.sqlite3_bind_int64(pointer, index, value);
      case 'string': {
        if (value.length > MAX_VALUE_BYTES) throw tooLong(index);
        const [text, bytes] = wasm.allocCString(value, true);
        return capi.sqlite3_bind_text(pointer, index, text, bytes, capi.SQLITE_WASM_DEALLOC);
      }
      default: {
        if (value === null) {
          // The one of them that gives no code.
          capi.sqlite3_bind_null(pointer, index);
          return 0;
        }
        if (value.byteLength > MAX_VALUE_BYTES) throw tooLong(index);
        const bytes = wasm.allocFromTypedArray(value);
        const { SQLITE_WASM_DEALLOC } = capi;
        return capi.sqlite3_bind_blob(pointer, index, bytes, value.byteLength, SQLITE_WASM_DEALLOC);
      }
    }
  }

  /** Runs to the next row or the end. @returns SQLite's result code */
  step(): number {
    return this.#sqlite3.capi.sqlite3_step(this.#pointer);
  }

  /** Names of the columns; right once the statement has stepped. */
  columns(): string[] {
    const { capi } = this.#sqlite3;
    return Array.from({ length: capi.sqlite3_column_count(this.#pointer) }, (_, index) =>
      capi.sqlite3_column_name(this.#pointer, index),
    );
  }

  /** Bytes that the texts and blobs of the current row take; asked for before they are copied. */
  rowBytes(width: number): number {
    const { capi } = this.#sqlite3;
    let bytes = 0;
    for (let index = 0; index < width; index++) {
      const type = capi.sqlite3_column_type(this.#pointer, index);
      const sized = type === capi.SQLITE_TEXT || type === capi.SQLITE_BLOB;
      // Numbers and null count as well: a row of nothing but nulls is not free.
      bytes += sized ? capi.sqlite3_column_bytes(this.#pointer, index) + 8 : 8;
    }
    return bytes;
  }

  /** The current row's values. @param bigints all integers as bigint, not only those beyond 2^53 */
  row(width: number, bigints: boolean): SqlValue[] {
    const values: SqlValue[] = [];
    for (let index = 0; index < width; index++) values.push(this.#value(index, bigints));
    return values;
  }

  #value(index: number, bigints: boolean): SqlValue {
    const { capi, wasm } = this.#sqlite3;
    const pointer = this.#pointer;
    switch (capi.sqlite3_column_type(pointer, index)) {
      case capi.SQLITE_INTEGER: {
        if (bigints) return capi.sqlite3_column_int64(pointer, index);
        // Exact for all that a number can hold, and several times quicker than by way of bigint.
        const near = capi.sqlite3_column_double(pointer, index);
        return Number.isSafeInteger(near) ? near : capi.sqlite3_column_int64(pointer, index);
      }
      case capi.SQLITE_FLOAT:
        return capi.sqlite3_column_double(pointer, index);
      case capi.SQLITE_TEXT: {
        // Not as a C string: a text may contain NUL.
        const start = capi.sqlite3_column_blob(pointer, index);
        const length = capi.sqlite3_column_bytes(pointer, index);
        return decoder.decode(wasm.heap8u().subarray(start, start + length));
      }
      case capi.SQLITE_BLOB: {
        const start = capi.sqlite3_column_blob(pointer, index);
        const length = capi.sqlite3_column_bytes(pointer, index);
        const copy = new Uint8Array(length);
        copy.set(wasm.heap8u().subarray(start, start + length));
        return copy;
      }
      default:
        return null;
    }
  }

  /** Ends a run and forgets the values. An error of the run was told by `step` already. */
  reset(): void {
    const { capi } = this.#sqlite3;
    capi.sqlite3_reset(this.#pointer);
    capi.sqlite3_clear_bindings(this.#pointer);
  }

  /** Frees the statement; it must not be used again. */
  free(): void {
    this.#sqlite3.capi.sqlite3_finalize(this.#pointer);
  }
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function tooLong(index: number): Error {
  return refusal(
    'too-large',
    `Value ${index} is larger than ${MAX_VALUE_BYTES / 1024 / 1024} MiB.`,
    'Keep large things as files of the site, or in several rows.',
  );
}
