import type { ReadonlySignal } from '@preact/signals';
import { asPeerServerError } from '../../../protocol/errors.ts';
import type { Toaster } from '../../elements/toast.ts';
import { countFiles } from '../../elements/wording.ts';
import type { FileMove, NewFile, SiteStore } from '../../host.ts';
import type { OpenFile } from '../../session/open-file.ts';
import { isProject, nameOfPath, parseFileName } from '../names/file-names.ts';
import { freeCopyPath, isIn, nameOfFolder, parseFolderName } from '../names/folder-names.ts';
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
  /** Puts what visitors see back into the draft. */
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

/** Files of a deletion whose contents are held on to: each costs a moment before the deletion. */
const MAX_HELD_FILES = 100;

/** Binds the actions on files to a store. */
export function createFileActions({ store, openFile, toaster }: FileActionsOptions): FileActions {
  const history = createFileHistory(store);
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

  function done(change: FileChange): void {
    history.add(change);
    const run = () => void orToast(() => history.undo(change));
    toaster.show({ message: change.title, action: { label: 'Undo', run } });
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
      reverse: () => store.renameMany(back.map(withoutSlashes), { publish: true }),
      onUndone: () => follow(back),
    });
  }

  /** What makes a deletion good again when the store cannot. */
  async function holdContents(gone: readonly string[]): Promise<FileChange['reverse']> {
    if (gone.length > MAX_HELD_FILES) return undefined;
    const held: NewFile[] = [];
    for (const path of gone) held.push({ path, content: await store.read(path) });
    return () => store.writeMany(held, { publish: true });
  }

  async function removeAll(chosen: readonly string[]): Promise<void> {
    const [only] = chosen;
    if (only === undefined) return;
    await settled();
    const gone = paths().filter((path) => chosen.some((target) => isIn(path, target)));
    const title = `Deleted ${chosen.length === 1 ? say(only) : countFiles(gone.length)}.`;
    const reverse = await holdContents(gone);
    await store.removeMany(chosen.map(withoutSlash), { publish: true });
    const open = openFile.path.peek();
    const closed = open !== undefined && gone.includes(open) ? open : undefined;
    if (closed !== undefined) openFile.open(undefined);
    const back = closed ?? (gone.length === 1 ? gone[0] : undefined);
    done({ title, reverse, onUndone: () => back !== undefined && openFile.open(back) });
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
        await history.undo(change);
        toaster.show({ message: `Taken back: ${change.title}` });
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
          reverse: () => store.remove(path, { publish: true }),
          onUndone: () => openFile.path.peek() === path && openFile.open(undefined),
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
      const what = moves.length === 1 ? say(first.from) : `${moves.length} items`;
      return orProblem(() => move(moves, `Moved ${what} to ${say(folder)}.`));
    },
    duplicate: (path) =>
      orToast(async () => {
        await settled();
        const to = freeCopyPath(path, exists);
        await store.copy(withoutSlash(path), withoutSlash(to));
        if (!to.endsWith('/')) openFile.open(to);
        done({
          title: `Copied ${say(path)} to ${say(to)}.`,
          reverse: () => store.remove(withoutSlash(to), { publish: true }),
          onUndone: () => openFile.path.peek() === to && openFile.open(path),
        });
      }),
    remove: (path) => orToast(() => removeAll([path])),
    removeAll: (chosen) => orToast(() => removeAll(chosen)),
    discard: (path) =>
      orToast(async () => {
        await store.discardDraft([path]);
        if (!exists(path)) openFile.open(undefined);
      }),
  };
}

/** The last part of a path, of a folder with its slash. */
function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/', path.length - 2) + 1);
}

/** The store names folders without a slash at the end. */
function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}

function withoutSlashes({ from, to }: FileMove): FileMove {
  return { from: withoutSlash(from), to: withoutSlash(to) };
}
