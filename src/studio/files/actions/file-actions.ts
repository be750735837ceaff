import type { ReadonlySignal } from '@preact/signals';
import { asPeerServerError } from '../../../protocol/errors.ts';
import type { Toaster } from '../../elements/toast.ts';
import type { FileMove, SiteStore } from '../../host.ts';
import type { OpenFile } from '../../session/open-file.ts';
import { isProject, nameOfPath, parseFileName } from '../names/file-names.ts';
import { freeCopyPath, isIn, nameOfFolder, parseFolderName } from '../names/folder-names.ts';
import { createDeletion, withoutSlash } from './deletion.ts';
import { createFileHistory, type FileChange } from './file-history.ts';

export interface FileActionsOptions {
  readonly store: SiteStore;
  readonly openFile: OpenFile;
  readonly toaster: Toaster;
}

/**
 * What can be done to files as a whole. Each says on its own what went wrong, and offers to take it back.
 * Paths of folders end with a slash.
 */
export interface FileActions {
  /** Makes a file and opens it; resolves with what is wrong with the path, if anything is. */
  create(typed: string, content?: string): Promise<string | undefined>;
  /** For visitors, too; resolves as `create` does. A folder goes with all in it. */
  rename(from: string, typed: string): Promise<string | undefined>;
  /** Into a folder, '' for the site itself; for visitors, too; resolves as `create` does. */
  moveInto(paths: readonly string[], folder: string): Promise<string | undefined>;
  /** Beside the original, under a name that is free; opens the copy of a file. */
  duplicate(path: string): Promise<void>;
  /** For visitors, too. */
  remove(path: string): Promise<void>;
  removeAll(paths: readonly string[]): Promise<void>;
  /** Puts what visitors see back into the draft; a file that they never saw is deleted. */
  discard(path: string): Promise<void>;
  /**
   * Calls before files are renamed, moved or deleted, and waits: for what has to be stored while they are where
   * they are. The returned function ends it.
   */
  beforeChange(settle: () => Promise<unknown>): () => void;
  /** What `undo` would take back. */
  readonly lastChange: ReadonlySignal<FileChange | undefined>;
  /** Takes the last of these changes back, even if something was typed since. */
  undo(): Promise<void>;
}

