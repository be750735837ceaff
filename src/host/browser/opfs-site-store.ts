import { PeerServerError } from '../../protocol/errors.ts';
import { mimeType } from '../content-type.ts';
import type { SiteFile, SiteFiles } from '../files.ts';
import { normalizeSitePath } from '../site-path.ts';
import type { Collecting } from './blob-lock.ts';
import { type BlobContent, BlobStore, type StoredBlob } from './blob-store.ts';
import { listFiles } from './file-entries.ts';
import { forEachOf } from './for-each-of.ts';
import { type KeptState, keptBytes, keptEntries, keptState, withKept } from './kept-files.ts';
import {
  blobsOf,
  changedPaths,
  EMPTY_STATE,
  type Manifest,
  type ManifestEntry,
  type SiteState,
  withCopied,
  withFiles,
  withLiveMoved,
  withRemoved,
  withRenamed,
} from './manifest.ts';
import type {
  FileContent,
  FileEntry,
  FileMove,
  KeptFiles,
  MoveOptions,
  NewFile,
  SaveOptions,
  SiteChange,
  SiteStore,
} from './public-api.ts';
import { SaveProgress } from './save-progress.ts';
import { SaveQueue } from './save-queue.ts';
import { readIndexes, type SiteIndex, writeNextIndex } from './site-index.ts';
import { StagedSite } from './staged-site.ts';
import {
  draftEdit,
  requireNames,
  withDiscarded,
  withPublished,
  withStepUndone,
} from './state-edits.ts';
import {
  isQuotaError,
  type RoomLeft,
  storageError,
  throwIfCancelled,
  withRoomLeft,
} from './storage-error.ts';

