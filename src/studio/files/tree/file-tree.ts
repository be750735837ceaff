import type { NamedFile } from '../names/file-path.ts';
import { type FileGroup, groupOfPath, groupsOf } from './file-groups.ts';

/** A folder with all in it. `path` has a slash at its end. */
export interface FolderNode {
  readonly path: string;
  /** The last part of the path. */
  readonly name: string;
  readonly folders: readonly FolderNode[];
  readonly files: readonly NamedFile[];
  /** Files in it and in the folders below. */
  readonly count: number;
}

export interface GroupNode {
  readonly group: FileGroup;
  readonly root: FolderNode;
}

/** One line of the list. `key` is the same as long as it is the same thing. */
export type TreeRow =
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly node: GroupNode;
      readonly open: boolean;
    }
  | { readonly kind: 'hint'; readonly key: string; readonly group: FileGroup }
  /** Leads to the page of the database. */
  | { readonly kind: 'database-link'; readonly key: string }
  | {
      readonly kind: 'folder';
      readonly key: string;
      /** From 0, within the group. */
      readonly depth: number;
      readonly node: FolderNode;
      readonly open: boolean;
      /** The list is filtered: there may be files in it that nobody sees. */
      readonly partial: boolean;
    }
  | {
      readonly kind: 'file';
      readonly key: string;
      readonly depth: number;
      readonly file: NamedFile;
      /** The last part of the path. */
      readonly base: string;
    };

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** A folder while it is filled. */
interface Growing {
  readonly path: string;
  readonly folders: Map<string, Growing>;
  readonly files: NamedFile[];
}

/**
 * Puts files into their groups and folders. Files keep their order within a folder.
 * @param emptyFolders paths with a slash at the end, of folders that hold nothing yet
 */
export function buildTree(
  files: readonly NamedFile[],
  project: boolean,
  emptyFolders: readonly string[] = [],
): readonly GroupNode[] {
  const roots = new Map(
    groupsOf(project).map((group) => [group.id, growing(group.folder)] as const),
  );
  const place = (path: string): Growing => {
    const { id, folder } = groupOfPath(path, project);
    let node = roots.get(id) ?? growing(folder);
    let slash = path.indexOf('/', folder.length);
    for (; slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const below = path.slice(0, slash + 1);
      const next = node.folders.get(below) ?? growing(below);
      node.folders.set(below, next);
      node = next;
    }
    return node;
  };
  for (const file of files) place(file.path).files.push(file);
  for (const folder of emptyFolders) place(folder);
  return groupsOf(project).map((group) => ({
    group,
    root: finished(roots.get(group.id) ?? growing(group.folder)),
  }));
}

function growing(path: string): Growing {
  return { path, folders: new Map(), files: [] };
}

function finished({ path, folders, files }: Growing): FolderNode {
  const below = [...folders.values()].map(finished);
  below.sort((a, b) => COLLATOR.compare(a.name, b.name));
  const count = below.reduce((sum, folder) => sum + folder.count, files.length);
  return { path, name: path.split('/').at(-2) ?? '', folders: below, files, count };
}

/** Folders with no more files than this are open until somebody folds them. */
const OPEN_UP_TO = 30;

/** The key of a group's row; it begins with a slash, as no path does. Folders and files have their path for a key. */
export function groupKey(group: FileGroup): string {
  return `/${group.id}`;
}

/** What decides which rows there are. */
export interface TreeShape {
  /** What somebody folded or opened, by key; true is open. */
  readonly toggled: ReadonlyMap<string, boolean>;
  /** All is open: what was looked for must be seen. */
  readonly filtered: boolean;
}

/** The tree as lines: a folder's files before the folders in it, so that `index.html` is the first. */
export function rowsOf(tree: readonly GroupNode[], { toggled, filtered }: TreeShape): TreeRow[] {
  const rows: TreeRow[] = [];
  const addFolder = (node: FolderNode, depth: number): void => {
    for (const file of node.files) {
      const base = file.path.slice(file.path.lastIndexOf('/') + 1);
      rows.push({ kind: 'file', key: file.path, depth, file, base });
    }
    for (const folder of node.folders) {
      const open = filtered || isFolderOpen(folder, toggled);
      rows.push({ kind: 'folder', key: folder.path, depth, node: folder, open, partial: filtered });
      if (open) addFolder(folder, depth + 1);
    }
  };
  for (const node of tree) {
    if (filtered && node.root.count === 0) continue;
    const key = groupKey(node.group);
    const open = filtered || (toggled.get(key) ?? true);
    rows.push({ kind: 'group', key, node, open });
    if (!open) continue;
    addFolder(node.root, 0);
    if (filtered) continue;
    if (node.root.count === 0 && node.root.folders.length === 0) {
      rows.push({ kind: 'hint', key: `/${node.group.id}/hint`, group: node.group });
    }
    if (node.group.id === 'database') rows.push({ kind: 'database-link', key: '/database-page' });
  }
  return rows;
}

/** True for what the site has: files, and folders that hold something. */
export function isStored(row: TreeRow): boolean {
  return row.kind === 'file' || (row.kind === 'folder' && row.node.count > 0);
}

/** Whether a folder shows what is in it. */
export function isFolderOpen(node: FolderNode, toggled: ReadonlyMap<string, boolean>): boolean {
  return toggled.get(node.path) ?? node.count <= OPEN_UP_TO;
}

/** The keys of the group and the folders that must be open for a file to be seen. */
export function keysAround(path: string, project: boolean): string[] {
  const group = groupOfPath(path, project);
  const keys = [groupKey(group)];
  let slash = path.indexOf('/', group.folder.length);
  for (; slash !== -1; slash = path.indexOf('/', slash + 1)) keys.push(path.slice(0, slash + 1));
  return keys;
}

/** The files whose name holds what was typed, capitals or not. */
export function filterFiles(files: readonly NamedFile[], typed: string): readonly NamedFile[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return files;
  return files.filter((file) => file.name.toLowerCase().includes(wanted));
}
