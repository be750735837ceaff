/** The visitor's side of connecting. */
import { type Clock, systemClock } from '../protocol/clock.ts';
import { asPeerServerError } from '../protocol/errors.ts';
import { SUPPORTED_VERSIONS } from '../protocol/handshake-record.ts';
import { type Identity, randomNonce } from '../protocol/identity.ts';
import type { IceServer } from '../protocol/negotiation.ts';
import type { Transport } from '../protocol/transport.ts';
import { startAttempt } from './attempt.ts';
import { checkAnswer } from './handshake.ts';
import type { NegotiationChannel } from './negotiation-channel.ts';
import type { CreatePeer } from './peer.ts';
import { PeerTransport } from './peer-transport.ts';
import { agreeMessageSize, readSdp } from './sdp.ts';
import { addRemoteCandidates } from './trickle.ts';

/** `offering` → `waiting` for the host → `answered`, and its proof holds → `checking` paths → `connected`. */
export type DialProgress = 'offering' | 'waiting' | 'answered' | 'checking' | 'connected';

export interface DialOptions {
  /** Name of the site, e.g. `garden`; part of what both sides sign. */
  readonly site: string;
  readonly identity: Identity;
  /** The public key that the host must prove to have. */
  readonly hostKey: string;
  readonly iceServers: readonly IceServer[];
  readonly createPeer: CreatePeer;
  readonly channel: NegotiationChannel;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly onProgress?: (step: DialProgress) => void;
}

/**
 * Connects to a host; resolves when its proof has been verified and all lanes are open. Rejects with
 * `identity-mismatch` (nothing was sent to the host then), `version-mismatch`, `bad-input`,
 * `protocol-violation`, `cannot-connect`, `cancelled`, or what the channel's `answer` rejects with.
 */
export async function dial(options: DialOptions): Promise<Transport> {
  const { channel, clock = systemClock } = options;
  let step: DialProgress = 'offering';
  const enter = (next: DialProgress): void => {
    step = next;
    options.onProgress?.(next);
  };
  const attempt = startAttempt(options.signal, clock, () => step);
  let transport: PeerTransport | undefined;
  try {
    enter('offering');
    attempt.signal.throwIfAborted();
    const peer = await attempt.createPeer(options.createPeer, options.iceServers);
    transport = new PeerTransport(peer, clock);
    const offerSdp = await attempt.race(peer.createOffer());
    const ours = readSdp(offerSdp);
    const visitorNonce = randomNonce();
    channel.sendOffer({
      sdp: offerSdp,
      visitorKey: options.identity.publicKey,
      visitorNonce,
      versions: SUPPORTED_VERSIONS,
    });
    transport.localCandidates.release((candidate) => channel.sendCandidate(candidate));

    enter('waiting');
    const answer = await attempt.race(channel.answer(attempt.signal));
    const theirs = readSdp(answer.sdp);
    const record = {
      version: answer.version,
      site: options.site,
      visitorKey: options.identity.publicKey,
      hostKey: options.hostKey,
      visitorFingerprint: ours.fingerprint,
      hostFingerprint: theirs.fingerprint,
      visitorNonce,
      hostNonce: answer.hostNonce,
    };
    await attempt.race(checkAnswer(answer, record, options.hostKey));
    transport.bind(record, agreeMessageSize(ours, theirs));
    enter('answered');

    // Only now, with the proof verified, may a byte travel to the host.
    await attempt.race(peer.setRemoteDescription('answer', answer.sdp));
    void addRemoteCandidates(peer, channel.candidates(attempt.signal));
    enter('checking');
    await attempt.race(transport.opened);
    enter('connected');
    return transport;
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'cannot-connect');
    transport?.abandon(error);
    throw error;
  } finally {
    attempt.end();
  }
}
