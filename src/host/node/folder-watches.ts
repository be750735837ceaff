import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

interface Watch {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

export interface FolderWatchesOptions {
  /** An entry of a folder may have changed: its name, where it is known. */
  readonly onEvent: (name: string | undefined) => void;
  /** A folder cannot be watched, or no more. */
  readonly onError: (error: unknown) => void;
}

/**
 * One watch for each folder. Node's own recursive watch follows single files on Linux: after an editor has
 * put another file in a file's place, it goes on watching the one that is gone, and says nothing.
 */
export class FolderWatches {
  readonly #root: string;
  readonly #options: FolderWatchesOptions;
  readonly #watches = new Map<string, Watch>();

  /** @param root absolute path; the folders are relative to it */
  constructor(root: string, options: FolderWatchesOptions) {
    this.#root = root;
    this.#options = options;
  }

  /**
   * Watches these folders and no others.
   * @param folders identity of each by its path: another folder in the same place has another one
   * @returns whether a watch is new: what happened before it was not seen
   */
  follow(folders: ReadonlyMap<string, string>): boolean {
    for (const [folder, { identity, watcher }] of this.#watches) {
      if (folders.get(folder) === identity) continue;
      watcher.close();
      this.#watches.delete(folder);
    }
    let isAnyNew = false;
    for (const [folder, identity] of folders) {
      if (this.#watches.has(folder)) continue;
      try {
        this.#watches.set(folder, { identity, watcher: this.#watch(folder) });
        isAnyNew = true;
      } catch (thrown) {
        // Removed since it was found: nothing is left to watch.
        if (!isMissing(thrown)) this.#options.onError(thrown);
      }
    }
    return isAnyNew;
  }

  close(): void {
    this.follow(new Map());
  }

  #watch(folder: string): FSWatcher {
    // A host that is done must not be kept running by its watchers.
    const watcher = watch(join(this.#root, folder), { persistent: false }, (_event, name) =>
      this.#options.onEvent(name ?? undefined),
    );
    watcher.on('error', (error) => {
      watcher.close();
      // Made anew when the folder is found again.
      if (this.#watches.get(folder)?.watcher === watcher) this.#watches.delete(folder);
      this.#options.onError(error);
    });
    return watcher;
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
