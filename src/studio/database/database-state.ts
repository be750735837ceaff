import { type Signal, signal } from '@preact/signals';
import { systemClock } from '../../protocol/clock.ts';
import type { OpenServer } from '../host.ts';
import { createDatabaseConnection, type DatabaseConnection } from './database-connection.ts';
import { type ChangeHistory, createChangeHistory } from './grid/change-history.ts';
import { createQueryHistory, type QueryHistory } from './query/query-history.ts';
import { createQueryRunner, type QueryRunner } from './query/query-runner.ts';

/** What the page shows. */
export type DatabasePlace =
  | { readonly kind: 'query' }
  | { readonly kind: 'table'; readonly name: string; readonly tab: 'rows' | 'schema' };

/** What lasts while the page itself comes and goes. */
export interface DatabaseState {
  /** Another for each server that was opened. */
  readonly id: number;
  readonly connection: DatabaseConnection;
  readonly changes: ChangeHistory;
  readonly history: QueryHistory;
  readonly runner: QueryRunner;
  /** Undefined: the first table, or the query when there is none. */
  readonly place: Signal<DatabasePlace | undefined>;
}

let lastId = 0;
const states = new WeakMap<OpenServer, DatabaseState>();

/** The state of a server's page, the same as long as the server is open. */
export function databaseState(server: OpenServer): DatabaseState {
  const known = states.get(server);
  if (known) return known;
  const connection = createDatabaseConnection({
    open: () => server.database(),
    clock: systemClock,
  });
  const history = createQueryHistory({
    storage: localStorage,
    serverName: server.name,
    now: Date.now,
  });
  const state: DatabaseState = {
    id: ++lastId,
    connection,
    changes: createChangeHistory(),
    history,
    runner: createQueryRunner({ connection, history }),
    place: signal(undefined),
  };
  states.set(server, state);
  return state;
}
