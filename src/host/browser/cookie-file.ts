import type { CookieStorage } from '../cookies/jar-file.ts';
import { replaceFile } from './replace-file.ts';
import { storageError } from './storage-error.ts';

const FILE = 'cookies.json';

/**
 * Visitors' cookies beside the files of their site, in its directory: they go when that goes.
 * @param directory the site's own, in this origin's private file system
 */
export function cookieFile(directory: FileSystemDirectoryHandle): CookieStorage {
  return {
    async load() {
      try {
        const handle = await directory.getFileHandle(FILE);
        return await (await handle.getFile()).text();
      } catch (thrown) {
        if (thrown instanceof Error && thrown.name === 'NotFoundError') return undefined;
        throw storageError('Reading the cookies of visitors', thrown);
      }
    },
    async save(text) {
      try {
        await replaceFile(directory, FILE, new TextEncoder().encode(text));
      } catch (thrown) {
        throw storageError('Keeping the cookies of visitors', thrown);
      }
    },
  };
}
