import type { Database, Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { asPeerServerError } from '../../protocol/errors.ts';
import { DatabaseServer } from './database-server.ts';
import { migrate } from './migrations.ts';
import { SqlEngine } from './sql-engine.ts';
import { SqlError } from './sql-error.ts';
import type { CallError, CallName, FromWorker, ToWorker, WorkerCalls } from './worker-messages.ts';

/** How often a worker that is busy says that it is alive; the host waits many times longer. */
const ALIVE_EVERY_MS = 1000;

/** A site's database, just opened on the platform's storage. */
export interface OpenedDatabase {
  readonly sqlite3: Sqlite3Static;
  readonly database: Database;
  /** Lets go of the files, after the database is closed. */
  release(): void;
}

/**
 * The database's worker, the same on every platform: opens the database, then does what comes on `control`
 * and on the ports that it is given there.
 * @param control from the host
 * @param isStopWanted looks at a stop sign; a platform without them lacks it
 */
export async function runDatabaseWorker(
  control: MessagePort,
  open: () => Promise<OpenedDatabase>,
  isStopWanted?: (stopSign: string) => boolean,
): Promise<void> {
  const tell = (message: FromWorker, transfer: Transferable[] = []): void =>
    control.postMessage(message, transfer);
  let aliveAt = Number.NEGATIVE_INFINITY;
  const alive = (): void => {
    const now = performance.now();
    if (now - aliveAt < ALIVE_EVERY_MS) return;
    aliveAt = now;
    tell({ kind: 'alive' });
  };
  let watched = false;
  const onChange = (): void => {
    if (watched) tell({ kind: 'changed' });
    watched = false;
  };

  let opened: OpenedDatabase;
  let engine: SqlEngine;
  try {
    opened = await open();
    engine = new SqlEngine(opened.sqlite3, opened.database, { onStillRunning: alive });
  } catch (thrown) {
    tell({ kind: 'open-failed', error: callError(thrown) });
    return;
  }
  const server = new DatabaseServer(engine, {
    onChange,
    onAnswered: alive,
    onBroken: (cause) => tell({ kind: 'broken', message: String(cause) }),
  });

  /** What each call does. Studio's queries take the same way as those of sandboxes. */
  const calls: {
    readonly [Name in CallName]: (
      argument: WorkerCalls[Name]['in'],
    ) => Promise<WorkerCalls[Name]['out']> | WorkerCalls[Name]['out'];
  } = {
    migrate: async (files) => {
      const report = await migrate(engine, files);
      if (report.applied.length > 0) onChange();
      return report;
    },
    query: (statement) => {
      const request = { id: 0, kind: 'run', statements: [statement], transaction: false };
      const answer = server.answer(0, request);
      if (!answer.ok) throw new SqlError(answer.error);
      const [result] = 'results' in answer ? answer.results : [];
      if (!result) throw new Error('A statement ran without a result.');
      return result;
    },
    batch: (statements) =>
      statements.length === 0
        ? []
        : server.attempt(() => engine.run(statements, { transaction: true })),
    script: ({ stopSign, ...request }) => {
      const stopWanted =
        stopSign === undefined || !isStopWanted ? undefined : () => isStopWanted(stopSign);
      // Given up while it waited for its turn.
      if (stopWanted?.()) return { results: [] };
      return server.attempt(() => engine.report(request, stopWanted));
    },
    insertRows: (request) => server.attempt(() => engine.insertRows(request)),
    backup: () => engine.backup(),
    restore: (file) => {
      engine.restore(file);
      server.cutOff();
      onChange();
      return undefined;
    },
    close: () => {
      engine.close();
      opened.release();
      return undefined;
    },
  };
  const call = async <Name extends CallName>(
    id: number,
    name: Name,
    argument: WorkerCalls[Name]['in'],
  ): Promise<void> => {
    try {
      const value = await calls[name](argument);
      tell({ kind: 'done', id, value }, value instanceof Uint8Array ? [value.buffer] : []);
    } catch (thrown) {
      tell({ kind: 'refused', id, error: callError(thrown) });
    }
  };

  control.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if (data.kind === 'connect') server.connect(data.port);
    else if (data.kind === 'watch') watched = true;
    else if (data.kind === 'ping') tell({ kind: 'alive' });
    else void call(data.id, data.name, data.argument);
  });
  tell({ kind: 'opened' });
  control.start();
}

function callError(thrown: unknown): CallError {
  const { code, message } = asPeerServerError(thrown, 'storage-failed');
  return { code, message, ...(thrown instanceof SqlError ? { failure: thrown.failure } : {}) };
}
