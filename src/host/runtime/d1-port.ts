/** Calls to the database's worker: many at once, each answered under its number. */
import type { DatabaseAnswer, DatabaseRequest, SqlFailure } from '../database/database-messages.ts';

/**
 * Calls without an answer yet. Beyond it something runs away, and would fill the memory of the database's
 * worker, where nothing can refuse it.
 */
const MAX_CALLS_UNDER_WAY = 10_000;

/** What the client needs of a MessagePort. */
export interface DatabasePort {
  postMessage(message: DatabaseRequest): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
}

/** An answer that is none of a failure. */
export type DatabaseSuccess = Extract<DatabaseAnswer, { readonly ok: true }>;

/** A request without its number, each kind by itself. */
export type DatabaseCall = DatabaseRequest extends infer Kind
  ? Kind extends DatabaseRequest
    ? Omit<Kind, 'id'>
    : never
  : never;

/** A failure, or an error made of one. */
export type DatabaseFault = SqlFailure | DatabaseError;

/** What the author's code catches: SQLite's words, our hint, and the place of the author's own call. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** SQLite's result code, e.g. `SQLITE_CONSTRAINT_UNIQUE`, or `too-slow`, `too-large`, `closed`. */
  readonly code: string;
  /** The likely cause, and what to do. */
  readonly hint: string | undefined;
  /** `nothing`: no change was made. `unknown`: it may have been; look before trying again. */
  readonly outcome: SqlFailure['outcome'];
  /** Index of the statement at fault in a batch or script. */
  readonly statement: number | undefined;

  constructor(failure: DatabaseFault) {
    super(failure.message);
    this.code = failure.code;
    this.hint = failure.hint;
    this.outcome = failure.outcome;
    this.statement = failure.statement;
  }
}

interface UnderWay {
  readonly place: Error;
  resolve(answer: DatabaseSuccess): void;
  reject(error: DatabaseError): void;
}

/** The one port of a sandbox to its site's database. */
export class DatabaseCalls {
  readonly #port: DatabasePort;
  readonly #underWay = new Map<number, UnderWay>();
  #lastId = 0;
  #closed = false;

  constructor(port: DatabasePort) {
    this.#port = port;
    port.addEventListener('message', ({ data }) => this.#take(data as DatabaseAnswer));
    // Where ports tell that their other end is gone; elsewhere the host ends the sandbox.
    port.addEventListener('close', () => this.#close());
    port.start();
  }

  /**
   * @param place made by `callPlace` in the author's call
   * @throws DatabaseError
   */
  call(request: DatabaseCall, place: Error): Promise<DatabaseSuccess> {
    if (this.#closed) return Promise.reject(at(place, closed('nothing')));
    if (this.#underWay.size >= MAX_CALLS_UNDER_WAY) {
      return Promise.reject(
        at(place, {
          message: `More than ${MAX_CALLS_UNDER_WAY} calls of the database are under way.`,
          hint: 'Wait for some of them with await before making more; db.batch([…]) makes one call of many statements.',
          code: 'too-large',
          outcome: 'nothing',
        }),
      );
    }
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#underWay.set(id, { place, resolve, reject });
      this.#port.postMessage({ ...request, id });
    });
  }

  #take(answer: DatabaseAnswer): void {
    const call = this.#underWay.get(answer.id);
    this.#underWay.delete(answer.id);
    if (answer.ok) call?.resolve(answer);
    else call?.reject(at(call.place, answer.error));
  }

  #close(): void {
    this.#closed = true;
    for (const { place, reject } of this.#underWay.values()) reject(at(place, closed('unknown')));
    this.#underWay.clear();
  }
}

/**
 * Remembers where the author's code made a call: when the answer comes, the stack of that moment is gone.
 * @param callee the method that the author called; it and all that it calls are left out where engines can
 */
export function callPlace(callee: (...values: never[]) => unknown): Error {
  const place = new Error();
  const { captureStackTrace } = Error as {
    captureStackTrace?: (target: Error, below: unknown) => void;
  };
  captureStackTrace?.(place, callee);
  return place;
}

/** The failure as an error that the author's own call seems to have thrown. */
export function at(place: Error, failure: DatabaseFault): DatabaseError {
  const error = new DatabaseError(failure);
  // Chromium and Node begin a stack with the error's own words, Firefox does not.
  const frames = (place.stack ?? '').replace(/^Error:?.*\n/, '');
  const isHeaded = error.stack?.startsWith(error.name) || error.stack?.startsWith('Error');
  error.stack = isHeaded ? `${error.name}: ${error.message}\n${frames}` : frames;
  return error;
}

function closed(outcome: SqlFailure['outcome']): SqlFailure {
  return {
    message: 'The database has stopped.',
    hint:
      outcome === 'unknown'
        ? 'Whether the change was made is not known. The site starts again by itself.'
        : 'The site starts again by itself.',
    code: 'closed',
    outcome,
  };
}
