/** The tables of a database, and how their rows are told apart. */
import type { SqlResult, SqlStatement, SqlValue } from '../../host.ts';

/** What SQLite prefers to keep in a column, from its declared type. */
export type Affinity = 'integer' | 'real' | 'numeric' | 'text' | 'blob';

export interface Column {
  readonly name: string;
  /** As declared, e.g. `VARCHAR(20)`; empty when nothing is. */
  readonly type: string;
  readonly affinity: Affinity;
  readonly notNull: boolean;
  /** An SQL expression. */
  readonly defaultValue: string | undefined;
  /** Its place in the primary key, from 1; 0: no part of it. */
  readonly keyPlace: number;
  /** Computed by the table: it takes no values. */
  readonly generated: boolean;
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  /** `undefined` for an expression. */
  readonly columns: readonly (string | undefined)[];
  readonly partial: boolean;
  /** Undefined when the table's own CREATE makes it. */
  readonly sql: string | undefined;
}

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  /** Empty: the primary key. */
  readonly targets: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** How a row is found again. */
export type RowKey =
  | { readonly kind: 'rowid'; readonly alias: string }
  | { readonly kind: 'primary'; readonly columns: readonly string[] }
  /** Rows can only be looked at; `reason` says why, in one sentence. */
  | { readonly kind: 'none'; readonly reason: string };

export interface Table {
  readonly name: string;
  readonly kind: 'table' | 'view' | 'virtual' | 'shadow';
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly triggers: readonly { readonly name: string; readonly sql: string }[];
  readonly sql: string;
  readonly key: RowKey;
  /** Made by PeerServer or by SQLite, not by the site. */
  readonly internal: boolean;
  /** Deleting a row here can change or delete rows of other tables, or run a trigger. */
  readonly deletesReachFurther: boolean;
}

/** A database with more tables than these shows the first: hand-made ones never have so many. */
export const MAX_TABLES = 500;

/** All that is asked about the tables, at one moment. `readSchema` takes the results. */
export const SCHEMA_STATEMENTS: readonly SqlStatement[] = [
  `SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'
   AND name NOT IN ('sqlite_schema', 'sqlite_temp_schema') ORDER BY name COLLATE NOCASE LIMIT ${MAX_TABLES}`,
  'SELECT type, name, tbl_name, sql FROM sqlite_schema',
  `SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
   FROM pragma_table_list t, pragma_table_xinfo(t.name) c WHERE t.schema = 'main'
   AND t.name NOT IN ('sqlite_schema', 'sqlite_temp_schema') ORDER BY t.name, c.cid`,
  `SELECT t.name, i.name, i."unique", i.partial, i.origin, c.name
   FROM pragma_table_list t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
   WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, i.seq, c.seqno`,
  `SELECT t.name, f.id, f."table", f."from", f."to", f.on_delete, f.on_update
   FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
   WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, f.id, f.seq`,
].map((sql) => ({ sql, values: [] }));

/** Tables of PeerServer's own: which migrations were applied, and the visitors' sessions. */
const OWN_TABLES = new Set(['_migrations', '_sessions']);

const ROWID_ALIASES = ['rowid', '_rowid_', 'oid'];

/** Reads what `SCHEMA_STATEMENTS` gave. */
export function readSchema(results: readonly SqlResult[]): readonly Table[] {
  const [tables, objects, columns, indexes, keys] = results.map(({ rows }) => rows);
  const columnsOf = groupRows(columns, readColumn);
  const indexRows = groupRows(indexes, (row) => row);
  const keyRows = groupRows(keys, (row) => row);
  const sqlOf = new Map<string, string>();
  const triggersOf = new Map<string, { name: string; sql: string }[]>();
  for (const [type, name, table, sql] of objects ?? []) {
    if (type === 'trigger') {
      const triggers = triggersOf.get(text(table)) ?? [];
      triggers.push({ name: text(name), sql: text(sql) });
      triggersOf.set(text(table), triggers);
    } else {
      sqlOf.set(text(name), text(sql));
    }
  }
  const read = (tables ?? []).map(([nameValue, typeValue, withoutRowid]) => {
    const name = text(nameValue);
    const kind = readKind(typeValue);
    const own = columnsOf.get(name) ?? [];
    const triggers = triggersOf.get(name) ?? [];
    return {
      name,
      kind,
      columns: own,
      indexes: readIndexes(indexRows.get(name) ?? [], sqlOf),
      foreignKeys: readForeignKeys(keyRows.get(name) ?? []),
      triggers,
      sql: sqlOf.get(name) ?? '',
      key: keyOf(name, kind, own, Number(withoutRowid) === 1),
      internal: OWN_TABLES.has(name) || name.startsWith('sqlite_') || kind === 'shadow',
    };
  });
  return read.map((table) => ({
    ...table,
    deletesReachFurther:
      table.triggers.length > 0 ||
      read.some(({ foreignKeys }) =>
        foreignKeys.some(
          (key) => sameName(key.table, table.name) && /^(CASCADE|SET )/.test(key.onDelete),
        ),
      ),
  }));
}

