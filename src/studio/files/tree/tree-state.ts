import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { keysAround } from './file-tree.ts';
import { NOTHING_CHOSEN, type Selection } from './tree-selection.ts';

/** What somebody does to the list of files besides changing files; folds are remembered. */
export interface TreeState {
  /** What was folded or opened, by the rows' keys; true is open. */
  readonly toggled: ReadonlySignal<ReadonlyMap<string, boolean>>;
  /** Folders that hold nothing yet, with a slash at the end. They are gone with the page. */
  readonly emptyFolders: ReadonlySignal<readonly string[]>;
  readonly filter: Signal<string>;
  readonly selection: Signal<Selection>;
  toggle(key: string, open: boolean): void;
  /** Opens all around a file. */
  reveal(path: string, project: boolean): void;
  addFolder(folder: string): void;
  removeFolder(folder: string): void;
}

/** The parts of `localStorage` that are used. */
export type FoldStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Folds remembered at most, the newest: a site of thousands of folders must not fill the storage. */
const MAX_REMEMBERED = 500;

/**
 * Begins with what was remembered of this server.
 * @param storage may throw, as it does where cookies are blocked; then nothing is remembered
 */
export function createTreeState(storage: FoldStorage, serverName: string): TreeState {
  const place = `files-folded:${serverName}`;
  const toggled = signal<ReadonlyMap<string, boolean>>(read(storage, place));
  const emptyFolders = signal<readonly string[]>([]);

  function set(changes: readonly (readonly [key: string, open: boolean])[]): void {
    const next = new Map(toggled.peek());
    for (const [key, open] of changes) {
      // At the end of the map, as the newest.
      next.delete(key);
      next.set(key, open);
    }
    toggled.value = next;
    try {
      storage.setItem(place, JSON.stringify([...next].slice(-MAX_REMEMBERED)));
    } catch {
      // Folds that are forgotten with the page are no reason to disturb anybody.
    }
  }

  return {
    toggled,
    emptyFolders,
    filter: signal(''),
    selection: signal(NOTHING_CHOSEN),
    toggle: (key, open) => set([[key, open]]),
    reveal(path, project) {
      const closed = keysAround(path, project).filter((key) => toggled.peek().get(key) !== true);
      if (closed.length > 0) set(closed.map((key) => [key, true]));
    },
    addFolder(folder) {
      if (!emptyFolders.peek().includes(folder))
        emptyFolders.value = [...emptyFolders.peek(), folder];
    },
    removeFolder(folder) {
      emptyFolders.value = emptyFolders.peek().filter((other) => !other.startsWith(folder));
    },
  };
}

function read(storage: FoldStorage, place: string): Map<string, boolean> {
  try {
    const value: unknown = JSON.parse(storage.getItem(place) ?? '[]');
    if (!Array.isArray(value)) return new Map();
    const rows: readonly unknown[] = value;
    return new Map(rows.filter(isFold));
  } catch {
    // Blocked, or mangled: as if nothing was remembered.
    return new Map();
  }
}

function isFold(row: unknown): row is [string, boolean] {
  return Array.isArray(row) && typeof row[0] === 'string' && typeof row[1] === 'boolean';
}
