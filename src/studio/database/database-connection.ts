import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '../../protocol/clock.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import { type SiteDatabase, SqlError, type SqlResult, type SqlStatement } from '../host.ts';
import { readSchema, SCHEMA_STATEMENTS, type Table } from './schema/schema.ts';

/** After a change the page waits so long for more of them, milliseconds; then it asks once. */
export const SETTLE_MS = 250;

/** Asking may take one part in so many of the time: a site that writes all the time is not slowed by being watched. */
const REST_FACTOR = 8;

export type ConnectionState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' }
  | { readonly kind: 'failed'; readonly message: string };

/** The site's database as the page uses it: opened again when it was lost, its tables known. */
export interface DatabaseConnection {
  readonly state: ReadonlySignal<ConnectionState>;
  readonly tables: ReadonlySignal<readonly Table[]>;
  /** Counts up when rows or tables may have changed, some time after they did. */
  readonly version: ReadonlySignal<number>;
  /** Opens the database and follows it, until the signal is aborted. Never rejects. */
  follow(signal: AbortSignal): Promise<void>;
  /** The open database. @throws PeerServerError storage-failed */
  database(): Promise<SiteDatabase>;
  /** Statements in one transaction. @throws SqlError, PeerServerError */
  batch(statements: readonly SqlStatement[], signal: AbortSignal): Promise<readonly SqlResult[]>;
  /** Asks for the tables anew. @throws PeerServerError */
  reload(signal: AbortSignal): Promise<void>;
}

export interface DatabaseConnectionOptions {
  /** Opens the database, or gives the open one. */
  readonly open: () => Promise<SiteDatabase>;
  readonly clock: Clock;
}

/** Prepares the connection; nothing happens before `follow`. */
export function createDatabaseConnection({
  open,
  clock,
}: DatabaseConnectionOptions): DatabaseConnection {
  const state = signal<ConnectionState>({ kind: 'opening' });
  const tables = signal<readonly Table[]>([]);
  const version = signal(0);
  let known = '';

  async function batch(statements: readonly SqlStatement[], stop: AbortSignal) {
    return (await open()).batch(statements, stop);
  }

  async function reload(stop: AbortSignal): Promise<void> {
    const results = await batch(SCHEMA_STATEMENTS, stop);
    const text = JSON.stringify(
      results.map(({ rows }) => rows),
      withBigints,
    );
    // The same objects while nothing has changed: what is drawn from them stays as it is.
    if (text !== known) tables.value = readSchema(results);
    known = text;
  }

  /** Until the database is lost, or nobody looks any more. */
  async function followOne(database: SiteDatabase, stop: AbortSignal): Promise<void> {
    let cancel: (() => void) | undefined;
    let asking = false;
    let again = false;
    const ask = async (): Promise<void> => {
      cancel = undefined;
      asking = true;
      again = false;
      const began = clock.now();
      try {
        await reload(stop);
        version.value += 1;
      } catch {
        // Lost or given up: `lost` tells, and what is open then asks again.
      }
      asking = false;
      if (again) plan((clock.now() - began) * REST_FACTOR);
    };
    const plan = (rest: number): void => {
      if (stop.aborted || cancel) return;
      if (asking) again = true;
      else cancel = clock.schedule(Math.max(SETTLE_MS, rest), () => void ask());
    };
    const unsubscribe = database.subscribe(() => plan(0));
    try {
      await reload(stop);
      version.value += 1;
      state.value = { kind: 'open' };
      await Promise.race([database.lost, aborted(stop)]);
    } finally {
      unsubscribe();
      cancel?.();
    }
  }

  return {
    state,
    tables,
    version,
    database: open,
    batch,
    reload,
    async follow(stop) {
      while (!stop.aborted) {
        try {
          await followOne(await open(), stop);
        } catch (thrown) {
          if (stop.aborted) return;
          state.value = {
            kind: 'failed',
            message: asPeerServerError(thrown, 'storage-failed').message,
          };
          return;
        }
      }
    },
  };
}

/** Resolves when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function withBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** What a person is told about a failure: the message, and the hint of the database if there is one. */
export function failureText(thrown: unknown): string {
  const { message } = asPeerServerError(thrown, 'storage-failed');
  const hint = thrown instanceof SqlError ? thrown.failure.hint : undefined;
  return hint === undefined ? message : `${message.replace(/[.]?$/, '.')} ${hint}`;
}
