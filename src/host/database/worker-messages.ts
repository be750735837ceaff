/** What the host and the worker that holds a site's database say to each other on the control port. */
import type { ErrorCode } from '../../protocol/errors.ts';
import type {
  InsertReport,
  RowsToInsert,
  ScriptReport,
  ScriptRequest,
  SqlFailure,
  SqlResult,
  SqlStatement,
} from './database-messages.ts';
import type { MigrationFile, MigrationReport } from './site-database.ts';

/** What the host asks for, by name: what goes in and what comes out. */
export interface WorkerCalls {
  readonly migrate: { readonly in: readonly MigrationFile[]; readonly out: MigrationReport };
  readonly query: { readonly in: SqlStatement; readonly out: SqlResult };
  readonly batch: { readonly in: readonly SqlStatement[]; readonly out: readonly SqlResult[] };
  readonly script: {
    /** `stopSign`: the platform's, to be looked at while it runs. */
    readonly in: ScriptRequest & { readonly stopSign: string | undefined };
    readonly out: ScriptReport;
  };
  readonly insertRows: { readonly in: RowsToInsert; readonly out: InsertReport };
  readonly backup: { readonly in: undefined; readonly out: Uint8Array<ArrayBuffer> };
  readonly restore: { readonly in: Uint8Array<ArrayBuffer>; readonly out: undefined };
  /** Closes the database; the last call. */
  readonly close: { readonly in: undefined; readonly out: undefined };
}

export type CallName = keyof WorkerCalls;

/** A call under its number. */
export type WorkerCall = {
  [Name in CallName]: {
    readonly kind: 'call';
    readonly id: number;
    readonly name: Name;
    readonly argument: WorkerCalls[Name]['in'];
  };
}[CallName];

export type ToWorker =
  | WorkerCall
  /** A port for a sandbox, transferred. */
  | { readonly kind: 'connect'; readonly port: MessagePort }
  /** "Say `changed` once, the next time something changes": so a busy site cannot flood the page. */
  | { readonly kind: 'watch' }
  /** "Say that you are alive." */
  | { readonly kind: 'ping' };

export type FromWorker =
  | { readonly kind: 'opened' }
  | { readonly kind: 'open-failed'; readonly error: CallError }
  | { readonly kind: 'alive' }
  | { readonly kind: 'changed' }
  /** SQLite itself has failed; nothing works any more. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'done'; readonly id: number; readonly value: WorkerCalls[CallName]['out'] }
  | { readonly kind: 'refused'; readonly id: number; readonly error: CallError };

/** An error on its way between threads, where classes are lost. */
export interface CallError {
  readonly code: ErrorCode;
  readonly message: string;
  /** When the SQL was at fault. */
  readonly failure?: SqlFailure;
}
