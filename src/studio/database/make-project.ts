import type { FileMove, NewFile } from '../host.ts';

/** What makes a site a project; the same as in the guide. */
const SETTINGS: NewFile = { path: 'peerserver.json', content: '{ "format": 1 }\n' };

/** At the top of a project these have a meaning of their own. */
const MEANT_OTHERWISE = /^(?:public|routes|templates|migrations|server\.[jt]sx?)$/;

/** One step that makes a project of a site of files, or why there is none. */
export type ProjectPlan =
  | { readonly ok: true; readonly moves: readonly FileMove[]; readonly files: readonly NewFile[] }
  | { readonly ok: false; readonly message: string };

/**
 * How a site of files becomes a project in which each file has the address that it had: all goes into `public/`.
 * Refuses where a name is one that a project has, because that may be meant as a page or as a part of the project.
 * @param paths of all files
 */
export function planProject(paths: readonly string[]): ProjectPlan {
  const tops = [...new Set(paths.map((path) => path.split('/')[0] ?? path))];
  const unclear = tops.find((top) => MEANT_OTHERWISE.test(top));
  if (unclear !== undefined) {
    const message = `The site has “${unclear}” already, which has a meaning of its own in a project, so its addresses could not stay. Nothing was changed. Rename it; or, if it is meant as a part of a project, make the file peerserver.json with { "format": 1 } in it.`;
    return { ok: false, message };
  }
  return {
    ok: true,
    moves: tops.map((top) => ({ from: top, to: `public/${top}` })),
    files: [SETTINGS],
  };
}
