/** Where sites lie in this origin's private file system: `peerserver-sites/<name>/`. */
import type { SiteName } from '../../address/site-name.ts';
import { storageError } from './storage-error.ts';

const SITES_FOLDER = 'peerserver-sites';

/** This origin's private file system, or a stand-in for it. */
export type FileSystemRoot = () => Promise<FileSystemDirectoryHandle>;

/** The browser's own. */
export const originPrivateFileSystem: FileSystemRoot = () => navigator.storage.getDirectory();

/** Folder of a site's database within its own, and so removed with it. */
const DATABASE_FOLDER = 'database';

/** Path of a site's database folder, from the root of the file system. */
export function databasePath(name: SiteName): string {
  return `${SITES_FOLDER}/${name}/${DATABASE_FOLDER}`;
}

/** Removes a site's database for good; nothing happens if there is none. It must not be open. */
export async function removeDatabase(root: FileSystemRoot, name: SiteName): Promise<void> {
  try {
    const site = await siteDirectory(root, name);
    await site.removeEntry(DATABASE_FOLDER, { recursive: true });
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NotFoundError') return;
    throw storageError('Removing the database', thrown);
  }
}

/** A site's folder, made if there is none. A name is a DNS label, so it is a safe file name, too. */
export async function siteDirectory(
  root: FileSystemRoot,
  name: SiteName,
): Promise<FileSystemDirectoryHandle> {
  try {
    const sites = await (await root()).getDirectoryHandle(SITES_FOLDER, { create: true });
    return await sites.getDirectoryHandle(name, { create: true });
  } catch (thrown) {
    throw storageError('Opening the site', thrown);
  }
}

/** Removes a site with all that was ever stored of it; nothing happens if there is none. */
export async function removeSiteDirectory(root: FileSystemRoot, name: SiteName): Promise<void> {
  try {
    const sites = await (await root()).getDirectoryHandle(SITES_FOLDER, { create: true });
    await sites.removeEntry(name, { recursive: true });
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NotFoundError') return;
    throw storageError('Removing the site', thrown);
  }
}
