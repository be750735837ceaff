import {
  Copy,
  Download,
  FilePlus,
  FolderInput,
  FolderPlus,
  Link,
  Pencil,
  Search,
  Trash,
  Upload,
} from 'lucide';
import type { MenuItem } from '../../elements/menu.tsx';
import { addressOfFile } from './file-groups.ts';
import { isStored, type TreeRow } from './file-tree.ts';

/** What the menu of a row can do. `paths` are what is chosen; folders end with a slash. */
export interface RowDoings {
  open(path: string): void;
  ask(kind: 'rename', path: string): void;
  ask(kind: 'new-file' | 'new-folder', folder: string): void;
  move(paths: readonly string[]): void;
  duplicate(path: string): void;
  download(paths: readonly string[]): void;
  copyAddress(address: string): void;
  remove(paths: readonly string[]): void;
  upload(folder: string): void;
  searchIn(folder: string): void;
}

/**
 * The menu of a row.
 * @param paths what is chosen along with it, itself included
 */
export function menuOfRow(
  row: TreeRow,
  paths: readonly string[],
  project: boolean,
  doings: RowDoings,
): readonly MenuItem[] {
  if (row.kind === 'group') return addingTo(row.node.group.folder, doings);
  if (row.kind !== 'file' && row.kind !== 'folder') return [];
  const several = paths.length > 1;
  const count = several ? ` ${paths.length} items` : '';
  const address = row.kind === 'file' ? addressOfFile(row.key, project) : undefined;
  return [
    ...(row.kind === 'folder' && !several ? addingTo(row.key, doings) : []),
    // Of a folder that was just made there is nothing yet that could be moved.
    ...(several || !isStored(row)
      ? []
      : [
          { label: 'Rename…', icon: Pencil, run: () => doings.ask('rename', row.key) },
          { label: 'Duplicate', icon: Copy, run: () => doings.duplicate(row.key) },
        ]),
    ...(several || isStored(row)
      ? [
          { label: `Move${count}…`, icon: FolderInput, run: () => doings.move(paths) },
          { label: `Download${count}`, icon: Download, run: () => doings.download(paths) },
        ]
      : []),
    ...(address !== undefined && !several
      ? [{ label: 'Copy address', icon: Link, run: () => doings.copyAddress(address) }]
      : []),
    { label: `Delete${count}`, icon: Trash, danger: true, run: () => doings.remove(paths) },
  ];
}

function addingTo(folder: string, doings: RowDoings): readonly MenuItem[] {
  return [
    { label: 'New file here…', icon: FilePlus, run: () => doings.ask('new-file', folder) },
    { label: 'New folder…', icon: FolderPlus, run: () => doings.ask('new-folder', folder) },
    { label: 'Upload here…', icon: Upload, run: () => doings.upload(folder) },
    { label: 'Search here…', icon: Search, run: () => doings.searchIn(folder) },
  ];
}
