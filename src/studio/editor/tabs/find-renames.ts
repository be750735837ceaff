/** What tells one file from another when its path has changed. */
export interface FileIdentity {
  readonly path: string;
  readonly size: number;
}

/**
 * Finds out from two lists of files which were renamed: a store tells that files went and came, not that
 * they are the same ones.
 * @returns new paths by old ones; empty when files were deleted or added besides
 */
export function findRenames(
  before: readonly FileIdentity[],
  after: readonly FileIdentity[],
): ReadonlyMap<string, string> {
  const present = new Set(after.map(({ path }) => path));
  const known = new Set(before.map(({ path }) => path));
  const gone = before.filter(({ path }) => !present.has(path));
  const came = after.filter(({ path }) => !known.has(path));
  if (gone.length === 0 || gone.length !== came.length) return new Map();
  const from = gone.length === 1 ? '' : commonFolder(gone);
  const to = gone.length === 1 ? '' : commonFolder(came);
  const renames = new Map<string, string>();
  for (const old of gone) {
    const path = gone.length === 1 ? came[0]?.path : to + old.path.slice(from.length);
    const found = came.find((file) => file.path === path && file.size === old.size);
    if (!found) return new Map();
    renames.set(old.path, found.path);
  }
  return renames;
}

/** The folder that all of these are in, with a slash at its end; empty for the root. */
function commonFolder(files: readonly FileIdentity[]): string {
  const [first = '', ...rest] = files.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  let folder = first;
  while (!rest.every((path) => path.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  }
  return folder;
}