/** By SQLite's rules (https://sqlite.org/datatype3.html, 3.1), in their order. */
export function affinityOf(type: string): Affinity {
  const upper = type.toUpperCase();
  if (upper.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(upper)) return 'text';
  if (upper === '' || upper.includes('BLOB')) return 'blob';
  if (/REAL|FLOA|DOUB/.test(upper)) return 'real';
  return 'numeric';
}

/** Names of SQLite's are the same without regard to the case of ASCII letters. */
export function sameName(a: string, b: string): boolean {
  return lower(a) === lower(b);
}

function lower(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function keyOf(
  name: string,
  kind: Table['kind'],
  columns: readonly Column[],
  withoutRowid: boolean,
): RowKey {
  if (kind === 'view') {
    return { kind: 'none', reason: 'A view is computed from other tables: change those.' };
  }
  if (kind === 'virtual') {
    return {
      kind: 'none',
      reason: 'A virtual table has rules of its own: change its rows with a query.',
    };
  }
  if (kind === 'shadow' || name.startsWith('sqlite_')) {
    return { kind: 'none', reason: 'SQLite keeps this table for itself.' };
  }
  if (withoutRowid) {
    const key = columns.filter(({ keyPlace }) => keyPlace > 0);
    key.sort((a, b) => a.keyPlace - b.keyPlace);
    return { kind: 'primary', columns: key.map((column) => column.name) };
  }
  const taken = new Set(columns.map((column) => lower(column.name)));
  const alias = ROWID_ALIASES.find((word) => !taken.has(word));
  if (alias !== undefined) return { kind: 'rowid', alias };
  // All three names are those of columns; the one that is the row's own number can be among them.
  const [only, another] = columns.filter(({ keyPlace }) => keyPlace > 0);
  return only && !another && only.type.toUpperCase() === 'INTEGER'
    ? { kind: 'primary', columns: [only.name] }
    : {
        kind: 'none',
        reason:
          'Columns named rowid, _rowid_ and oid hide what tells its rows apart: use a query to change them.',
      };
}

function readColumn([
  ,
  name,
  type,
  notNull,
  defaultValue,
  keyPlace,
  hidden,
]: readonly SqlValue[]): Column {
  return {
    name: text(name),
    type: text(type),
    affinity: affinityOf(text(type)),
    notNull: Number(notNull) === 1,
    defaultValue: defaultValue === null ? undefined : text(defaultValue),
    keyPlace: Number(keyPlace),
    generated: Number(hidden) === 2 || Number(hidden) === 3,
  };
}

function readIndexes(
  rows: readonly (readonly SqlValue[])[],
  sqlOf: ReadonlyMap<string, string>,
): Index[] {
  const found = new Map<string, Index & { readonly columns: (string | undefined)[] }>();
  for (const [, nameValue, unique, partial, , column] of rows) {
    const name = text(nameValue);
    const index = found.get(name) ?? {
      name,
      unique: Number(unique) === 1,
      partial: Number(partial) === 1,
      columns: [],
      sql: sqlOf.get(name) || undefined,
    };
    index.columns.push(column === null ? undefined : text(column));
    found.set(name, index);
  }
  return [...found.values()];
}

function readForeignKeys(rows: readonly (readonly SqlValue[])[]): ForeignKey[] {
  const found = new Map<
    number,
    ForeignKey & { readonly columns: string[]; readonly targets: string[] }
  >();
  for (const [, id, table, from, to, onDelete, onUpdate] of rows) {
    const key = found.get(Number(id)) ?? {
      columns: [],
      table: text(table),
      targets: [],
      onDelete: text(onDelete),
      onUpdate: text(onUpdate),
    };
    key.columns.push(text(from));
    if (to !== null) key.targets.push(text(to));
    found.set(Number(id), key);
  }
  return [...found.values()];
}

function readKind(value: SqlValue | undefined): Table['kind'] {
  return value === 'view' || value === 'virtual' || value === 'shadow' ? value : 'table';
}

/** Rows by the text in their first column. */
function groupRows<T>(
  rows: readonly (readonly SqlValue[])[] = [],
  read: (row: readonly SqlValue[]) => T,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(text(row[0])) ?? [];
    group.push(read(row));
    groups.set(text(row[0]), group);
  }
  return groups;
}

function text(value: SqlValue | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
