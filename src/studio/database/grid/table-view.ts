import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Clock } from '../../../protocol/clock.ts';
import type { SqlValue } from '../../host.ts';
import { type DatabaseConnection, failureText } from '../database-connection.ts';
import type { Table } from '../schema/schema.ts';
import { allChanged, type Change, type ChangeHistory } from './change-history.ts';
import {
  deleteStatement,
  deleteUnchangedStatement,
  insertStatement,
  keyAfter,
  type NamedValue,
  readWholeRow,
  restoreStatement,
  updateStatement,
  valueStatement,
} from './row-changes.ts';
import {
  type Filter,
  type GridRow,
  PAGE_ROWS,
  type RowWindow,
  readWindow,
  type WindowRequest,
  windowStatements,
} from './row-window.ts';

/** How long it is said that rows have changed, milliseconds. */
export const NEWS_MS = 5000;

/** What came of changing a value. */
export type UpdateOutcome =
  | { readonly kind: 'done' }
  /** Somebody else has changed it; it is `now` this. */
  | { readonly kind: 'conflict'; readonly now: SqlValue }
  /** Somebody else has deleted the row. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly message: string };

/** What came of another change; `problem` is for people. */
export type ChangeOutcome =
  /** `change` is for `undoChange`; undefined: it cannot be taken back. */
  | { readonly ok: true; readonly change: Change | undefined; readonly count: number }
  | { readonly ok: false; readonly problem: string };

/** The rows of one table on the page. */
export interface TableView {
  readonly table: Signal<Table>;
  readonly request: ReadonlySignal<WindowRequest>;
  /** Undefined until the first rows are there. */
  readonly window: ReadonlySignal<RowWindow | undefined>;
  readonly problem: ReadonlySignal<string | undefined>;
  /** Keys of rows that others have changed or added just now. */
  readonly news: ReadonlySignal<ReadonlySet<string>>;
  readonly selected: ReadonlySignal<ReadonlySet<string>>;
  /** Asks for the rows. @param quiet nobody asked for it here: what is new is marked */
  load(quiet?: boolean): Promise<void>;
  /** Sorts by a column: upwards, downwards, not at all. */
  sortBy(column: string): Promise<void>;
  filterBy(filter: Filter | undefined): Promise<void>;
  /** Moves by whole pages. */
  turn(pages: number): Promise<void>;
  select(rows: readonly GridRow[], on: boolean): void;
  /** While something is being edited the rows stay where they are; the returned function ends that. */
  hold(): () => void;
  /** A value, whole; undefined when the row is gone. @throws SqlError, PeerServerError */
  value(row: GridRow, column: string): Promise<SqlValue | undefined>;
  /** @param before what it was when the edit began; undefined: whatever it is now */
  update(row: GridRow, to: NamedValue, before: SqlValue | undefined): Promise<UpdateOutcome>;
  insert(values: readonly NamedValue[]): Promise<ChangeOutcome>;
  remove(rows: readonly GridRow[]): Promise<ChangeOutcome>;
  close(): void;
}

export interface TableViewOptions {
  readonly table: Table;
  readonly connection: Pick<DatabaseConnection, 'batch'>;
  readonly changes: ChangeHistory;
  readonly clock: Clock;
}

/** A text that tells rows of one table apart. */
export function keyText({ key }: GridRow): string {
  return JSON.stringify(key, (_, value) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Uint8Array ? [...value] : value;
  });
}