/** Binds the actions on files to a store. */
export function createFileActions({ store, openFile, toaster }: FileActionsOptions): FileActions {
  const history = createFileHistory();
  const settlers = new Set<() => Promise<unknown>>();
  const settled = () => Promise.all([...settlers].map((settle) => settle()));
  const paths = () => store.list().map(({ path }) => path);
  const exists = (path: string) =>
    store
      .list()
      .some((file) => (path.endsWith('/') ? file.path.startsWith(path) : file.path === path));
  const say = (path: string) => {
    const name = path === '' || path.endsWith('/') ? nameOfFolder : nameOfPath;
    return name(path, isProject(paths()));
  };
  const deletion = createDeletion({ store, openFile, settled, say });

  function done(change: FileChange): void {
    history.add(change);
    offerUndo(change.title, change);
  }

  /** Says what was done, and that it can be taken back if it can. */
  function offerUndo(message: string, change: FileChange): void {
    const run = () =>
      void orToast(async () => {
        const reversed = await history.undo(change);
        if (reversed) offerUndo(reversed.title, reversed);
      });
    toaster.show(change.reverse ? { message, action: { label: 'Undo', run } } : { message });
  }

  async function orToast(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      toaster.show({ message: asPeerServerError(thrown, 'storage-failed').message });
    }
  }

  async function orProblem(action: () => Promise<void>): Promise<string | undefined> {
    try {
      await action();
      return undefined;
    } catch (thrown) {
      return asPeerServerError(thrown, 'storage-failed').message;
    }
  }

  /** Moves, and lets the open file follow. */
  async function move(moves: readonly FileMove[], title: string): Promise<void> {
    await settled();
    await store.renameMany(moves.map(withoutSlashes), { publish: true });
    const follow = (steps: readonly FileMove[]) => {
      const open = openFile.path.peek();
      const step = open === undefined ? undefined : steps.find(({ from }) => isIn(open, from));
      if (open !== undefined && step) openFile.open(step.to + open.slice(step.from.length));
    };
    follow(moves);
    const back = moves.map(({ from, to }) => ({ from: to, to: from }));
    done({
      title,
      async reverse() {
        await settled();
        await store.renameMany(back.map(withoutSlashes), { publish: true });
        return undefined;
      },
      onUndone: () => follow(back),
    });
  }

  async function removeAll(chosen: readonly string[]): Promise<void> {
    const change = await deletion.remove(chosen);
    if (change) done(change);
  }

  return {
    beforeChange(settle) {
      settlers.add(settle);
      return () => settlers.delete(settle);
    },
    lastChange: history.latest,
    undo: () =>
      orToast(async () => {
        const change = history.latest.peek();
        if (!change) return;
        const reversed = await history.undo(change);
        const message = `Taken back: ${change.title}`;
        if (reversed) offerUndo(message, reversed);
        else toaster.show({ message });
      }),
    async create(typed, content = '') {
      const parsed = parseFileName(typed, isProject(paths()));
      if (!parsed.ok) return parsed.message;
      const { path } = parsed;
      if (exists(path)) return `There is a file ${say(path)} already.`;
      return orProblem(async () => {
        await store.write(path, content);
        openFile.open(path);
        done({
          title: `Made ${say(path)}.`,
          reverse: deletion.unmake(path),
        });
      });
    },
    async rename(from, typed) {
      const project = isProject(paths());
      const folder = from.endsWith('/');
      const parsed = folder ? parseFolderName(typed, project) : parseFileName(typed, project);
      if (!parsed.ok) return parsed.message;
      const to = parsed.path;
      if (to === from) return undefined;
      if (exists(to)) return `There is a ${folder ? 'folder' : 'file'} ${say(to)} already.`;
      return orProblem(() => move([{ from, to }], `Renamed ${say(from)} to ${say(to)}.`));
    },
    async moveInto(chosen, folder) {
      const moves = chosen
        .map((from) => ({ from, to: folder + baseOf(from) }))
        .filter(({ from, to }) => from !== to);
      const [first] = moves;
      if (!first) return undefined;
      const taken = moves.find(({ to }) => exists(to));
      if (taken) return `There is ${say(taken.to)} already.`;
      const places = moves.map(({ to }) => withoutSlash(to));
      const double = places.find((place, index) => places.indexOf(place) !== index);
      if (double !== undefined) {
        return `Two of these are called ${baseOf(double)}. Rename one of them first.`;
      }
      const what = moves.length === 1 ? say(first.from) : `${moves.length} items`;
      return orProblem(() => move(moves, `Moved ${what} to ${say(folder)}.`));
    },
    duplicate: (path) =>
      orToast(async () => {
        await settled();
        const to = freeCopyPath(path, exists);
        await store.copy(withoutSlash(path), withoutSlash(to));
        if (!to.endsWith('/')) openFile.open(to);
        const remove = deletion.unmake(to);
        let wasOpen = false;
        done({
          title: `Copied ${say(path)} to ${say(to)}.`,
          reverse() {
            wasOpen = openFile.path.peek() === to;
            return remove();
          },
          onUndone: () => wasOpen && exists(path) && openFile.open(path),
        });
      }),
    remove: (path) => orToast(() => removeAll([path])),
    removeAll: (chosen) => orToast(() => removeAll(chosen)),
    discard: (path) =>
      orToast(async () => {
        const neverLive = store.list().some((file) => file.path === path && file.status === 'new');
        if (neverLive) await removeAll([path]);
        else await store.discardDraft([path]);
      }),
  };
}

/** The last part of a path, of a folder with its slash. */
function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/', path.length - 2) + 1);
}

function withoutSlashes({ from, to }: FileMove): FileMove {
  return { from: withoutSlash(from), to: withoutSlash(to) };
}
