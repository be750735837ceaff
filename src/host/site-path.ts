import { PeerServerError } from '../protocol/errors.ts';

/**
 * Longest path of a file, in characters. Encoded for a URL that is at most 9 KiB, well within what a
 * request's header block may hold (48 KiB).
 */
export const MAX_PATH_LENGTH = 1024;

/**
 * Longest name of a file or folder, in bytes of UTF-8: no file system takes a longer one, so a copy of the site
 * could not be unpacked.
 */
export const MAX_NAME_BYTES = 255;

/** Folder at the root that is PeerServer's own and never a part of the site. */
export const OWN_FOLDER = '.peerserver';

/**
 * A path as the store keeps it: parts divided by `/`, none of them empty, `.` or `..`; composed Unicode
 * (NFC), because macOS hands over `é` as two characters while links are typed with one.
 * @throws PeerServerError bad-input with what is wrong
 */
export function normalizeSitePath(input: string): string {
  const path = input.normalize('NFC');
  const problem = findProblem(path);
  if (problem) throw new PeerServerError('bad-input', `“${input.slice(0, 80)}”: ${problem}`);
  return path;
}

function findProblem(path: string): string | undefined {
  if (path === '') return 'a file needs a name.';
  if (path.length > MAX_PATH_LENGTH) return `a path has at most ${MAX_PATH_LENGTH} characters.`;
  if (path.includes('\0') || path.includes('\\')) {
    return 'a name cannot contain a backslash or a NUL character.';
  }
  if (/\p{Surrogate}/u.test(path)) return 'a name holds half a character: rename the file.';
  const parts = path.split('/');
  if (parts.includes('')) return 'use single slashes between names, and none at the ends.';
  if (parts.includes('.') || parts.includes('..')) return 'a name cannot be “.” or “..”.';
  if (parts[0] === OWN_FOLDER) return 'this folder is kept for PeerServer. Choose another name.';
  const bytes = new TextEncoder();
  if (parts.some((part) => bytes.encode(part).length > MAX_NAME_BYTES)) {
    return `a name has at most ${MAX_NAME_BYTES} bytes.`;
  }
  return undefined;
}

/** True for the path itself and for everything in the folder of that name. */
export function isWithin(path: string, fileOrFolder: string): boolean {
  return path === fileOrFolder || path.startsWith(`${fileOrFolder}/`);
}

/** The folders that a path lies in, outermost first: `a/b/c` → `a`, `a/b`. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    folders.push(path.slice(0, slash));
  }
  return folders;
}
