/**
 * Where sites lie in this origin's private file system: `peerserver-sites/<folder>/`. Which folder is a
 * server's, its registry says: it keeps it under another name.
 */
import type { Clock } from '../../protocol/clock.ts';
import { onceFree } from './once-free.ts';
import { storageError } from './storage-error.ts';

const SITES_FOLDER = 'peerserver-sites';

/** This origin's private file system, or a stand-in for it. */
export type FileSystemRoot = () => Promise<FileSystemDirectoryHandle>;

/** The browser's own. */
export const originPrivateFileSystem: FileSystemRoot = () => navigator.storage.getDirectory();

/** Folder of a site's database within its own, and so removed with it. */
const DATABASE_FOLDER = 'database';

/** Path of a site's database folder, from the root of the file system. */
export function databasePath(folder: string): string {
  return `${SITES_FOLDER}/${folder}/${DATABASE_FOLDER}`;
}

/** Whether a site has a database. Rejects with storage-failed. */
export async function hasDatabase(root: FileSystemRoot, folder: string): Promise<boolean> {
  return (await databaseFolder(await siteDirectory(root, folder))) !== undefined;
}

/** What a site's database takes, its logs included, in bytes. Rejects with storage-failed. */
export async function databaseBytes(site: FileSystemDirectoryHandle): Promise<number> {
  const folder = await databaseFolder(site);
  return folder ? bytesIn(folder) : 0;
}

async function databaseFolder(
  site: FileSystemDirectoryHandle,
): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await site.getDirectoryHandle(DATABASE_FOLDER);
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NotFoundError') return undefined;
    throw storageError('Looking for the database', thrown);
  }
}

async function bytesIn(directory: FileSystemDirectoryHandle): Promise<number> {
  let bytes = 0;
  for await (const handle of directory.values()) {
    bytes += isFile(handle)
      ? (await handle.getFile()).size
      : await bytesIn(await directory.getDirectoryHandle(handle.name));
  }
  return bytes;
}

function isFile(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file';
}

/** A site's folder, made if there is none. It is made of a DNS label, so it is a safe name. */
export async function siteDirectory(
  root: FileSystemRoot,
  folder: string,
): Promise<FileSystemDirectoryHandle> {
  try {
    const sites = await (await root()).getDirectoryHandle(SITES_FOLDER, { create: true });
    return await sites.getDirectoryHandle(folder, { create: true });
  } catch (thrown) {
    throw storageError('Opening the site', thrown);
  }
}

/** The folders of all sites, whether or not a server's. Rejects with storage-failed. */
export async function siteFolders(root: FileSystemRoot): Promise<readonly string[]> {
  try {
    const sites = await (await root()).getDirectoryHandle(SITES_FOLDER);
    const folders: string[] = [];
    for await (const { kind, name } of sites.values()) if (kind === 'directory') folders.push(name);
    return folders;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NotFoundError') return [];
    throw storageError('Looking for sites', thrown);
  }
}

/**
 * Removes a site with all that was ever stored of it; nothing happens if there is none.
 * @param clock waits a little while another page has files of it open; without, that is a failure at once
 * @throws PeerServerError storage-failed
 */
export async function removeSiteDirectory(
  root: FileSystemRoot,
  folder: string,
  clock?: Clock,
): Promise<void> {
  try {
    const sites = await (await root()).getDirectoryHandle(SITES_FOLDER, { create: true });
    const remove = () => sites.removeEntry(folder, { recursive: true });
    await (clock ? onceFree(remove, clock) : remove());
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'NotFoundError') return;
    throw storageError('Removing the site', thrown);
  }
}
