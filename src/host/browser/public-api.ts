/**
 * The types of everything the studio may use, in one place; `index.ts` exports them with the functions.
 * Paths are relative to the site's root, with `/` between parts and no slash at either end:
 * `public/photos/sea side.jpg`.
 */
import type { SiteName } from '../../address/site-name.ts';
import type { PeerServerError } from '../../protocol/errors.ts';
import type { SiteDatabase } from '../database/site-database.ts';
import type { ServeEvent, SignalingState, VisitorInfo } from '../serve-event.ts';

/** One of this browser's servers. */
export interface ServerRecord {
  readonly name: SiteName;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsed: number;
}

/** Something to start from. */
export interface SiteTemplate {
  readonly id: TemplateId;
  /** As people see it, e.g. `Empty Template`. */
  readonly title: string;
  /** One sentence: what it gives. */
  readonly description: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export type TemplateId = 'empty' | 'links';

export interface CreateServerOptions {
  /** As typed; it is parsed here. */
  readonly name: string;
  readonly template: TemplateId;
  /** WebSocket URL of the signaling server: `ws://localhost:8890/.peerserver/signal`. */
  readonly signalUrl: string;
  readonly signal: AbortSignal;
}

export interface DeleteServerOptions {
  readonly signalUrl: string;
  readonly signal: AbortSignal;
}

/** A refused name is an answer and no failure: the form shows it beside its field. */
export type CreateServerResult =
  | { readonly kind: 'created'; readonly server: ServerRecord }
  | {
      readonly kind: 'refused';
      /** One sentence for people. */
      readonly message: string;
      /** A name that would probably be given. */
      readonly suggestion: SiteName;
    };

/** What an open server reports: what serving reports, and how it ended. */
export type ServerEvent =
  | ServeEvent
  /** Another tab of this browser hosts the site now. `ended` follows. */
  | { readonly kind: 'taken-over' }
  /**
   * The site is not served any more: after `close()` without an error, else with the reason (the name is
   * somebody else's, or another device with the same key took over). Files can still be edited unless
   * another tab of this browser took over.
   */
  | { readonly kind: 'ended'; readonly error?: PeerServerError };

export interface OpenServerOptions {
  readonly signalUrl: string;
  /** Ends everything, as `close()` does. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServerEvent) => void;
}

/** A server that this tab hosts. */
export interface OpenServer {
  readonly name: SiteName;
  /** Public key of the site, base64url; `keyFingerprint` makes it readable. */
  readonly publicKey: string;
  readonly store: SiteStore;
  /** The latest `signaling` event. */
  signaling(): SignalingState;
  /** Who is connected now, oldest first. */
  visitors(): readonly VisitorInfo[];
  /** Ends one visitor's connection; unknown ids are ignored (the visitor may just have left). */
  disconnect(connectionId: string): void;
  /**
   * The site's database, made if there is none yet. The server closes it.
   * @throws PeerServerError storage-failed, cancelled
   */
  database(): Promise<SiteDatabase>;
  /**
   * The site's database as an ordinary SQLite file.
   * @throws PeerServerError storage-failed, cancelled
   */
  backupDatabase(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Replaces the site's database by an SQLite file and starts the site's code anew; visitors wait meanwhile.
   * A broken file changes nothing.
   * @param signal gives up before the file is looked at; then it is too late to stop
   * @throws PeerServerError bad-input when it is no sound database or too large; storage-failed, cancelled
   */
  restoreDatabase(file: Blob, signal: AbortSignal): Promise<void>;
  /** Stops serving, waits for pending saves, lets another tab have the site. Safe to call again. */
  close(): Promise<void>;
}

/** What a file's line in the list shows. */
export interface FileEntry {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** MIME type without parameters, e.g. `text/html`. */
  readonly type: string;
  /** `live` when visitors get exactly this; `changed` when they get an older one; `new` when none. */
  readonly status: 'live' | 'changed' | 'new';
}

export type FileContent = string | Uint8Array<ArrayBuffer> | Blob;

export interface NewFile {
  readonly path: string;
  /** A Blob or File is streamed; it may be larger than memory. */
  readonly content: FileContent;
}

export interface SaveOptions {
  /** Visitors get it at once, in the same step. Default false: only the draft changes. */
  readonly publish?: boolean;
  /** Gives up before the save; once the index is being written it is too late to stop. */
  readonly signal?: AbortSignal;
}

/** What changed, after it is safely stored. */
export interface SiteChange {
  /** Counts every save; the same number means the same files. */
  readonly version: number;
  /** Paths whose draft is another, new or gone. */
  readonly draft: readonly string[];
  /** Paths for which visitors get something else now. */
  readonly live: readonly string[];
}

/**
 * The site's files in this browser. Every change is all or nothing: when the promise resolves it is
 * stored, when it rejects nothing has changed. Rejections are PeerServerErrors: `storage-failed` (no such
 * file, disk full, site taken over by another tab), `bad-input` (a path that is none), `cancelled`.
 */
export interface SiteStore {
  /** The draft's files in the order of their paths; from memory. */
  list(): readonly FileEntry[];
  /** The draft's file as UTF-8 text. */
  readText(path: string, options?: { signal?: AbortSignal }): Promise<string>;
  /** The draft's file; a Blob does not hold its bytes in memory. */
  read(path: string, options?: { signal?: AbortSignal }): Promise<Blob>;
  write(path: string, content: FileContent, options?: SaveOptions): Promise<void>;
  /** Several files in one step; of two with the same path the later wins. */
  writeMany(files: Iterable<NewFile>, options?: SaveOptions): Promise<void>;
  /** Moves a file, or a folder with all in it. Refuses to replace what is there. */
  rename(from: string, to: string, options?: SaveOptions): Promise<void>;
  /** Removes a file, or a folder with all in it. */
  remove(path: string, options?: SaveOptions): Promise<void>;
  /** Makes the draft of these files or folders live, removals too; all of it by default. */
  publish(paths?: readonly string[], options?: { signal?: AbortSignal }): Promise<void>;
  /** Puts the live state of these files or folders back into the draft; all of it by default. */
  discardDraft(paths?: readonly string[], options?: { signal?: AbortSignal }): Promise<void>;
  /** Takes back the latest of the last changes to the draft; false when there is none to take back. */
  undo(options?: SaveOptions): Promise<boolean>;
  /** Calls after each change; the returned function ends it. */
  subscribe(listener: (change: SiteChange) => void): () => void;
}
