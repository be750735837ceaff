import { parseSiteName } from '../../address/site-name.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import { connectSignaling, type SignalingSocket } from '../../signaling/client.ts';
import { CLAIM_TIMEOUT_MS, claimName } from '../claim-name.ts';
import type { HostEnvironment } from './host-environment.ts';
import { acquireHostingLock } from './hosting-lock.ts';
import type { DeleteServerOptions } from './public-api.ts';
import { removeSiteDirectory } from './site-directories.ts';

/**
 * Removes a server with its files and its key, for good; a tab that hosts it is asked to stop. The name is
 * given back if the signaling server can be reached; otherwise its lease runs out by itself.
 * @throws PeerServerError no-such-site, storage-failed, cancelled
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
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(CLAIM_TIMEOUT_MS)]);
    const { createSocket } = environment;
    let socket: SignalingSocket | undefined;
    try {
      socket = await connectSignaling(options.signalUrl, {
        signal,
        ...(createSocket ? { createSocket } : {}),
      });
      // Only who holds a name can give it back, so it is claimed once more.
      const claim = await claimName(socket, parsed.name, identity, signal);
      if (claim.kind === 'claimed') socket.send({ kind: 'release' });
    } catch (thrown) {
      options.signal.throwIfAborted();
      // Offline or refused: as promised above, the lease runs out. Anything else is a fault.
      const error = asPeerServerError(thrown, 'host-failed');
      if (error.code !== 'signaling-failed' && error.code !== 'cancelled') throw error;
    } finally {
      socket?.close();
    }
    // The entry goes first: a server that is listed has its files.
    await environment.registry.delete(parsed.name);
    await removeSiteDirectory(environment.root, parsed.name);
  } finally {
    lock.release();
  }
}
