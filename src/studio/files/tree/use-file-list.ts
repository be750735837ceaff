import { useEffect, useMemo, useState } from 'preact/hooks';
import type { NamedFile } from '../names/file-path.ts';
import { buildTree, filterFiles, isStored, rowsOf, type TreeRow } from './file-tree.ts';
import { actionOfKey, createTypeAhead } from './tree-keys.ts';
import {
  choosingAll,
  choosingOne,
  extending,
  isChoosable,
  keptSelection,
  NOTHING_CHOSEN,
  rowAfterDelete,
  targetsOfDelete,
  toggling,
} from './tree-selection.ts';
import type { TreeState } from './tree-state.ts';

export interface FileListOptions {
  readonly files: readonly NamedFile[];
  readonly project: boolean;
  readonly tree: TreeState;
  readonly openPath: string | undefined;
  readonly onOpen: (row: TreeRow) => void;
  readonly onRename: (path: string) => void;
  readonly onDelete: (paths: readonly string[]) => void;
}

export interface FileListControl {
  readonly rows: readonly TreeRow[];
  /** A row to bring into sight, another object each time. */
  readonly wanted: { readonly key: string; readonly focus: boolean } | undefined;
  want(key: string, focus: boolean): void;
  onClick(row: TreeRow, event: MouseEvent): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** The rows of the list, and what clicks and keys do in it. */
export function useFileList(options: FileListOptions): FileListControl {
  const { files, project, tree, openPath } = options;
  const typed = tree.filter.value;
  const toggled = tree.toggled.value;
  const emptyFolders = tree.emptyFolders.value;
  const filtered = typed.trim() !== '';
  const shown = useMemo(() => filterFiles(files, typed), [files, typed]);
  const nodes = useMemo(
    () => buildTree(shown, project, filtered ? [] : emptyFolders),
    [shown, project, filtered, emptyFolders],
  );
  const rows = useMemo(() => rowsOf(nodes, { toggled, filtered }), [nodes, toggled, filtered]);
  const [wanted, setWanted] = useState<FileListControl['wanted']>();
  const typeAhead = useMemo(() => createTypeAhead(Date.now), []);
  const want = (key: string, focus: boolean) => setWanted({ key, focus });

  // What is chosen must be there, and what is opened must be seen.
  useEffect(() => {
    tree.selection.value = keptSelection(tree.selection.peek(), rows);
  }, [rows, tree]);
  useEffect(() => {
    if (openPath === undefined) return;
    tree.reveal(openPath, project);
    if (tree.selection.peek().chosen.size === 0) tree.selection.value = choosingOne(openPath);
    want(openPath, false);
  }, [openPath, project, tree]);
  // A folder that has got a file is a folder like any other.
  useEffect(() => {
    for (const folder of tree.emptyFolders.peek()) {
      if (files.some((file) => file.path.startsWith(folder))) tree.removeFolder(folder);
    }
  }, [files, tree]);

  /** @param from the row that has the focus, which may have come there by Tab */
  function goTo(key: string, extend: boolean, from: string | undefined): void {
    const selection = tree.selection.peek();
    const known = selection.current === from || from === undefined;
    tree.selection.value = extend
      ? extending(known ? selection : choosingOne(from), rows, key)
      : choosingOne(key);
    want(key, true);
  }

  return {
    rows,
    wanted,
    want,
    onClick(row, event) {
      const selection = tree.selection.peek();
      if (event.shiftKey && isChoosable(row)) {
        tree.selection.value = extending(selection, rows, row.key);
      } else if ((event.ctrlKey || event.metaKey) && isChoosable(row)) {
        tree.selection.value = toggling(selection, row);
      } else {
        tree.selection.value = choosingOne(row.key);
        if (row.kind === 'group' || row.kind === 'folder') tree.toggle(row.key, !row.open);
        else options.onOpen(row);
      }
    },
    onKeyDown(event) {
      const focused = event.target instanceof Element ? keyOf(event.target) : undefined;
      const action = actionOfKey(event, rows, focused);
      if (!action) return;
      if (action.kind !== 'type') typeAhead.reset();
      const row = rows.find((other) => other.key === focused);
      switch (action.kind) {
        case 'go':
          goTo(action.key, action.extend, focused);
          break;
        case 'unfold':
        case 'fold':
          tree.toggle(action.key, action.kind === 'unfold');
          break;
        case 'toggle-chosen':
          if (row) tree.selection.value = toggling(tree.selection.peek(), row);
          break;
        case 'choose-all':
          tree.selection.value = choosingAll(tree.selection.peek(), rows);
          break;
        case 'choose-none':
          if (tree.selection.peek().chosen.size === 0) return;
          tree.selection.value = { ...NOTHING_CHOSEN, current: focused };
          break;
        case 'rename':
          if (row && isStored(row)) options.onRename(action.key);
          break;
        case 'delete': {
          const selection = tree.selection.peek();
          const paths = targetsOfDelete(selection, rows, action.key);
          // Before its row is gone, and the focus with it.
          const next = rowAfterDelete(rows, action.key, paths);
          if (paths.length > 0 && next !== undefined) {
            tree.selection.value = { ...selection, current: next };
            want(next, true);
          }
          options.onDelete(paths);
          break;
        }
        case 'type': {
          const found = typeAhead.find(action.letter, rows, focused);
          if (found) goTo(found.key, false, focused);
          break;
        }
      }
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** The row that an element belongs to. */
export function keyOf(element: Element): string | undefined {
  return element.closest<HTMLElement>('[data-row]')?.dataset.row;
}