/** A view on a table, without rows until `load`. */
export function createTableView(options: TableViewOptions): TableView {
  const { connection, changes, clock } = options;
  const table = signal(options.table);
  const request = signal<WindowRequest>({ sort: undefined, filter: undefined, offset: 0 });
  const window = signal<RowWindow | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  const news = signal<ReadonlySet<string>>(new Set());
  const selected = signal<ReadonlySet<string>>(new Set());
  const stop = new AbortController();
  let cancelNews = (): void => {};
  let holders = 0;
  let stale = false;
  let latest = 0;

  async function load(quiet = false): Promise<void> {
    if (holders > 0) {
      stale = true;
      return;
    }
    const mine = ++latest;
    const { value: asked } = request;
    const { value: of } = table;
    try {
      const results = await connection.batch(windowStatements(of, asked), stop.signal);
      if (mine !== latest || stop.signal.aborted) return;
      if (holders > 0) {
        stale = true;
        return;
      }
      const found = readWindow(of, results);
      // The last page has emptied.
      if (found.rows.length === 0 && asked.offset > 0) {
        request.value = { ...asked, offset: Math.max(0, asked.offset - PAGE_ROWS) };
        return await load(quiet);
      }
      show(found, quiet);
    } catch (thrown) {
      if (mine === latest && !stop.signal.aborted) problem.value = failureText(thrown);
    }
  }

  function show(found: RowWindow, quiet: boolean): void {
    const before = window.peek();
    batch(() => {
      problem.value = undefined;
      if (before && sameText(before) === sameText(found)) return;
      window.value = found;
      const present = new Set(found.rows.map(keyText));
      selected.value = new Set([...selected.peek()].filter((key) => present.has(key)));
      if (before && quiet) tellNews(changedRows(before, found));
    });
  }

  function tellNews(keys: ReadonlySet<string>): void {
    cancelNews();
    news.value = keys;
    cancelNews = clock.schedule(NEWS_MS, () => {
      news.value = new Set();
    });
  }

  function ask(next: Partial<WindowRequest>): Promise<void> {
    request.value = { ...request.peek(), ...next };
    return load();
  }

  function remember(title: string, undo: Change['undo']): Change | undefined {
    const change: Change = { title, undo };
    return changes.add(change) ? change : undefined;
  }

  return {
    table,
    request,
    window,
    problem,
    news,
    selected,
    load,
    sortBy(column) {
      const { sort } = request.peek();
      const next =
        sort?.column !== column
          ? { column, descending: false }
          : sort.descending
            ? undefined
            : { column, descending: true };
      return ask({ sort: next, offset: 0 });
    },
    filterBy: (filter) => ask({ filter, offset: 0 }),
    turn(pages) {
      const { offset } = request.peek();
      return ask({ offset: Math.max(0, offset + pages * PAGE_ROWS) });
    },
    select(rows, on) {
      const next = new Set(selected.peek());
      for (const row of rows) {
        if (on) next.add(keyText(row));
        else next.delete(keyText(row));
      }
      selected.value = next;
    },
    hold() {
      holders += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holders -= 1;
        if (holders > 0 || !stale) return;
        stale = false;
        void load(true);
      };
    },
    async value(row, column) {
      const statement = valueStatement(table.peek(), row.key, column);
      const [result] = await connection.batch([statement], stop.signal);
      return result?.rows[0]?.[0];
    },
    async update(row, to, before) {
      const of = table.peek();
      try {
        const old = valueStatement(of, row.key, to.column);
        const change = updateStatement(of, row.key, to, before);
        const [was, changed] = await connection.batch([old, change], stop.signal);
        const [found] = was?.rows ?? [];
        if (!found) return { kind: 'gone' };
        const oldValue = found[0] ?? null;
        if (!changed?.changes) return { kind: 'conflict', now: oldValue };
        const key = changed.rows[0] ?? keyAfter(of, row.key, to);
        remember(`Changed ${to.column} in ${of.name}`, [
          updateStatement(of, key, { column: to.column, value: oldValue }, to.value),
        ]);
        return { kind: 'done' };
      } catch (thrown) {
        return { kind: 'failed', message: failureText(thrown) };
      }
    },
    async insert(values) {
      const of = table.peek();
      try {
        const [result] = await connection.batch([insertStatement(of, values)], stop.signal);
        const [row] = result?.rows ?? [];
        const change =
          row &&
          remember(`Added a row to ${of.name}`, [
            deleteUnchangedStatement(of, readWholeRow(of, row)),
          ]);
        return { ok: true, change, count: 1 };
      } catch (thrown) {
        return { ok: false, problem: failureText(thrown) };
      }
    },
    async remove(rows) {
      const of = table.peek();
      try {
        const statements = rows.map(({ key }) => deleteStatement(of, key));
        const results = await connection.batch(statements, stop.signal);
        const deleted = results.flatMap(({ rows: [row] }) => (row ? [readWholeRow(of, row)] : []));
        // Rows of other tables that went along would not come back.
        if (of.deletesReachFurther || deleted.length === 0) {
          return { ok: true, change: undefined, count: deleted.length };
        }
        const change = remember(
          `Deleted ${deleted.length === 1 ? 'a row' : `${deleted.length} rows`} of ${of.name}`,
          // The last first: a row could be deleted only after those that refer to it.
          deleted.map((row) => restoreStatement(of, row)).toReversed(),
        );
        return { ok: true, change, count: deleted.length };
      } catch (thrown) {
        return { ok: false, problem: failureText(thrown) };
      }
    },
    close() {
      stop.abort();
      cancelNews();
    },
  };
}

export interface UndoOptions {
  readonly changes: ChangeHistory;
  readonly connection: Pick<DatabaseConnection, 'batch'>;
  readonly signal: AbortSignal;
}

/**
 * Takes a change back. When that fails, the change is kept, so that it can be tried again.
 * @param wanted undefined: the last
 * @returns what to say about it; undefined when there is no such change any more
 */
export async function undoChange(
  { changes, connection, signal }: UndoOptions,
  wanted?: Change,
): Promise<string | undefined> {
  const taken = changes.take(wanted);
  if (!taken) return undefined;
  const { change } = taken;
  try {
    const results = await connection.batch(change.undo, signal);
    return allChanged(results)
      ? `Undone: ${change.title}.`
      : `${change.title} could not be undone: it has been changed since.`;
  } catch (thrown) {
    taken.putBack();
    return `${change.title} could not be undone. ${failureText(thrown)}`;
  }
}

function changedRows(before: RowWindow, after: RowWindow): ReadonlySet<string> {
  const old = new Map(before.rows.map((row) => [keyText(row), sameText(row)]));
  return new Set(
    after.rows.filter((row) => old.get(keyText(row)) !== sameText(row)).map((row) => keyText(row)),
  );
}

function sameText(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
}
