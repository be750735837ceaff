/** A site's database as the rest of the host sees it; made by `openDatabase` of `browser/` or `node/`. */
import type { PeerServerError } from '../../protocol/errors.ts';
import type { SiteLogEntry } from '../site-log.ts';
import type {
  InsertReport,
  RowsToInsert,
  ScriptReport,
  ScriptRequest,
  SqlResult,
  SqlStatement,
} from './database-messages.ts';

/** One file below `migrations/`. */
export interface MigrationFile {
  /** Relative to the site's root: `migrations/0001_items.sql`. */
  readonly path: string;
  readonly text: string;
}

/** What a run of the migrations came to. */
export interface MigrationReport {
  /** False when a migration failed; neither it nor any after it is applied. */
  readonly ok: boolean;
  /** Paths of those applied now, in their order. */
  readonly applied: readonly string[];
  /** What the author should know: a failure with its file and line, a warning about a changed file. */
  readonly entries: readonly Omit<SiteLogEntry, 'at'>[];
}

/** The open database of one site. Only one at a time may be open for a site. */
export interface SiteDatabase {
  /**
   * Resolves when the database's worker has died by itself or was ended because it hung; never when it was
   * closed. Everything rejects from then on and all ports are dead: end the sandbox, open the database anew,
   * start another sandbox. What was acknowledged is kept.
   */
  readonly lost: Promise<PeerServerError>;
  /**
   * A fresh port that takes `DatabaseRequest`s, to be transferred to a sandbox. What comes in on it is parsed
   * as hostile input. It goes dead with the database: see `lost`. After `restore` it refuses everything.
   */
  connect(): MessagePort;
  /**
   * Applies the migrations that are not yet applied, in the order of their paths, each in a transaction.
   * A migration that fails is told in the report. Paths that do not end in `.sql` are passed over.
   * @throws PeerServerError storage-failed, cancelled
   */
  migrate(files: readonly MigrationFile[], signal: AbortSignal): Promise<MigrationReport>;
  /**
   * One statement for the studio, under the same limits as those of the site's code.
   * @throws SqlError when SQLite refuses it; PeerServerError storage-failed, cancelled
   */
  query(statement: SqlStatement, signal: AbortSignal): Promise<SqlResult>;
  /**
   * Several statements for the studio: all of them or none, at one moment in time.
   * @throws SqlError with the index of the statement at fault; PeerServerError storage-failed, cancelled
   */
  batch(statements: readonly SqlStatement[], signal: AbortSignal): Promise<readonly SqlResult[]>;
  /**
   * What a person typed, one statement after the other, under the same limit of time as the site's code.
   * @param signal stops it in the middle of a statement, where the platform can
   * @throws PeerServerError storage-failed, cancelled
   */
  script(request: ScriptRequest, signal: AbortSignal): Promise<ScriptReport>;
  /**
   * Inserts many rows in one transaction; nobody else is served meanwhile, so its time is limited as well.
   * @throws SqlError when it fails as a whole; PeerServerError storage-failed, cancelled
   */
  insertRows(request: RowsToInsert, signal: AbortSignal): Promise<InsertReport>;
  /**
   * The whole database as an ordinary SQLite file, at one moment in time.
   * @throws PeerServerError storage-failed, cancelled
   */
  backup(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Replaces the database by the given SQLite file, whole or not at all: a broken file changes nothing.
   * All ports refuse everything afterwards: what is still under way was meant for the old database.
   * @throws PeerServerError bad-input when it is no sound database; storage-failed, cancelled
   */
  restore(file: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void>;
  /**
   * Calls after rows or tables may have changed, at most once per request; the returned function ends it.
   * What it says is all it says: ask again for what you show.
   */
  subscribe(listener: () => void): () => void;
  /** Ends the worker after the request under way; all ports go dead. Safe to call again. */
  close(): Promise<void>;
}
