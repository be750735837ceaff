import { type Clock, systemClock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type {
  InsertReport,
  RowsToInsert,
  ScriptReport,
  ScriptRequest,
  SqlResult,
  SqlStatement,
} from './database-messages.ts';
import type { MigrationFile, MigrationReport, SiteDatabase } from './site-database.ts';
import { SqlError } from './sql-error.ts';
import type { CallError, CallName, FromWorker, ToWorker, WorkerCalls } from './worker-messages.ts';

/** How often the worker is asked whether it is alive. */
const PING_EVERY_MS = 5000;

/**
 * So many questions without any sign of life, and it is ended. A statement that takes long is stopped by
 * SQLite itself, which looks between its steps; this is for a single step that never ends, such as a search
 * for a long text in another one. Counted, and not measured: after a computer's sleep all clocks have run on.
 */
const PINGS_WITHOUT_ANSWER = 4;

/** The thread that holds the database, as the platform starts it. */
export interface DatabaseThread {
  /** Ends it at once, whatever it does. Resolves when it has let go of the files. */
  terminate(): Promise<void>;
}

/** Tells a thread that is busy, and takes no messages, to stop what it does. */
export interface StopSign {
  /** What the thread finds it by. */
  readonly token: string;
  raise(): void;
}

export interface WorkerDatabaseOptions {
  /**
   * Starts the thread.
   * @param control to be transferred to it
   * @param onDeath call when it has failed or ended by itself
   */
  readonly start: (control: MessagePort, onDeath: (cause: unknown) => void) => DatabaseThread;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Where the platform has such signs; elsewhere a script ends by its limit of time. */
  readonly createStopSign?: () => StopSign;
}

interface Waiting {
  resolve(value: WorkerCalls[CallName]['out']): void;
  reject(error: PeerServerError): void;
}

/**
 * Starts the database's thread and waits until the database is open.
 * @throws PeerServerError storage-failed, cancelled
 */
export async function openWorkerDatabase(options: WorkerDatabaseOptions): Promise<SiteDatabase> {
  const database = new WorkerDatabase(options);
  try {
    await database.opened(options.signal);
    return database;
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
}

/** The host's end of a database that runs in a thread of its own. */
class WorkerDatabase implements SiteDatabase {
  readonly lost: Promise<PeerServerError>;
  readonly #control: MessagePort;
  readonly #thread: DatabaseThread;
  readonly #clock: Clock;
  readonly #createStopSign: (() => StopSign) | undefined;
  readonly #opened: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<() => void>();
  readonly #onOpened: { resolve(): void; reject(error: PeerServerError): void };
  readonly #onLost: (error: PeerServerError) => void;
  #lastId = 0;
  #unanswered = 0;
  #stopPinging = (): void => {};
  /** Why nothing can be asked any more. */
  #ended: PeerServerError | undefined;
  #closing: Promise<void> | undefined;

  constructor({ start, clock = systemClock, createStopSign }: WorkerDatabaseOptions) {
    this.#clock = clock;
    this.#createStopSign = createStopSign;
    let onLost = (_: PeerServerError): void => {};
    this.lost = new Promise((resolve) => {
      onLost = resolve;
    });
    this.#onLost = onLost;
    let onOpened = { resolve: (): void => {}, reject: (_: PeerServerError): void => {} };
    this.#opened = new Promise((resolve, reject) => {
      onOpened = { resolve, reject };
    });
    this.#onOpened = onOpened;
    const { port1, port2 } = new MessageChannel();
    this.#control = port1;
    port1.addEventListener('message', (event: MessageEvent<FromWorker>) => this.#take(event.data));
    port1.start();
    this.#thread = start(port2, (cause) => this.#lose(died(cause)));
    this.#ping();
  }

  /** Resolves when the database can be used. */
  opened(signal: AbortSignal): Promise<void> {
    return untilAborted(this.#opened, signal);
  }

  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    if (this.#ended) port2.close();
    else this.#tell({ kind: 'connect', port: port2 }, [port2]);
    return port1;
  }

  migrate(files: readonly MigrationFile[], signal: AbortSignal): Promise<MigrationReport> {
    return this.#call('migrate', files, signal);
  }

  query(statement: SqlStatement, signal: AbortSignal): Promise<SqlResult> {
    return this.#call('query', statement, signal);
  }

  batch(statements: readonly SqlStatement[], signal: AbortSignal): Promise<readonly SqlResult[]> {
    return this.#call('batch', statements, signal);
  }

  async script(request: ScriptRequest, signal: AbortSignal): Promise<ScriptReport> {
    const sign = this.#createStopSign?.();
    const raise = (): void => sign?.raise();
    signal.addEventListener('abort', raise, { once: true });
    if (signal.aborted) raise();
    try {
      // With a sign, what came of it is worth waiting for: it ends at once.
      const waiting = sign ? new AbortController().signal : signal;
      return await this.#call('script', { ...request, stopSign: sign?.token }, waiting);
    } finally {
      signal.removeEventListener('abort', raise);
      raise();
    }
  }

  insertRows(request: RowsToInsert, signal: AbortSignal): Promise<InsertReport> {
    return this.#call('insertRows', request, signal);
  }

  backup(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call('backup', undefined, signal);
  }

  async restore(file: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    await this.#call('restore', file, signal);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (!this.#ended) this.#tell({ kind: 'watch' });
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      if (!this.#ended) {
        try {
          await this.#call('close', undefined, new AbortController().signal);
        } catch (thrown) {
          // Ended before its time, or never opened: there is nothing left to close but the thread itself.
          if (!(thrown instanceof PeerServerError)) throw thrown;
        }
      }
      this.#end(new PeerServerError('storage-failed', 'The database is closed.'));
      await this.#thread.terminate();
    })();
    return this.#closing;
  }

  #call<Name extends CallName>(
    name: Name,
    argument: WorkerCalls[Name]['in'],
    signal: AbortSignal,
  ): Promise<WorkerCalls[Name]['out']> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    const answer = new Promise<WorkerCalls[Name]['out']>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#tell({ kind: 'call', id, name, argument } as ToWorker);
    return untilAborted(answer, signal);
  }

  #tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.#control.postMessage(message, transfer);
  }

  #take(message: FromWorker): void {
    this.#unanswered = 0;
    switch (message.kind) {
      case 'opened':
        this.#onOpened.resolve();
        break;
      case 'open-failed':
        this.#end(restoredError(message.error));
        break;
      case 'changed':
        if (this.#listeners.size > 0) this.#tell({ kind: 'watch' });
        for (const listener of this.#listeners) listener();
        break;
      case 'broken':
        this.#lose(died(message.message));
        break;
      case 'done':
        this.#settle(message.id)?.resolve(message.value);
        break;
      case 'refused':
        this.#settle(message.id)?.reject(restoredError(message.error));
        break;
      case 'alive':
        break;
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #ping(): void {
    this.#stopPinging = this.#clock.schedule(PING_EVERY_MS, () => {
      if (this.#unanswered === PINGS_WITHOUT_ANSWER) {
        this.#lose(died('it hung'));
        return;
      }
      this.#unanswered += 1;
      this.#tell({ kind: 'ping' });
      this.#ping();
    });
  }

  /** It ended by itself, or is useless. */
  #lose(error: PeerServerError): void {
    if (this.#ended) return;
    this.#end(error);
    // Told only when the files are free again, so that the database can be opened anew at once.
    void this.#thread.terminate().then(() => this.#onLost(error));
  }

  #end(error: PeerServerError): void {
    this.#ended ??= error;
    this.#stopPinging();
    this.#control.close();
    this.#onOpened.reject(this.#ended);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function died(cause: unknown): PeerServerError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const text = `The site's database stopped (${detail}). What it had acknowledged is kept; whether what was under way was done is not known.`;
  return new PeerServerError('storage-failed', text, { cause });
}

function restoredError({ code, message, failure }: CallError): PeerServerError {
  return failure ? new SqlError(failure) : new PeerServerError(code, message);
}

/** What `promise` comes to, or a rejection with `cancelled` as soon as the caller has given up. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      const text =
        'Waiting for the database was given up; what it was asked to do may still be done.';
      reject(new PeerServerError('cancelled', text, { cause: signal.reason }));
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
