/** Which rows of the tree are chosen, and how keys and clicks change that. All functions are pure. */
import { isIn } from '../names/folder-names.ts';
import type { TreeRow } from './file-tree.ts';

export interface Selection {
  /** The row that keys act from, and that Tab leads to. */
  readonly current: string | undefined;
  /** Where a range begins. */
  readonly anchor: string | undefined;
  /** Files and folders that an action is for, when there are several. */
  readonly chosen: ReadonlySet<string>;
}

export const NOTHING_CHOSEN: Selection = {
  current: undefined,
  anchor: undefined,
  chosen: new Set(),
};

/** True for what can be chosen: files, and folders of which all is shown. */
export function isChoosable(row: TreeRow): boolean {
  return row.kind === 'file' || (row.kind === 'folder' && !row.partial);
}

/** A click or key on one row, and nothing else chosen. */
export function choosingOne(key: string): Selection {
  return { current: key, anchor: key, chosen: new Set() };
}

/** One more, or one less. The row where the choice began counts as chosen. */
export function toggling(selection: Selection, row: TreeRow): Selection {
  if (!isChoosable(row)) return choosingOne(row.key);
  const chosen = new Set(selection.chosen);
  if (chosen.size === 0 && selection.anchor !== undefined && selection.anchor !== row.key) {
    if (!isGroupKey(selection.anchor)) chosen.add(selection.anchor);
  }
  if (!chosen.delete(row.key)) chosen.add(row.key);
  return { current: row.key, anchor: row.key, chosen };
}

/** From where the choice began to this row. */
export function extending(selection: Selection, rows: readonly TreeRow[], key: string): Selection {
  const from = rows.findIndex((row) => row.key === (selection.anchor ?? selection.current));
  const to = rows.findIndex((row) => row.key === key);
  if (to === -1) return selection;
  const first = from === -1 ? to : Math.min(from, to);
  const last = from === -1 ? to : Math.max(from, to);
  const chosen = rows.slice(first, last + 1).filter(isChoosable);
  return {
    current: key,
    anchor: selection.anchor ?? selection.current ?? key,
    chosen: new Set(chosen.map((row) => row.key)),
  };
}

/** All files and folders that the list shows. */
export function choosingAll(selection: Selection, rows: readonly TreeRow[]): Selection {
  return { ...selection, chosen: new Set(rows.filter(isChoosable).map((row) => row.key)) };
}

/** Without what is in the list no more, or can be chosen no more. */
export function keptSelection(selection: Selection, rows: readonly TreeRow[]): Selection {
  const keys = new Set(rows.map((row) => row.key));
  const choosable = new Set(rows.filter(isChoosable).map((row) => row.key));
  const lost = (key: string | undefined) => key !== undefined && !keys.has(key);
  const chosen = [...selection.chosen].filter((key) => choosable.has(key));
  const same = chosen.length === selection.chosen.size;
  if (same && !lost(selection.current) && !lost(selection.anchor)) return selection;
  const kept = (key: string | undefined) => (lost(key) ? undefined : key);
  return {
    current: kept(selection.current),
    anchor: kept(selection.anchor),
    chosen: new Set(chosen),
  };
}

/**
 * What an action on a row is for: all that is chosen if the row is among it, else the row alone. What lies in
 * a chosen folder goes with it and is not listed.
 * @returns paths; those of folders end with a slash
 */
export function targetsOf(selection: Selection, key: string): string[] {
  if (!selection.chosen.has(key)) return isGroupKey(key) ? [] : [key];
  const chosen = [...selection.chosen];
  const folders = new Set(chosen.filter((path) => path.endsWith('/')));
  return chosen.filter((path) => {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      if (slash < path.length - 1 && folders.has(path.slice(0, slash + 1))) return false;
    }
    return true;
  });
}

/**
 * What the key Delete on a row is for: as `targetsOf`, but of a folder in a filtered list what is chosen, else the
 * files that are shown of it. Nothing goes that nobody sees.
 */
export function targetsOfDelete(
  selection: Selection,
  rows: readonly TreeRow[],
  key: string,
): string[] {
  const row = rows.find((other) => other.key === key);
  if (row?.kind !== 'folder' || !row.partial) return targetsOf(selection, key);
  if (selection.chosen.size > 0) return [...selection.chosen];
  const files = rows.filter((other) => other.kind === 'file' && other.key.startsWith(key));
  return files.map((file) => file.key);
}

/** The row where the focus goes when these paths are deleted: the next that stays, else the one before. */
export function rowAfterDelete(
  rows: readonly TreeRow[],
  key: string,
  gone: readonly string[],
): string | undefined {
  const at = rows.findIndex((row) => row.key === key);
  const stays = (row: TreeRow) => row.kind !== 'hint' && !gone.some((path) => isIn(row.key, path));
  const next = rows.slice(at + 1).find(stays);
  return (next ?? rows.slice(0, Math.max(0, at)).findLast(stays))?.key;
}

/** Keys of groups and links begin with a slash, which no path does. */
function isGroupKey(key: string): boolean {
  return key.startsWith('/');
}
