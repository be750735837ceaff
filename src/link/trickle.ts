/** Trickle ICE (RFC 8838): candidates travel as they are found, in both directions. */
import type { Candidate } from '../protocol/negotiation.ts';
import type { PeerConnection } from './peer.ts';

/**
 * Candidates taken from the other peer in one negotiation. A machine with many interfaces and two TURN
 * servers finds some 30; each costs connectivity checks, so a hostile peer's flood is cut off here.
 */
export const MAX_REMOTE_CANDIDATES = 64;

/** Holds local candidates back until the other peer knows the description that they belong to. */
export class LocalCandidates {
  #waiting: Candidate[] = [];
  #send: ((candidate: Candidate) => void) | undefined;

  add(candidate: Candidate): void {
    if (this.#send === undefined) this.#waiting.push(candidate);
    else this.#send(candidate);
  }

  /** Sends what was held back and everything from now on. */
  release(send: (candidate: Candidate) => void): void {
    this.#send = send;
    for (const candidate of this.#waiting.splice(0)) send(candidate);
  }
}

/**
 * Gives the other peer's candidates to the connection until they end. Never rejects: the candidates known so
 * far may be enough, and if they are not, the connection attempt itself fails.
 */
export async function addRemoteCandidates(
  peer: PeerConnection,
  candidates: AsyncIterable<Candidate>,
): Promise<void> {
  let count = 0;
  try {
    for await (const candidate of candidates) {
      count += 1;
      if (count > MAX_REMOTE_CANDIDATES) return;
      await peer.addCandidate(candidate).catch(() => {
        // One that this implementation cannot read, such as a newer transport: others may do.
      });
    }
  } catch {
    // The channel closed: see above.
  }
}
