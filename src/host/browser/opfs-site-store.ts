import { PeerServerError } from '../../protocol/errors.ts';
import { mimeType } from '../content-type.ts';
import type { SiteFile, SiteFiles } from '../files.ts';
import { BlobStore, type StoredBlob } from './blob-store.ts';
import {
  blobsOf,
  boundedUndo,
  changedPaths,
  copied,
  EMPTY_STATE,
  type Manifest,
  type ManifestEntry,
  requireKnown,
  type SiteState,
  sameEntry,
  undoStep,
  withFiles,
  withRemoved,
  withRenamed,
  withUndone,
} from './manifest.ts';
import type {
  FileContent,
  FileEntry,
  NewFile,
  SaveOptions,
  SiteChange,
  SiteStore,
} from './public-api.ts';
import { readIndexes, type SiteIndex, writeNextIndex } from './site-index.ts';
import { normalizeSitePath } from './site-path.ts';
import { isQuotaError, storageError, throwIfCancelled } from './storage-error.ts';

/** Time of day, in milliseconds since 1970. */
export type WallClock = () => number;

/**
 * A site's files in the browser's own file system (OPFS). Contents are written first, under ids; then one
 * index is written that gives them their meaning, which is the moment of the save. So every change is all
 * or nothing, and no name in OPFS comes from a user.
 *
 * One store at a time may be open for a directory; `hosting-lock.ts` sees to it.
 */
export class OpfsSiteStore implements SiteStore {
  readonly #directory: FileSystemDirectoryHandle;
  readonly #blobs: BlobStore;
  readonly #now: WallClock;
  readonly #listeners = new Set<(change: SiteChange) => void>();
  /** Undefined until the first save. */
  #index: SiteIndex | undefined;
  /** Blobs of the index before: it counts if the current one should turn out to be damaged. */
  #previousBlobs: ReadonlySet<string>;
  /** Blobs of an index whose writing failed: it may be there all the same, until it is written over. */
  #doubtfulBlobs: ReadonlySet<string> = new Set();
  /** Changes of the index happen one after the other; this is the end of the last. Never rejects. */
  #lastChange: Promise<unknown> = Promise.resolve();
  /** Set when the store is closed; what every later call is told. */
  #closed: PeerServerError | undefined;

  private constructor(
    directory: FileSystemDirectoryHandle,
    blobs: BlobStore,
    index: SiteIndex | undefined,
    previous: SiteIndex | undefined,
    now: WallClock,
  ) {
    this.#directory = directory;
    this.#blobs = blobs;
    this.#index = index;
    this.#previousBlobs = previous ? blobsOf(previous.state) : new Set();
    this.#now = now;
  }

  /**
   * Opens the site in `directory`, an empty one if nothing is stored there yet, and removes what
   * interrupted saves left behind.
   * @throws PeerServerError storage-failed
   */
  static async open(
    directory: FileSystemDirectoryHandle,
    now: WallClock = Date.now,
  ): Promise<OpfsSiteStore> {
    try {
      const { current, previous } = await readIndexes(directory);
      const blobs = await BlobStore.open(directory);
      const store = new OpfsSiteStore(directory, blobs, current, previous, now);
      await store.#collect();
      return store;
    } catch (thrown) {
      throw storageError('Opening the site', thrown);
    }
  }

  /** What visitors get: always the live files of this very moment, from memory where they are small. */
  readonly liveFiles: SiteFiles = {
    has: (path) => this.#state.live.has(path.normalize('NFC')),
    lookup: (path) => {
      const normal = path.normalize('NFC');
      const entry = this.#state.live.get(normal);
      return entry && this.#siteFile(normal, entry);
    },
  };

  /** Paths of the live files, in no particular order. */
  livePaths(): Iterable<string> {
    return this.#state.live.keys();
  }

