import { requirePlace } from './export-server.ts';
import type { HostEnvironment } from './host-environment.ts';
import { hostingLockName } from './hosting-lock.ts';
import { EMPTY_STATE } from './manifest.ts';
import type { ServerDescription } from './public-api.ts';
import { databaseBytes, siteDirectory } from './site-directories.ts';
import { readIndexes } from './site-index.ts';
import { storageError, throwIfCancelled } from './storage-error.ts';

/**
 * How large a server is, and whether a tab runs it. Disturbs nobody.
 * @throws PeerServerError no-such-site, storage-failed, cancelled
 */
export async function describeServerIn(
  environment: HostEnvironment,
  name: string,
  signal: AbortSignal,
): Promise<ServerDescription> {
  const place = await requirePlace(environment, name);
  try {
    const directory = await siteDirectory(environment.root, place.folder);
    const { current } = await readIndexes(directory);
    throwIfCancelled(signal);
    const { live, draft } = current?.state ?? EMPTY_STATE;
    // Content that is in both is stored once.
    const sizes = new Map(
      [...live.values(), ...draft.values()].map((each) => [each.blob, each.size]),
    );
    const files = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const { held = [] } = await environment.locks.locks.query();
    return {
      bytes: files + (await databaseBytes(directory)),
      files: draft.size,
      running: held.some((lock) => lock.name === hostingLockName(place.name)),
    };
  } catch (thrown) {
    throw storageError('Looking at the server', thrown);
  }
}
