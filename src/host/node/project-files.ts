import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import { FolderWatches } from './folder-watches.ts';

/** A save is several events; this long after the first the folder is looked at. In milliseconds. */
const SETTLED_MS = 30;
/** No system promises an event for every change, so the folder is looked at this often anyway. In milliseconds. */
const LOOK_AGAIN_MS = 1_000;
/** A large folder is looked at less often: a look may take one in so many parts of the time. */
const LOOK_SHARE = 20;
/** Files and folders of a project beyond this are not seen: somebody opened a whole disk. */
const MAX_FILES = 100_000;
/** Folders that are no part of a site. Names that begin with a dot are none either. */
const LEFT_OUT = new Set(['node_modules']);

export interface ProjectFolder extends ProjectFiles {
  /** Watches no more. */
  close(): void;
}

export interface ProjectFolderOptions {
  readonly clock?: Clock;
  /** Told when changes are seen late, e.g. too many watched folders, or no longer. */
  readonly onError?: (error: PeerServerError) => void;
}

/**
 * A folder on disk as a project's files, watched for changes. Links to files are followed within the folder;
 * linked folders are left out.
 * @throws PeerServerError storage-failed when there is no such folder
 */
export async function openProjectFolder(
  directory: string,
  options: ProjectFolderOptions = {},
): Promise<ProjectFolder> {
  const root = await realpath(resolve(directory)).catch((cause) => {
    const text = `There is no folder ${resolve(directory)}. Check the path.`;
    throw new PeerServerError('storage-failed', text, { cause });
  });
  const folder = new WatchedFolder(root, options);
  await folder.begin();
  return folder;
}

/** What a look at the folder finds. */
interface Snapshot {
  /** What each file looks like from outside: another text has another one. By path. */
  readonly files: ReadonlyMap<string, string>;
  /** Which folder is at which path: another one in the same place has another identity. */
  readonly folders: ReadonlyMap<string, string>;
}

class WatchedFolder implements ProjectFolder {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #onError: (error: PeerServerError) => void;
  readonly #listeners = new Set<(paths: readonly string[]) => void>();
  readonly #watches: FolderWatches;
  #seen: Snapshot['files'] = new Map();
  #cancelLook: (() => void) | undefined;
  #cancelNext: (() => void) | undefined;
  /** The end of the last look. Never rejects. */
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** What is wrong was told; a folder that cannot be watched stays so. */
  #isTold = false;

