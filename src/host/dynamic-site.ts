/** The dynamic part of a site, as those see it who serve it. */
import type { Clock } from '../protocol/clock.ts';
import type { Compiler } from './compile/compiler.ts';
import type { SiteDatabase } from './database/site-database.ts';
import type { Handler } from './dispatch.ts';
import type { ProjectFiles } from './project/project-files.ts';
import type { CreateSandbox } from './sandbox/sandbox-process.ts';
import type { SiteLogEntry } from './site-log.ts';

export interface DynamicSiteOptions {
  readonly files: ProjectFiles;
  /** Answers for what code asks of the site's own files. */
  readonly staticFiles: Handler;
  readonly compiler: Compiler;
  /** Opens the site's database; called when it is first needed, and again after it was lost or failed to open. */
  readonly openDatabase: (signal: AbortSignal) => Promise<SiteDatabase>;
  readonly createSandbox: CreateSandbox;
  readonly clock: Clock;
  /** Time of day, milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** How visitors reach the site. */
  readonly scheme: 'http' | 'https';
  readonly onLog: (entry: SiteLogEntry) => void;
  /** Other code answers from now on, because of a save. */
  readonly onLive?: (change: LiveChange) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** A save of code that has become live. */
export interface LiveChange {
  /** The files that were saved, apart from those with an error: of these the log tells. */
  readonly paths: readonly string[];
  /** Since the first of them was seen, milliseconds. */
  readonly ms: number;
}

export interface DynamicSite {
  /** Files below `routes/`. */
  readonly routes: Handler;
  /** `server.ts`. */
  readonly server: Handler;
  /**
   * The site's database, opened if need be, with the migrations applied that there are when it is first asked for.
   * @throws PeerServerError storage-failed, cancelled
   */
  database(): Promise<SiteDatabase>;
  /**
   * The site's database as an ordinary SQLite file, with its migrations applied.
   * @throws PeerServerError storage-failed, cancelled
   */
  backup(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Replaces the site's database by the given SQLite file, applies the migrations that it lacks and starts
   * the code anew; requests wait meanwhile. A broken file changes nothing: the code runs on undisturbed.
   * @param signal gives up before the file is looked at; then it is too late to stop, and `close` waits for it
   * @param alongside replaces what belongs to the new database, before any code meets it; when it fails, the
   *   old database comes back, and so does its error
   * @throws PeerServerError bad-input when the file is no sound database; storage-failed, cancelled
   */
  restore(
    file: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
    alongside?: () => Promise<void>,
  ): Promise<void>;
  /** Ends the code at once and closes the database. Safe to call again. */
  close(): Promise<void>;
}
