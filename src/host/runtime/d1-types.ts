/** D1's interface, as Cloudflare's programs know it. What differs is said where it does. */

export interface D1Meta {
  /** Milliseconds in the engine. */
  readonly duration: number;
  /** Rows inserted, changed or deleted, by triggers too. */
  readonly changes: number;
  readonly last_row_id: number | bigint;
  /** Rows of the result. Cloudflare counts those that were looked at. */
  readonly rows_read: number;
  readonly rows_written: number;
  /** Bytes of the database. */
  readonly size_after: number;
  readonly changed_db: boolean;
  readonly served_by: string;
}

export interface D1Result<Row = Record<string, unknown>> {
  readonly success: true;
  readonly results: Row[];
  readonly meta: D1Meta;
}

export interface D1ExecResult {
  /** Statements that ran. */
  readonly count: number;
  /** Milliseconds in the engine. */
  readonly duration: number;
}

export interface D1PreparedStatement {
  /**
   * The statement with values for its `?`, in their order: null, numbers, bigints, texts, booleans (as 0 or
   * 1), and bytes (ArrayBuffer or a view). Blobs come back as Uint8Array; Cloudflare gives arrays of numbers.
   */
  bind(...values: unknown[]): D1PreparedStatement;
  /** The first row, or null when there is none. */
  first<Row = Record<string, unknown>>(): Promise<Row | null>;
  /** One column of the first row, or null when there is no row. */
  first<Value = unknown>(column: string): Promise<Value | null>;
  run<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  all<Row = Record<string, unknown>>(): Promise<D1Result<Row>>;
  /** Rows as arrays; with `columnNames` the first one has the names. */
  raw<Row = unknown[]>(options: { columnNames: true }): Promise<[string[], ...Row[]]>;
  raw<Row = unknown[]>(options?: { columnNames?: false }): Promise<Row[]>;
}

export interface D1DatabaseSession {
  prepare(sql: string): D1PreparedStatement;
  /** Several statements in one transaction: all of them or none. */
  batch<Row = Record<string, unknown>>(
    statements: readonly D1PreparedStatement[],
  ): Promise<D1Result<Row>[]>;
  /** There is one copy of the database, so there is nothing to bookmark. */
  getBookmark(): null;
}

export interface D1Database extends D1DatabaseSession {
  /** A script, one statement after the other; those before a failing one are kept. */
  exec(sql: string): Promise<D1ExecResult>;
  /** The database itself: there is one copy of it, so each read sees the last write. */
  withSession(constraintOrBookmark?: string): D1DatabaseSession;
}
