import type { DatabaseAnswer, DatabaseRequest, SqlFailure } from './database-messages.ts';
import { parseDatabaseRequest, requestId } from './parse-database-request.ts';
import type { SqlEngine } from './sql-engine.ts';
import { SqlError } from './sql-error.ts';

export interface DatabaseServerOptions {
  /** Called after a request that may have changed rows or tables. */
  readonly onChange: () => void;
  /** Called after each request, whatever came of it. */
  readonly onAnswered: () => void;
  /** Called once, when SQLite itself has failed and nothing can be trusted any more. */
  readonly onBroken: (cause: unknown) => void;
}

/**
 * Answers the requests of sandboxes, one at a time and in the order they come in: SQLite is synchronous, so
 * each is done before the next is looked at, and no request ever sees half of another.
 */
export class DatabaseServer {
  readonly #engine: SqlEngine;
  readonly #options: DatabaseServerOptions;
  #broken = false;
  /** Ports of an earlier generation are cut off. */
  #generation = 0;

  constructor(engine: SqlEngine, options: DatabaseServerOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** Takes requests from a port whose other end may be in the hands of anybody. */
  connect(port: MessagePort): void {
    const generation = this.#generation;
    port.addEventListener('message', (event: MessageEvent<unknown>) => {
      const id = requestId(event.data);
      // Nobody waits for an answer. Closing would leave the site's own calls without one, for ever.
      if (id === undefined) return;
      const answer =
        generation === this.#generation
          ? this.answer(id, event.data)
          : { id, ok: false as const, error: REPLACED };
      port.postMessage(answer, blobsOf(answer));
    });
    port.start();
  }

  /**
   * Refuses what comes from now on over the ports there are, what waits in them included: it was meant for
   * another database.
   */
  cutOff(): void {
    this.#generation += 1;
  }

  /** The answer to one message. Never throws: what goes wrong is the answer. */
  answer(id: number, message: unknown): DatabaseAnswer {
    try {
      return this.attempt(() => this.#run(parseDatabaseRequest(message)));
    } catch (thrown) {
      if (thrown instanceof SqlError) return { id, ok: false, error: thrown.failure };
      throw thrown;
    }
  }

  /**
   * Does something with the engine, and tells of changes and of the engine's own failure.
   * @throws SqlError and nothing else
   */
  attempt<T>(work: () => T): T {
    if (this.#broken) throw new SqlError(BROKEN_BEFORE);
    const changesBefore = this.#engine.changes;
    try {
      return work();
    } catch (thrown) {
      if (thrown instanceof SqlError) throw thrown;
      this.#broken = true;
      this.#options.onBroken(thrown);
      throw new SqlError(BROKEN_NOW);
    } finally {
      this.#options.onAnswered();
      if (this.#engine.changes !== changesBefore) this.#options.onChange();
    }
  }

  #run(request: DatabaseRequest): DatabaseAnswer {
    const { id } = request;
    if (request.kind === 'run') {
      const { statements, transaction, bigints = false } = request;
      return { id, ok: true, results: this.#engine.run(statements, { transaction, bigints }) };
    }
    const start = performance.now();
    const count = this.#engine.script(request.sql);
    return { id, ok: true, count, duration: performance.now() - start };
  }
}

const BROKEN_NOW: SqlFailure = {
  message: 'The database stopped while it ran this.',
  hint: 'Whether the change was made is not known. It starts again by itself.',
  code: 'closed',
  outcome: 'unknown',
};

const REPLACED: SqlFailure = {
  message: 'The database was replaced by a backup.',
  code: 'closed',
  outcome: 'nothing',
};

const BROKEN_BEFORE: SqlFailure = {
  message: 'The database has stopped. It starts again by itself.',
  code: 'closed',
  outcome: 'nothing',
};

/** Buffers that go over without a copy: they were made for this answer. */
function blobsOf(answer: DatabaseAnswer): Transferable[] {
  const blobs: Transferable[] = [];
  if (!answer.ok || !('results' in answer)) return blobs;
  for (const { rows } of answer.results) {
    for (const row of rows) {
      for (const value of row) if (value instanceof Uint8Array) blobs.push(value.buffer);
    }
  }
  return blobs;
}