  constructor(root: string, options: ProjectFolderOptions) {
    this.#root = root;
    this.#clock = options.clock ?? systemClock;
    this.#onError = options.onError ?? (() => undefined);
    this.#watches = new FolderWatches(root, {
      // The site's own database is in a hidden folder, and writes all the time.
      onEvent: (name) => {
        if (name === undefined || !isLeftOut(name)) this.#lookSoon();
      },
      onError: (error) => this.#tellOnce('are seen late', error),
    });
  }

  /** Looks for the first time. Rejects with storage-failed. */
  async begin(): Promise<void> {
    await this.#look();
    this.#lookAgain(LOOK_AGAIN_MS);
  }

  async list(signal: AbortSignal): Promise<readonly string[]> {
    throwIfCancelled(signal);
    await this.#look();
    return [...this.#seen.keys()].sort();
  }

  async readText(path: string, signal: AbortSignal): Promise<string> {
    const unusable = (part: string) => part === '' || part === '.' || part === '..';
    try {
      if (path.split('/').some(unusable) || /[\\\0]/.test(path)) {
        throw new PeerServerError('storage-failed', `“${path}” is no path of a file.`);
      }
      const place = await realpath(join(this.#root, ...path.split('/')));
      if (!isInside(this.#root, place)) {
        throw new PeerServerError('storage-failed', `“${path}” leads out of the folder.`);
      }
      return await readFile(place, { encoding: 'utf8', signal });
    } catch (thrown) {
      throwIfCancelled(signal);
      const { message } = asPeerServerError(thrown, 'storage-failed');
      const text = `“${path}” cannot be read (${message}).`;
      throw new PeerServerError('storage-failed', text, { cause: thrown });
    }
  }

  subscribe(listener: (paths: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#watches.close();
    this.#cancelLook?.();
    this.#cancelNext?.();
    this.#listeners.clear();
  }

  #lookSoon(): void {
    // Not put off by further events: somebody may write all the time.
    if (this.#isClosed || this.#cancelLook) return;
    this.#cancelLook = this.#clock.schedule(SETTLED_MS, () => {
      this.#cancelLook = undefined;
      void this.#lookOrTell();
    });
  }

  #lookAgain(ms: number): void {
    if (this.#isClosed) return;
    this.#cancelNext = this.#clock.schedule(ms, async () => {
      const began = this.#clock.now();
      await this.#lookOrTell();
      this.#lookAgain(Math.max(LOOK_AGAIN_MS, LOOK_SHARE * (this.#clock.now() - began)));
    });
  }

  #lookOrTell(): Promise<void> {
    return this.#look().catch((thrown) => this.#tellOnce('cannot be seen', thrown));
  }

  /** Events tell little and sometimes nothing, so what changed is found by looking. */
  #look(): Promise<void> {
    const look = this.#looking.then(async () => {
      if (this.#isClosed) return;
      let found = await scan(this.#root);
      if (this.#follow(found)) {
        // Something may have happened in a folder between the look and its watch.
        found = await scan(this.#root);
        this.#follow(found);
      }
      const before = this.#seen;
      this.#seen = found.files;
      const paths = changedPaths(before, found.files);
      if (paths.length === 0 || this.#isClosed) return;
      for (const listener of this.#listeners) listener(paths);
    });
    // The caller gets the error; the queue only needs to know that the look is over.
    this.#looking = look.catch(() => undefined);
    return look;
  }

  #follow({ folders }: Snapshot): boolean {
    return !this.#isClosed && this.#watches.follow(folders);
  }

  #tellOnce(what: string, thrown: unknown): void {
    if (this.#isTold || this.#isClosed) return;
    this.#isTold = true;
    const { message } = asPeerServerError(thrown, 'storage-failed');
    const text = `Changes of the folder ${what} (${message}).`;
    this.#onError(new PeerServerError('storage-failed', text, { cause: thrown }));
  }
}

/** All files and folders with what they look like now. Rejects with storage-failed. */
async function scan(root: string): Promise<Snapshot> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error) => {
      // Removed while it was being looked at, or not ours to read: then it has no files.
      if (folder !== '') return [];
      const text = `The folder cannot be read (${error.message}).`;
      throw new PeerServerError('storage-failed', text, { cause: error });
    });
    const identity = await identityOf(join(root, folder));
    if (identity !== undefined) folders.set(folder, identity);
    await Promise.all(
      entries.map(async (entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (isLeftOut(entry.name) || files.size + folders.size >= MAX_FILES) return;
        if (entry.isDirectory()) return visit(path);
        const mark = await markOf(root, path, entry.isSymbolicLink());
        if (mark !== undefined) files.set(path, mark);
      }),
    );
  };
  await visit('');
  return { files, folders };
}

function isLeftOut(name: string): boolean {
  return LEFT_OUT.has(name) || (name.startsWith('.') && name !== '.well-known');
}

async function identityOf(folder: string): Promise<string | undefined> {
  try {
    // Numbers of folders that are gone are used again.
    const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
    return [dev, ino, birthtimeNs].join('-');
  } catch {
    // Gone in the meantime: nothing to watch.
    return undefined;
  }
}

async function markOf(root: string, path: string, isLink: boolean): Promise<string | undefined> {
  const place = join(root, path);
  try {
    if (isLink && !isInside(root, await realpath(place))) return undefined;
    const { ino, size, mtimeNs, ctimeNs, ...stats } = await stat(place, { bigint: true });
    return (stats.mode & 0o170000n) === 0o100000n
      ? [ino, size, mtimeNs, ctimeNs].join('-')
      : undefined;
  } catch {
    // Gone in the meantime, or a link that leads nowhere: no file.
    return undefined;
  }
}

function changedPaths(before: Snapshot['files'], after: Snapshot['files']): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path));
}

function isInside(root: string, place: string): boolean {
  return !relative(root, place).split(sep).includes('..');
}

function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new PeerServerError('cancelled', 'Reading was cancelled.', { cause: signal.reason });
}
