/**
 * What files are called in the studio. In a project, what lies in `public/` is called as visitors call it:
 * `index.html`, not `public/index.html`. All else has its path for a name; where that is already the name of a
 * public file, it begins with `./`.
 */

import { type ParsedPath, parseFilePath } from './file-path.ts';

/** The file that makes a site a project. */
const PROJECT_FILE = 'peerserver.json';
const PUBLIC = 'public/';
/** Folders and files with a meaning of their own. */
const PROJECT_PATH =
  /^(?:(?:public|routes|templates|migrations)\/|(?:peerserver\.json|server\.[jt]sx?)$)/;
/** Written for the host: no browser can use it. */
const HOST_FILE = /\.(?:tsx?|sql|hbs)$/i;
const FROM_ROOT = './';

/** True for a site with routes, templates and so on, of which only `public/` is served as it is. */
export function isProject(paths: Iterable<string>): boolean {
  for (const path of paths) if (path === PROJECT_FILE) return true;
  return false;
}

/** True for a file that visitors do not get as it is: the host runs it, if it is code. */
export function isSiteCode(path: string, files: readonly { readonly path: string }[]): boolean {
  return isProject(files.map((file) => file.path)) && !path.startsWith(PUBLIC);
}

/** The path of the file that is called so. */
export function pathOfName(name: string, project: boolean): string {
  if (!project) return name;
  if (name.startsWith(FROM_ROOT)) return name.slice(FROM_ROOT.length);
  return PROJECT_PATH.test(name) || HOST_FILE.test(name) ? name : PUBLIC + name;
}

/** Reads what somebody typed as the name of a file. */
export function parseFileName(typed: string, project: boolean): ParsedPath {
  const name = typed.trim();
  const fromRoot = project && name.startsWith(FROM_ROOT);
  const parsed = parseFilePath(fromRoot ? name.slice(FROM_ROOT.length) : name);
  if (!parsed.ok || fromRoot) return parsed;
  return { ok: true, path: pathOfName(parsed.path, project) };
}

/** What the file with this path is called; `pathOfName` leads back. */
export function nameOfPath(path: string, project: boolean): string {
  if (!project) return path;
  if (path.startsWith(PUBLIC)) {
    const name = path.slice(PUBLIC.length);
    return !name.startsWith(FROM_ROOT) && pathOfName(name, true) === path ? name : path;
  }
  return pathOfName(path, true) === path ? path : FROM_ROOT + path;
}

/**
 * Where a function puts each file of an upload: a whole project stays as it is; of anything else, what has no
 * meaning of its own is for visitors.
 * @param uploaded paths within what is uploaded
 * @param project whether the site is a project
 */
export function uploadPlaces(
  uploaded: readonly string[],
  project: boolean,
): (path: string) => string {
  if (!project || isProject(uploaded)) return (path) => path;
  return (path) => (PROJECT_PATH.test(path) ? path : PUBLIC + path);
}
