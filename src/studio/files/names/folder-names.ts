/** Folders as the studio names them. A folder's path ends with a slash; '' is the site itself. */
import { nameOfPath, parseFileName } from './file-names.ts';
import type { ParsedPath } from './file-path.ts';

/** True for the file itself, or all in a folder of this path. */
export function isIn(path: string, fileOrFolder: string): boolean {
  return fileOrFolder.endsWith('/') ? path.startsWith(fileOrFolder) : path === fileOrFolder;
}

/** What a folder is called, with its slash; as `nameOfPath` has it. */
export function nameOfFolder(path: string, project: boolean): string {
  if (path === '') return 'the top folder';
  // A file within tells, since folders are named after what is in them.
  return nameOfPath(`${path}x`, project).slice(0, -1) || 'Pages and assets';
}

/** Reads what somebody typed as the path of a folder, as `parseFileName` does; its slash may be missing. */
export function parseFolderName(typed: string, project: boolean): ParsedPath {
  const name = typed.trim().replace(/\/+$/, '');
  if (name === '') return { ok: false, message: 'Type the name of a folder, such as photos.' };
  const inside = parseFileName(`${name}/x`, project);
  return inside.ok ? { ok: true, path: inside.path.slice(0, -1) } : inside;
}

/** Where a copy goes: `a.html` → `a-copy.html`, then `a-copy-2.html`. */
export function freeCopyPath(path: string, exists: (path: string) => boolean): string {
  const { stem, ending } = splitPath(path);
  return firstFree((number) => `${stem}-copy${number === 1 ? '' : `-${number}`}${ending}`, exists);
}

/** Where a file goes when its place is taken and both shall be kept: `a.html` → `a-2.html`. */
export function freePath(path: string, exists: (path: string) => boolean): string {
  if (!exists(path)) return path;
  const { stem, ending } = splitPath(path);
  return firstFree((number) => `${stem}-${number + 1}${ending}`, exists);
}

function firstFree(make: (number: number) => string, exists: (path: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const candidate = make(number);
    if (!exists(candidate)) return candidate;
  }
}

/** Everything before the last dot of the name, and the rest; of a folder all but its slash. */
function splitPath(path: string): { stem: string; ending: string } {
  const base = path.lastIndexOf('/', path.length - 2) + 1;
  const dot = path.endsWith('/') ? path.length - 1 : path.lastIndexOf('.');
  const at = dot > base ? dot : path.length;
  return { stem: path.slice(0, at), ending: path.slice(at) };
}
