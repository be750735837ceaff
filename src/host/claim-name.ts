import { PeerServerError } from '../protocol/errors.ts';
import { claimBytes, type Identity } from '../protocol/identity.ts';
import type { SignalingSocket } from '../signaling/client.ts';

/** From opening the socket to the answer; a server that takes longer is as good as away. */
export const CLAIM_TIMEOUT_MS = 20_000;

/** What came of a claim. */
export type ClaimResult =
  | { readonly kind: 'claimed' }
  | {
      readonly kind: 'refused';
      /** One sentence for people. */
      readonly message: string;
      /** A name that would be given, if the server knows one. */
      readonly suggestion: string | undefined;
    };

/**
 * Claims a name with the proof that the socket's challenge asks for, good at this server only.
 * @throws PeerServerError signaling-failed, cancelled
 */
export async function claimName(
  socket: SignalingSocket,
  name: string,
  identity: Identity,
  signal: AbortSignal,
): Promise<ClaimResult> {
  const signature = await identity.sign(claimBytes(name, socket.challenge, socket.server));
  socket.send({ kind: 'claim', name, key: identity.publicKey, signature });
  const answer = await socket.next(signal);
  switch (answer.kind) {
    case 'claimed':
      return { kind: 'claimed' };
    case 'refused':
      return { kind: 'refused', message: answer.message, suggestion: answer.suggestion };
    case 'error':
      throw new PeerServerError('signaling-failed', answer.message);
    default: {
      const text = `The signaling server answered a claim with “${answer.kind}”. Reload to update.`;
      throw new PeerServerError('signaling-failed', text);
    }
  }
}
