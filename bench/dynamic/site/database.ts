/** The part of D1 that is used here. */
export interface Database {
  prepare(sql: string): Statement;
  batch(statements: readonly Statement[]): Promise<unknown>;
}

export interface Statement {
  bind(...values: readonly unknown[]): Statement;
  first(): Promise<object | null>;
  run(): Promise<unknown>;
}

export const SELECT_ROW = 'SELECT id, name, text FROM rows WHERE id = ?';
export const INSERT_ROW = 'INSERT INTO inserted (name, number) VALUES (?, ?)';
