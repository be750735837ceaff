import { isProject, nameOfPath } from '../names/file-names.ts';
import { compareFiles, type NamedFile } from '../names/file-path.ts';

/** Files as the list has them, in its order, from their paths. */
export function namedFiles(paths: readonly string[]): NamedFile[] {
  const project = isProject(paths);
  return paths
    .map((path): NamedFile => {
      const name = nameOfPath(path, project);
      return { path, name, size: 1, modified: 0, type: 'text/plain', status: 'live' };
    })
    .sort(compareFiles);
}
