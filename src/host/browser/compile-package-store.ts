import type { RemoteModuleStore } from '../compile/remote-modules.ts';
import { parseStoredModule, storedModule } from '../compile/stored-module.ts';
import { sha256Hex } from '../sha256.ts';
import { replaceFile } from './replace-file.ts';

const PACKAGES_FOLDER = 'packages';

/**
 * Packages from elsewhere in the site's own folder of the browser's file system, a file for each module.
 * @param directory the site's folder
 */
export function packageFolderStore(directory: FileSystemDirectoryHandle): RemoteModuleStore {
  const folder = () => directory.getDirectoryHandle(PACKAGES_FOLDER, { create: true });
  return {
    async get(url) {
      try {
        const handle = await (await folder()).getFileHandle(await sha256Hex(url));
        return parseStoredModule(url, await (await handle.getFile()).text());
      } catch (thrown) {
        if (thrown instanceof Error && thrown.name === 'NotFoundError') return undefined;
        throw thrown;
      }
    },
    async set(url, module) {
      const bytes = new TextEncoder().encode(storedModule(url, module));
      await replaceFile(await folder(), await sha256Hex(url), bytes);
    },
  };
}
