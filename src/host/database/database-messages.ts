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
  /** SQLite's result code, e.g. `SQLITE_CONSTRAINT_UNIQUE`, or ours: `too-slow`, `too-large`, `closed`. */
  readonly code: string;
  readonly outcome: 'nothing' | 'unknown';
  /** Where the fault is in the statement's text, in characters from its beginning. */
  readonly position?: number;
  /** Index into `statements`, or of a script's statement. Those before it in a script were kept. */
  readonly statement?: number;
}
