/**
 * Folders of sites that are no server's: a tab leaves one behind when it is closed while it makes a server, and a
 * deletion when another page had the files open. They would take up storage for ever.
 */
import type { HostEnvironment } from './host-environment.ts';
import { hostingLockName } from './hosting-lock.ts';
import { makerOf } from './server-registry.ts';
import { removeSiteDirectory, siteFolders } from './site-directories.ts';

/**
 * Removes the folders that are no server's and that nobody is making a server in. What cannot be removed now, the
 * next call removes.
 * @throws PeerServerError storage-failed
 */
export async function removeUnownedFolders(environment: HostEnvironment): Promise<void> {
  const { root, registry } = environment;
  const folders = await siteFolders(root);
  const owned = await registry.folders();
  // The browser may have lost such a list, and its author need not lose the files, too. Servers that are only
  // begun are in the list as well.
  if (owned.size === 0) return;
  for (const folder of folders) {
    if (!owned.has(folder)) await removeIfUnowned(environment, folder);
  }
}

async function removeIfUnowned(
  { root, registry, locks }: HostEnvironment,
  folder: string,
): Promise<void> {
  const maker = makerOf(folder);
  // Not made by us.
  if (!maker) return;
  // Whoever makes a server in this folder holds this lock until the folder is in the list, in whatever tab. A
  // folder comes into the list in no other way: a server that is renamed keeps the one that it has.
  const name = hostingLockName(maker);
  await locks.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock || (await registry.folders()).has(folder)) return;
    // Still held by somebody, perhaps.
    await removeSiteDirectory(root, folder).catch(() => undefined);
  });
}