export interface SiteStoreOptions {
  /** Time of day, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Runs what removes contents that nothing needs any more; at once by default. */
  readonly collecting?: Collecting;
  readonly roomLeft?: RoomLeft;
}

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
  readonly #now: () => number;
  readonly #collecting: Collecting;
  readonly #roomLeft: RoomLeft | undefined;
  readonly #listeners = new Set<(change: SiteChange) => void>();
  /** Undefined until the first save. */
  #index: SiteIndex | undefined;
  /** Blobs of the index before: it counts if the current one should turn out to be damaged. */
  #previousBlobs: ReadonlySet<string>;
  /** Blobs of an index whose writing failed: it may be there all the same, until it is written over. */
  #doubtfulBlobs: ReadonlySet<string> = new Set();
  /** What somebody wants to be able to bring back. */
  readonly #kept = new Set<KeptState>();
  readonly #saves = new SaveQueue();

  private constructor(
    directory: FileSystemDirectoryHandle,
    blobs: BlobStore,
    index: SiteIndex | undefined,
    previous: SiteIndex | undefined,
    options: SiteStoreOptions,
  ) {
    this.#directory = directory;
    this.#blobs = blobs;
    this.#index = index;
    this.#previousBlobs = previous ? blobsOf(previous.state) : new Set();
    this.#now = options.now ?? Date.now;
    this.#collecting = options.collecting ?? ((collect) => collect());
    this.#roomLeft = options.roomLeft;
  }

  /**
   * Opens the site in `directory`, an empty one if nothing is stored there yet, and removes what
   * interrupted saves left behind.
   * @throws PeerServerError storage-failed
   */
  static async open(
    directory: FileSystemDirectoryHandle,
    options: SiteStoreOptions = {},
  ): Promise<OpfsSiteStore> {
    try {
      const { current, previous } = await readIndexes(directory);
      const blobs = await BlobStore.open(directory);
      const store = new OpfsSiteStore(directory, blobs, current, previous, options);
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
    return listFiles(this.#state);
  }

  async readText(path: string, options?: { signal?: AbortSignal }): Promise<string> {
    return (await this.read(path, options)).text();
  }

  async read(path: string, options: { signal?: AbortSignal } = {}): Promise<Blob> {
    throwIfCancelled(options.signal);
    this.#saves.requireOpen();
    const normal = normalizeSitePath(path);
    const entry = this.#state.draft.get(normal);
    if (!entry) throw new PeerServerError('storage-failed', `There is no file “${path}”.`);
    return this.#open(normal, entry);
  }

  async readLive(path: string, options: { signal?: AbortSignal } = {}): Promise<Blob | undefined> {
    throwIfCancelled(options.signal);
    this.#saves.requireOpen();
    const entry = this.#state.live.get(normalizeSitePath(path));
    return entry && this.#open(path, entry);
  }

  async #open(path: string, entry: ManifestEntry): Promise<Blob> {
    const blob = await this.#blobs.open(entry);
    return blob.slice(0, blob.size, mimeType(path));
  }

  write(path: string, content: FileContent, options?: SaveOptions): Promise<void> {
    return this.writeMany([{ path, content }], options);
  }

  writeMany(files: Iterable<NewFile>, options: SaveOptions = {}): Promise<void> {
    return this.#saves.admit(() => this.#writeAll(files, options));
  }

  /** @param moves carried out in the same step, before */
  async #writeAll(
    files: Iterable<NewFile>,
    options: SaveOptions,
    moves: readonly FileMove[] = [],
  ): Promise<void> {
    const wanted = new Map<string, FileContent>();
    for (const file of files) wanted.set(normalizeSitePath(file.path), file.content);
    // Names are tried before contents are stored: an upload of an hour must not fail on its last name.
    const paths = [...wanted.keys()];
    requireNames(withRenamed(this.#state.draft, moves), paths);
    const { onProgress } = options;
    const progress = onProgress && new SaveProgress(wanted.values(), onProgress);
    const stored: StoredBlob[] = [];
    try {
      const entries = new Map<string, ManifestEntry>();
      await forEachOf(wanted, PARALLEL_WRITES, async ([path, content]) => {
        const followed = progress?.follow(content);
        const blob = await this.#put(followed?.open ?? (() => content), options.signal);
        followed?.stored();
        stored.push(blob);
        entries.set(path, { blob: blob.blob, size: blob.size, modified: this.#now() });
      });
      const edit = draftEdit(
        (draft) => withFiles(withRenamed(draft, moves), entries),
        paths,
        options,
      );
      await this.#changeIndex(
        (state) =>
          edit(options.publish ? { ...state, live: withLiveMoved(state.live, moves) } : state),
        options.signal,
      );
    } catch (thrown) {
      for (const blob of stored.splice(0)) blob.release();
      await this.#saves.inTurn(() => this.#collect());
      throw thrown;
    } finally {
      for (const blob of stored) blob.release();
    }
  }

  rename(from: string, to: string, options?: SaveOptions): Promise<void> {
    return this.renameMany([{ from, to }], options);
  }

  async renameMany(moves: readonly FileMove[], options: MoveOptions = {}): Promise<void> {
    const steps = moves.map(({ from, to }) => ({
      from: normalizeSitePath(from),
      to: normalizeSitePath(to),
    }));
    await this.#saves.admit(() => this.#writeAll(options.files ?? [], options, steps));
  }

  async copy(from: string, to: string, options?: SaveOptions): Promise<void> {
    const [source, target] = [normalizeSitePath(from), normalizeSitePath(to)];
    await this.#changeDraft((draft) => withCopied(draft, source, target), [target], options);
  }

  remove(path: string, options?: SaveOptions): Promise<void> {
    return this.removeMany([path], options);
  }

  async removeMany(paths: readonly string[], options?: SaveOptions): Promise<void> {
    const chosen = paths.map(normalizeSitePath);
    await this.#changeDraft((draft) => withRemoved(draft, chosen), chosen, options);
  }

  async publish(paths?: readonly string[], options: { signal?: AbortSignal } = {}): Promise<void> {
    const chosen = paths?.map(normalizeSitePath);
    await this.#change((state) => withPublished(state, chosen), options.signal);
  }

  async discardDraft(
    paths?: readonly string[],
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const chosen = paths?.map(normalizeSitePath);
    await this.#change((state) => withDiscarded(state, chosen), options.signal);
  }

  keep(paths: readonly string[]): KeptFiles {
    const kept = keptState(this.#state, paths.map(normalizeSitePath));
    this.#kept.add(kept);
    return {
      bytes: keptBytes(kept),
      restore: ({ signal } = {}) =>
        this.#change((state) => {
          if (this.#kept.has(kept)) return withKept(state, kept);
          const text = 'This cannot be brought back: its files had to make room for others.';
          throw new PeerServerError('storage-failed', text);
        }, signal),
      release: () => void this.#kept.delete(kept),
    };
  }

  async undo(options: SaveOptions = {}): Promise<boolean> {
    let undone = false;
    await this.#change((state) => {
      undone = state.undo.length > 0;
      return withStepUndone(state, options);
    }, options.signal);
    return undone;
  }

  /** Begins to store another state of the whole site, which changes nothing until `replaceAll`. */
  stage(): StagedSite {
    return new StagedSite((open, signal) => this.#put(open, signal), this.#now);
  }

  /** Puts a staged site in the place of this one, in one step that cannot be undone. */
  async replaceAll(staged: StagedSite, signal?: AbortSignal): Promise<void> {
    await this.#change(() => staged.state(), signal);
  }

  /** Ends the staging of a site, stored or given up: what no index needs is removed. */
  async endStaging(staged: StagedSite): Promise<void> {
    staged.release();
    // Another tab may have the files by now.
    if (!this.#saves.isClosed) await this.#saves.inTurn(() => this.#collect());
  }

  subscribe(listener: (change: SiteChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Refuses saves from now on and waits for those under way. What visitors are reading can be read on.
   * @param reason what later calls are told
   */
  close(reason: PeerServerError): Promise<void> {
    return this.#saves.close(reason);
  }

  /** Stores content; when there is no room, gives up what is only kept to be undone, and tries again. */
  async #put(
    open: () => BlobContent | Promise<BlobContent>,
    signal: AbortSignal | undefined,
  ): Promise<StoredBlob> {
    try {
      try {
        return await this.#blobs.put(await open(), signal);
      } catch (thrown) {
        if (!isQuotaError(thrown) || this.#state.undo.length + this.#kept.size === 0) throw thrown;
        await this.#forgetUndo(signal);
        return await this.#blobs.put(await open(), signal);
      }
    } catch (thrown) {
      throw await withRoomLeft(thrown, this.#roomLeft);
    }
  }

  /** Twice, so that the older of the two indexes, whose blobs are kept as well, does not need them. */
  async #forgetUndo(signal: AbortSignal | undefined): Promise<void> {
    this.#kept.clear();
    for (let times = 0; times < 2; times += 1) {
      await this.#changeIndex((state) => ({ ...state, undo: [] }), signal);
    }
  }

  #changeDraft(
    edit: (draft: Manifest) => Manifest,
    touched: readonly string[],
    options: SaveOptions = {},
  ): Promise<void> {
    return this.#change(draftEdit(edit, touched, options), options.signal);
  }

  #change(edit: (state: SiteState) => SiteState, signal?: AbortSignal): Promise<void> {
    return this.#saves.admit(() => this.#changeIndex(edit, signal));
  }

  /** The one place where the index changes: stored first, then true, then told. */
  #changeIndex(edit: (state: SiteState) => SiteState, signal?: AbortSignal): Promise<void> {
    return this.#saves.inTurn(async () => {
      throwIfCancelled(signal);
      const before = this.#state;
      const after = edit(before);
      if (after === before) return;
      let next: SiteIndex;
      try {
        next = await writeNextIndex(this.#directory, this.#index, after);
      } catch (thrown) {
        this.#doubtfulBlobs = new Set([...this.#doubtfulBlobs, ...blobsOf(after)]);
        throw await withRoomLeft(storageError('Saving', thrown), this.#roomLeft);
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

  #tell(change: SiteChange): void {
    for (const listener of this.#listeners) {
      // On its own turn: a listener's exception is its author's, and must not look like a failed save.
      queueMicrotask(() => listener(change));
    }
  }

  #collect(): Promise<void> {
    return this.#collecting(() => {
      const current = blobsOf(this.#state);
      const kept = [...this.#kept].flatMap(keptEntries).map(({ blob }) => blob);
      return this.#blobs.collect(
        new Set([...current, ...kept, ...this.#previousBlobs, ...this.#doubtfulBlobs]),
      );
    });
  }
}

/** Files written at a time: a folder of small ones is mostly waiting, and each may hold 16 MiB. */
const PARALLEL_WRITES = 4;
