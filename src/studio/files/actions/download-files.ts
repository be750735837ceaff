import { saveFile } from '../../elements/save-file.ts';
import type { SiteStore } from '../../host.ts';
import type { NamedFile } from '../names/file-path.ts';
import { isIn } from '../names/folder-names.ts';

export interface DownloadOptions {
  /** What is wanted; folders end with a slash. */
  readonly paths: readonly string[];
  readonly files: readonly NamedFile[];
  readonly store: Pick<SiteStore, 'read'>;
  /** Names the zip of several. */
  readonly siteName: string;
  readonly signal?: AbortSignal;
}

/**
 * Gives the browser a file to save; of several files, or a folder, a zip.
 * @throws PeerServerError storage-failed, cancelled
 */
export async function downloadFiles(options: DownloadOptions): Promise<void> {
  const { paths, files, store, siteName, signal } = options;
  const wanted = files.filter((file) => paths.some((path) => isIn(file.path, path)));
  const [only] = paths;
  const read = (path: string) => store.read(path, signal ? { signal } : {});
  if (paths.length === 1 && only !== undefined && !only.endsWith('/')) {
    saveFile(only.slice(only.lastIndexOf('/') + 1), await read(only));
    return;
  }
  const { zipOf } = await import('./zip-of.ts');
  const above = commonFolder(wanted.map(({ path }) => path));
  const entries = wanted.map(({ path }) => ({ name: path.slice(above.length), path }));
  const name = paths.length === 1 ? above.split('/').at(-2) : undefined;
  saveFile(`${name ?? siteName}.zip`, await zipOf(entries, read));
}

/** The folder that all of these lie in, '' if it is the site itself. */
export function commonFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  let end = first.lastIndexOf('/') + 1;
  while (end > 0 && !paths.every((path) => path.startsWith(first.slice(0, end)))) {
    end = first.lastIndexOf('/', end - 2) + 1;
  }
  return first.slice(0, end);
}
