/** What the runtime's D1 client and the database's worker say to each other on a MessagePort. */

/** A value of SQLite's five types. `boolean` is bound as 0 or 1; integers come back as number or bigint. */
export type SqlValue = null | number | bigint | string | Uint8Array<ArrayBuffer>;

export interface SqlStatement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export type DatabaseRequest =
  /** One statement, or several in one transaction (D1's `batch`). */
  | {
      readonly id: number;
      readonly kind: 'run';
      readonly statements: readonly SqlStatement[];
      readonly transaction: boolean;
      /** All integers come back as bigint; otherwise only those beyond 2^53. */
      readonly bigints?: boolean;
    }
  /** Statements without values, one after the other (D1's `exec`). */
  | { readonly id: number; readonly kind: 'script'; readonly sql: string };

export interface SqlResult {
  readonly columns: readonly string[];
  /** In the order of `columns`. */
  readonly rows: readonly (readonly SqlValue[])[];
  readonly changes: number;
  readonly lastRowId: number | bigint;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Milliseconds in the engine. */
  readonly duration: number;
  /** Bytes of the database file afterwards. */
  readonly size: number;
}

export type DatabaseAnswer =
  | { readonly id: number; readonly ok: true; readonly results: readonly SqlResult[] }
  /** `count` statements of a script ran. */
  | { readonly id: number; readonly ok: true; readonly count: number; readonly duration: number }
  | { readonly id: number; readonly ok: false; readonly error: SqlFailure };

/** Why a statement failed. Nothing of it was kept; with `outcome: 'unknown'` that is not known. */
export interface SqlFailure {
  /** For people, with SQLite's own words: `no such column: nmae`. */
  readonly message: string;
  /** Likely cause: `The table "items" has the columns id, name, price. Did you mean "name"?` */
  readonly hint?: string;
  /** SQLite's result code, e.g. `SQLITE_CONSTRAINT_UNIQUE`, or ours: `too-slow`, `too-large`, `stopped`, `closed`. */
  readonly code: string;
  readonly outcome: 'nothing' | 'unknown';
  /** Where the fault is in the statement's text, in characters from its beginning. */
  readonly position?: number;
  /** Index into `statements`, or of a script's statement. Those before it in a script were kept. */
  readonly statement?: number;
}

/** What a person typed, for `SiteDatabase.script`. */
export interface ScriptRequest {
  /** One statement or several. */
  readonly sql: string;
  /** Rows that are kept of each result; of more it is only said that there are some. */
  readonly maxRows: number;
}

/** What came of one statement of a script. */
export interface ScriptResult extends SqlResult {
  /** The statement gave more rows than are here. */
  readonly more: boolean;
  /** Where the statement begins in the script, in characters. */
  readonly offset: number;
}

/** What came of a script. Each statement stands for itself: those before a failing one were carried out. */
export interface ScriptReport {
  readonly results: readonly ScriptResult[];
  /** Why the statement after the last result failed, with its position in the script. */
  readonly failure?: SqlFailure;
}

/** Many rows for one table, for `SiteDatabase.insertRows`. */
export interface RowsToInsert {
  /** Carried out first, in the same transaction: what makes the table, or empties it. */
  readonly before: readonly SqlStatement[];
  /** An INSERT with a `?` for each value of a row. */
  readonly insert: string;
  readonly rows: readonly (readonly SqlValue[])[];
  /** Keeps the other rows when some are refused. Otherwise nothing is kept then, not even `before`. */
  readonly skipRefused: boolean;
}

/** What came of `RowsToInsert`. */
export interface InsertReport {
  /** False when nothing was kept because rows were refused. */
  readonly kept: boolean;
  readonly inserted: number;
  /** How many rows break a rule of the table. */
  readonly refusedCount: number;
  /** The first of them, with their indexes in `rows`. */
  readonly refused: readonly { readonly index: number; readonly failure: SqlFailure }[];
}
