import { type ReadonlySignal, signal } from '@preact/signals';
import type { ScriptReport, SqlFailure } from '../../host.ts';
import type { DatabaseConnection } from '../database-connection.ts';
import { failureText } from '../database-connection.ts';
import type { QueryHistory } from './query-history.ts';

/** Rows of a result that are fetched at first, and how many more each time. */
export const RESULT_ROWS = 200;

/** More rows than these no page shows; a file has them. */
export const MAX_RESULT_ROWS_SHOWN = 5000;

export type QueryState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | {
      readonly kind: 'done';
      readonly sql: string;
      readonly report: ScriptReport;
    }
  /** It could not be asked at all. */
  | { readonly kind: 'failed'; readonly message: string };

/** The query editor's queries. */
export interface QueryRunner {
  readonly state: ReadonlySignal<QueryState>;
  /** Runs one or several statements, and remembers them. One run at a time: another call is ignored. */
  run(sql: string): Promise<void>;
  /** Runs the one SELECT of the last run again, with more rows. */
  showMore(): Promise<void>;
  /** Stops what runs. */
  stop(): void;
}

export interface QueryRunnerOptions {
  readonly connection: Pick<DatabaseConnection, 'database'>;
  readonly history: QueryHistory;
}

export function createQueryRunner({ connection, history }: QueryRunnerOptions): QueryRunner {
  const state = signal<QueryState>({ kind: 'idle' });
  let stopping: AbortController | undefined;
  let rows = RESULT_ROWS;

  async function execute(sql: string): Promise<void> {
    if (stopping) return;
    const ending = new AbortController();
    stopping = ending;
    state.value = { kind: 'running' };
    try {
      const database = await connection.database();
      const report = await database.script({ sql, maxRows: rows }, ending.signal);
      state.value = { kind: 'done', sql, report };
    } catch (thrown) {
      state.value = { kind: 'failed', message: failureText(thrown) };
    } finally {
      stopping = undefined;
    }
  }

  return {
    state,
    async run(sql) {
      if (sql.trim() === '' || stopping) return;
      rows = RESULT_ROWS;
      history.add(sql);
      await execute(sql);
    },
    async showMore() {
      const { value } = state;
      if (value.kind !== 'done' || !canShowMore(value.report)) return;
      rows = Math.min(rows * 5, MAX_RESULT_ROWS_SHOWN);
      await execute(value.sql);
    },
    stop: () => stopping?.abort(),
  };
}

/** True when asking again gives more rows and changes nothing. */
export function canShowMore({ results, failure }: ScriptReport): boolean {
  const [only, another] = results;
  return Boolean(
    only?.more &&
      !another &&
      !failure &&
      only.changes === 0 &&
      only.rows.length < MAX_RESULT_ROWS_SHOWN,
  );
}

/** The place of a failure in the text: from its word's beginning to the word's end. */
export function failureRange(
  sql: string,
  { position = 0 }: SqlFailure,
): { readonly from: number; readonly to: number } {
  const from = Math.min(Math.max(position, 0), sql.length);
  const word = /^(?:[\p{L}\p{N}_$]+|.)/u.exec(sql.slice(from))?.[0] ?? '';
  if (word.length > 0) return { from, to: from + word.length };
  // At the end of the text: its last character, so that there is something to see.
  const end = sql.trimEnd().length;
  return { from: Math.max(0, end - 1), to: end };
}
