/** Claiming and giving back names at the signaling server, for servers that nobody serves at the moment. */
import type { SiteName } from '../../address/site-name.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { Identity } from '../../protocol/identity.ts';
import { connectSignaling, type SignalingSocket } from '../../signaling/client.ts';
import { CLAIM_TIMEOUT_MS, type ClaimResult, claimName } from '../claim-name.ts';
import type { HostEnvironment } from './host-environment.ts';

export interface SignalingOptions {
  readonly signalUrl: string;
  readonly signal: AbortSignal;
}

/**
 * Claims a name, which then stays leased for some time.
 * @throws PeerServerError signaling-failed, cancelled
 */
export function claimServerName(
  environment: HostEnvironment,
  name: SiteName,
  identity: Identity,
  options: SignalingOptions,
): Promise<ClaimResult> {
  return withSocket(environment, options, (socket, signal) =>
    claimName(socket, name, identity, signal),
  );
}

/**
 * Gives a name back if the signaling server can be reached; otherwise its lease runs out by itself.
 * @throws PeerServerError cancelled, when the caller has given up
 */
export async function releaseServerName(
  environment: HostEnvironment,
  name: SiteName,
  identity: Identity,
  options: SignalingOptions,
): Promise<void> {
  try {
    await withSocket(environment, options, async (socket, signal) => {
      // Only who holds a name can give it back, so it is claimed once more.
      const claim = await claimName(socket, name, identity, signal);
      if (claim.kind === 'claimed') socket.send({ kind: 'release' });
    });
  } catch (thrown) {
    if (options.signal.aborted) throw asPeerServerError(options.signal.reason, 'cancelled');
    // Offline or refused: as promised above, the lease runs out. Anything else is a fault.
    const error = asPeerServerError(thrown, 'host-failed');
    if (error.code !== 'signaling-failed' && error.code !== 'cancelled') throw error;
  }
}

async function withSocket<T>(
  { createSocket }: HostEnvironment,
  { signalUrl, signal }: SignalingOptions,
  use: (socket: SignalingSocket, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(CLAIM_TIMEOUT_MS)]);
  const socket = await connectSignaling(signalUrl, {
    signal: inTime,
    ...(createSocket ? { createSocket } : {}),
  });
  try {
    return await use(socket, inTime);
  } finally {
    socket.close();
  }
}