  #siteFile(path: string, entry: ManifestEntry): SiteFile {
    return {
      path,
      size: entry.size,
      etag: `"${entry.blob}"`,
      // What the studio writes is, and what is uploaded nearly always.
      utf8: true,
      modified: entry.modified,
      read: (range) => this.#blobs.read(entry, range),
    };
  }

  get #state(): SiteState {
    return this.#index?.state ?? EMPTY_STATE;
  }

  list(): readonly FileEntry[] {
    const { draft, live } = this.#state;
    return [...draft]
      .map(([path, entry]) => ({
        path,
        size: entry.size,
        modified: entry.modified,
        type: mimeType(path),
        status: fileStatus(entry, live.get(path)),
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async readText(path: string, options?: { signal?: AbortSignal }): Promise<string> {
    return (await this.read(path, options)).text();
  }

  async read(path: string, options: { signal?: AbortSignal } = {}): Promise<Blob> {
    throwIfCancelled(options.signal);
    if (this.#closed) throw this.#closed;
    const normal = normalizeSitePath(path);
    const entry = this.#state.draft.get(normal);
    if (!entry) throw new PeerServerError('storage-failed', `There is no file “${path}”.`);
    const blob = await this.#blobs.open(entry);
    return blob.slice(0, blob.size, mimeType(normal));
  }

  write(path: string, content: FileContent, options?: SaveOptions): Promise<void> {
    return this.writeMany([{ path, content }], options);
  }

  async writeMany(files: Iterable<NewFile>, options: SaveOptions = {}): Promise<void> {
    if (this.#closed) throw this.#closed;
    const wanted = new Map<string, FileContent>();
    for (const file of files) wanted.set(normalizeSitePath(file.path), file.content);
    // Names are tried before contents are stored: an upload of an hour must not fail on its last name.
    withFiles(this.#state.draft, new Map([...wanted.keys()].map((path) => [path, UNSTORED])));
    const stored: StoredBlob[] = [];
    try {
      const entries = new Map<string, ManifestEntry>();
      await forEachOf(wanted, PARALLEL_WRITES, async ([path, content]) => {
        const blob = await this.#put(content, options.signal);
        stored.push(blob);
        entries.set(path, { blob: blob.blob, size: blob.size, modified: this.#now() });
      });
      await this.#changeDraft((draft) => withFiles(draft, entries), [...wanted.keys()], options);
    } catch (thrown) {
      for (const blob of stored.splice(0)) blob.release();
      await this.#enqueue(() => this.#collect());
      throw thrown;
    } finally {
      for (const blob of stored) blob.release();
    }
  }

  async rename(from: string, to: string, options?: SaveOptions): Promise<void> {
    const [source, target] = [normalizeSitePath(from), normalizeSitePath(to)];
    await this.#changeDraft(
      (draft) => withRenamed(draft, source, target),
      [source, target],
      options,
    );
  }

  async remove(path: string, options?: SaveOptions): Promise<void> {
    const normal = normalizeSitePath(path);
    await this.#changeDraft((draft) => withRemoved(draft, normal), [normal], options);
  }

  async publish(paths?: readonly string[], options: { signal?: AbortSignal } = {}): Promise<void> {
    const chosen = paths?.map(normalizeSitePath);
    await this.#change((state) => {
      if (chosen === undefined) return { ...state, live: state.draft };
      requireKnown(state, chosen);
      return { ...state, live: copied(state.live, state.draft, chosen) };
    }, options.signal);
  }

  async discardDraft(
    paths?: readonly string[],
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const chosen = paths?.map(normalizeSitePath);
    await this.#change((state) => {
      if (chosen !== undefined) requireKnown(state, chosen);
      const draft = chosen ? copied(state.draft, state.live, chosen) : state.live;
      return { ...state, draft, undo: undoWith(state, draft) };
    }, options.signal);
  }

  async undo(options: SaveOptions = {}): Promise<boolean> {
    let undone = false;
    await this.#change((state) => {
      const step = state.undo.at(-1);
      if (!step) return state;
      undone = true;
      const draft = withUndone(state.draft, step);
      const paths = step.map(([path]) => path);
      const live = options.publish ? copied(state.live, draft, paths) : state.live;
      return { draft, live, undo: state.undo.slice(0, -1) };
    }, options.signal);
    return undone;
  }

  subscribe(listener: (change: SiteChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits for the saves under way, then refuses all others. What visitors are reading can be read on.
   * @param reason what later calls are told
   */
  async close(reason: PeerServerError): Promise<void> {
    this.#closed ??= reason;
    await this.#lastChange;
  }

  /** Stores content; when there is no room, gives up what is only kept to be undone, and tries again. */
  async #put(content: FileContent, signal: AbortSignal | undefined): Promise<StoredBlob> {
    try {
      return await this.#blobs.put(content, signal);
    } catch (thrown) {
      if (!isQuotaError(thrown) || this.#state.undo.length === 0) throw thrown;
      await this.#forgetUndo(signal);
      return this.#blobs.put(content, signal);
    }
  }

  /** Twice, so that the older of the two indexes, whose blobs are kept as well, does not need them. */
  async #forgetUndo(signal: AbortSignal | undefined): Promise<void> {
    for (let times = 0; times < 2; times += 1) {
      await this.#change((state) => ({ ...state, undo: [] }), signal);
    }
  }

  /** `touched`: what is published along with the change, if that is wanted. */
  #changeDraft(
    edit: (draft: Manifest) => Manifest,
    touched: readonly string[],
    options: SaveOptions = {},
  ): Promise<void> {
    return this.#change((state) => {
      const draft = edit(state.draft);
      const live = options.publish ? copied(state.live, draft, touched) : state.live;
      return { draft, live, undo: undoWith(state, draft) };
    }, options.signal);
  }

  /** The one place where the index changes: stored first, then true, then told. */
  #change(edit: (state: SiteState) => SiteState, signal?: AbortSignal): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#closed) throw this.#closed;
      throwIfCancelled(signal);
      const before = this.#state;
      const after = edit(before);
      if (after === before) return;
      let next: SiteIndex;
      try {
        next = await writeNextIndex(this.#directory, this.#index, after);
      } catch (thrown) {
        this.#doubtfulBlobs = new Set([...this.#doubtfulBlobs, ...blobsOf(after)]);
        throw storageError('Saving', thrown);
      }
      this.#doubtfulBlobs = new Set();
      this.#previousBlobs = blobsOf(before);
      this.#index = next;
      this.#tell({
        version: next.version,
        draft: changedPaths(before.draft, after.draft),
        live: changedPaths(before.live, after.live),
      });
      await this.#collect();
    });
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#lastChange.then(task);
    // The caller gets the error; the queue only needs to know that the task is over.
    this.#lastChange = result.catch(() => undefined);
    return result;
  }

  #tell(change: SiteChange): void {
    for (const listener of this.#listeners) {
      // On its own turn: a listener's exception is its author's, and must not look like a failed save.
      queueMicrotask(() => listener(change));
    }
  }

  async #collect(): Promise<void> {
    const current = blobsOf(this.#state);
    await this.#blobs.collect(
      new Set([...current, ...this.#previousBlobs, ...this.#doubtfulBlobs]),
    );
  }
}

/** Files written at a time: a folder of small ones is mostly waiting, and each may hold 16 MiB. */
const PARALLEL_WRITES = 4;

/** Stands for content that is not stored yet, where only names matter. */
const UNSTORED: ManifestEntry = { blob: '', size: 0, modified: 0 };

function fileStatus(draft: ManifestEntry, live: ManifestEntry | undefined): FileEntry['status'] {
  if (!live) return 'new';
  return sameEntry(draft, live) ? 'live' : 'changed';
}

function undoWith(state: SiteState, draft: Manifest): SiteState['undo'] {
  const step = undoStep(state.draft, draft);
  return step.length === 0 ? state.undo : boundedUndo([...state.undo, step]);
}

/** Runs `task` for every item, a few at a time; after a failure no more are begun, and it is thrown. */
async function forEachOf<T>(
  items: Iterable<T>,
  atOnce: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    while (failures.length === 0) {
      const next = iterator.next();
      if (next.done === true) return;
      await task(next.value).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length > 0) throw failures[0];
}
