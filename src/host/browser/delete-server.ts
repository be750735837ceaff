import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { withFolder } from './folder-lock.ts';
import type { HostEnvironment } from './host-environment.ts';
import { acquireHostingLock } from './hosting-lock.ts';
import type { DeleteServerOptions } from './public-api.ts';
import { releaseServerName } from './server-names.ts';
import { removeSiteDirectory } from './site-directories.ts';

/**
 * Removes a server with its files and its key, for good; a tab that hosts it is asked to stop. The name is
 * given back if the signaling server can be reached; otherwise its lease runs out by itself.
 * @throws PeerServerError no-such-site, cancelled; storage-failed, also when it is deleted and only its files
 *   could not be removed yet
 */
export async function deleteServerIn(
  environment: HostEnvironment,
  name: string,
  options: DeleteServerOptions,
): Promise<void> {
  const parsed = parseSiteName(name);
  if (!parsed.ok) throw new PeerServerError('no-such-site', parsed.message);
  const lock = await acquireHostingLock(parsed.name, options.signal, environment.locks);
  try {
    const identity = await environment.registry.identity(parsed.name);
    const folder = await environment.registry.folder(parsed.name);
    await releaseServerName(environment, parsed.name, identity, options);
    // The entry goes first: a server that is listed has its files.
    await environment.registry.delete(parsed.name);
    await removeFiles(environment, parsed.name, folder);
  } finally {
    lock.release();
  }
}

async function removeFiles(
  { locks, registry, root, clock }: HostEnvironment,
  name: SiteName,
  folder: string,
): Promise<void> {
  try {
    await withFolder(locks, folder, async () => {
      // Whoever made a server in this folder since has removed what was there.
      if ((await registry.folders()).has(folder)) return;
      await removeSiteDirectory(root, folder, clock);
    });
  } catch (thrown) {
    const text = `“${name}” is deleted, but its files could not be removed yet: perhaps another page of this browser has them open. They are removed later.`;
    throw new PeerServerError('storage-failed', text, { cause: thrown });
  }
}
