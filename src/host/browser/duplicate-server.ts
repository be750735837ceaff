import { makeServer } from './create-server.ts';
import { requirePlace, snapshotOfServer } from './export-server.ts';
import type { HostEnvironment } from './host-environment.ts';
import type { CreateServerResult, NamedServerOptions } from './public-api.ts';
import { siteOfSnapshot } from './site-snapshot.ts';

/**
 * Makes a server of all that another one has, under a name and with a key of its own. A tab that runs the
 * other goes on.
 * @throws PeerServerError no-such-site, signaling-failed, storage-failed, cancelled; nothing is left behind
 */
export async function duplicateServerIn(
  environment: HostEnvironment,
  from: string,
  options: NamedServerOptions,
): Promise<CreateServerResult> {
  const place = await requirePlace(environment, from);
  const snapshot = await snapshotOfServer(environment, place, options.signal);
  try {
    return await makeServer(environment, siteOfSnapshot(snapshot), options);
  } finally {
    snapshot.release();
  }
}
