/**
 * The types of everything the studio may use, in one place; `index.ts` exports them with the functions.
 * Paths are relative to the site's root, with `/` between parts and no slash at either end:
 * `public/photos/sea side.jpg`.
 */
import type { SiteName } from '../../address/site-name.ts';
import type { PeerServerError } from '../../protocol/errors.ts';
import type { SiteDatabase } from '../database/site-database.ts';
import type {
  ServeEvent,
  SignalingState,
  TrafficTotals,
  VisitorInfo,
  VisitorStats,
} from '../serve-event.ts';

/** One of this browser's servers. */
export interface ServerRecord {
  readonly name: SiteName;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsed: number;
}

/** What a server is made of. */
export type SiteContent =
  | { readonly kind: 'files'; readonly files: Iterable<NewFile> | AsyncIterable<NewFile> }
  /** A zip: one of ours, with drafts and database, or any zip of a site. See docs/archive.md. */
  | { readonly kind: 'archive'; readonly archive: Blob };

/** How far something is, in bytes of content. */
export interface Progress {
  readonly done: number;
  /** Undefined when it is not known beforehand. */
  readonly total: number | undefined;
}

/** What takes long says how far it is and can be given up. */
export interface LongTaskOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** For a server that is made under a name, or gets another. */
export interface NamedServerOptions extends LongTaskOptions {
  /** As typed; it is parsed here. */
  readonly name: string;
  /** WebSocket URL of the signaling server: `ws://localhost:8890/.peerserver/signal`. */
  readonly signalUrl: string;
}

export interface CreateServerOptions extends NamedServerOptions {
  readonly content: SiteContent;
}

/** What a server takes of this browser's storage. */
export interface ServerDescription {
  /** Its files, live and draft, and its database. */
  readonly bytes: number;
  /** Files of the draft. */
  readonly files: number;
  /** Whether a tab of this browser has it open now. */
  readonly running: boolean;
}

/** What a zip of a site holds, before anything of it is unpacked. */
export interface ArchiveSummary {
  readonly files: number;
  /** Bytes of all files, unpacked. */
  readonly bytes: number;
  /** Whether it has routes, templates and so on, and not files alone. */
  readonly project: boolean;
  /** Whether a database with its rows comes along. */
  readonly database: boolean;
}

/** A zip as it is made. */
export type ArchiveStream = ReadableStream<Uint8Array<ArrayBuffer>>;

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
  /**
   * Ends one visitor's connections and takes no new one of it for five minutes: its page would be back in a
   * second. Unknown ids are ignored (the visitor may just have left).
   */
  disconnect(connectionId: string): void;
  /** Lets a visitor that was disconnected come again at once. */
  readmit(visitorKey: string): void;
  /**
   * Visitors get a page that says that the site is paused; WebSockets and endless answers end. Connections and
   * name stay, and a reload of this tab begins unpaused. Reported by the event `paused`.
   */
  pause(): void;
  resume(): void;
  paused(): boolean;
  /**
   * Who is connected now, oldest first, with what went over each connection.
   * @throws PeerServerError cancelled
   */
  visitorStats(signal: AbortSignal): Promise<readonly VisitorStats[]>;
  /** All that went over connections since this tab opened the server. */
  traffic(): TrafficTotals;
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
   * @param signal gives up before the file is looked at; then it is too late to stop, and `close` waits for it
   * @throws PeerServerError bad-input when it is no sound database or too large; storage-failed, cancelled
   */
  restoreDatabase(file: Blob, signal: AbortSignal): Promise<void>;
  /**
   * A zip of everything: live files, drafts, database; as it is now, whatever is saved meanwhile.
   * @throws PeerServerError storage-failed, cancelled; so does the stream
   */
  exportArchive(options: LongTaskOptions): Promise<ArchiveStream>;
  /**
   * Replaces all files and the database by those of a zip: both or neither. A bad archive changes nothing, and
   * when another tab takes the server over before the files are replaced, the old database comes back.
   * @param options.signal gives up until all is unpacked and checked; then it is too late to stop
   * @throws PeerServerError bad-input when it is no sound archive or goes beyond a limit; storage-failed,
   *   cancelled
   */
  importArchive(archive: Blob, options: LongTaskOptions): Promise<void>;
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

/** From one path to another, of a file or a folder. */
export interface FileMove {
  readonly from: string;
  readonly to: string;
}

/** Files as they were at some moment: the draft and what visitors got, each for itself. */
export interface KeptFiles {
  /** What keeping them may cost on the disk. */
  readonly bytes: number;
  /**
   * Makes each of them what it was, in one step; what was not there goes.
   * @throws PeerServerError storage-failed when their contents had to make room, bad-input when one of them would
   *   be a file and a folder at once
   */
  restore(options?: { signal?: AbortSignal }): Promise<void>;
  /** Their contents are needed no more. */
  release(): void;
}

export interface SaveOptions {
  /** Visitors get it at once, in the same step. Default false: only the draft changes. */
  readonly publish?: boolean;
  /** Gives up before the save; once the index is being written it is too late to stop. */
  readonly signal?: AbortSignal;
  /** How much of what is written is stored. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface MoveOptions extends SaveOptions {
  /** Written in the same step, after the moves. */
  readonly files?: readonly NewFile[];
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
  /** What visitors get at this path; undefined when they get nothing yet. */
  readLive(path: string, options?: { signal?: AbortSignal }): Promise<Blob | undefined>;
  write(path: string, content: FileContent, options?: SaveOptions): Promise<void>;
  /** Several files in one step; of two with the same path the later wins. */
  writeMany(files: Iterable<NewFile>, options?: SaveOptions): Promise<void>;
  /**
   * Moves a file, or a folder with all in it. Refuses to replace what is there. With `publish`, what visitors get
   * moves as well, as it is: a draft stays a draft.
   */
  rename(from: string, to: string, options?: SaveOptions): Promise<void>;
  /** Several of these in one step, all at once: two files can change places, no two can get the same path. */
  renameMany(moves: readonly FileMove[], options?: MoveOptions): Promise<void>;
  /** Copies a file, or a folder with all in it. Refuses to replace what is there. */
  copy(from: string, to: string, options?: SaveOptions): Promise<void>;
  /** Removes a file, or a folder with all in it. */
  remove(path: string, options?: SaveOptions): Promise<void>;
  /** Several of these in one step. */
  removeMany(paths: readonly string[], options?: SaveOptions): Promise<void>;
  /** Makes the draft of these files or folders live, removals too; all of it by default. */
  publish(paths?: readonly string[], options?: { signal?: AbortSignal }): Promise<void>;
  /** Puts the live state of these files or folders back into the draft; all of it by default. */
  discardDraft(paths?: readonly string[], options?: { signal?: AbortSignal }): Promise<void>;
  /**
   * Keeps files as they are now, so that they can be brought back, until `release` or the end of this tab.
   * @param paths of files; one that does not exist goes when they are restored
   */
  keep(paths: readonly string[]): KeptFiles;
  /** Takes back the latest of the last changes to the draft; false when there is none to take back. */
  undo(options?: SaveOptions): Promise<boolean>;
  /** Calls after each change; the returned function ends it. */
  subscribe(listener: (change: SiteChange) => void): () => void;
}
