/** The host's side of connecting. */
import { type Clock, systemClock } from '../protocol/clock.ts';
import { asPeerServerError } from '../protocol/errors.ts';
import { type Identity, proofBytes, randomNonce } from '../protocol/identity.ts';
import type { IceServer, OfferFields } from '../protocol/negotiation.ts';
import { startAttempt } from './attempt.ts';
import { checkOffer } from './handshake.ts';
import { acceptIceRestart } from './ice-restart.ts';
import type { AnswerChannel } from './negotiation-channel.ts';
import type { CreatePeer } from './peer.ts';
import { type LinkTransport, PeerTransport } from './peer-transport.ts';
import { agreeMessageSize, readSdp } from './sdp.ts';
import { addRemoteCandidates } from './trickle.ts';

export interface AnswerOptions {
  /** Name of the site, e.g. `garden`; part of what both sides sign. */
  readonly site: string;
  readonly identity: Identity;
  readonly offer: OfferFields;
  readonly iceServers: readonly IceServer[];
  readonly createPeer: CreatePeer;
  readonly channel: AnswerChannel;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** How long, in ms, a lost path may be restored by `acceptRestart` before the transport closes; default 0. */
  readonly restartWindowMs?: number;
}

export interface AnsweredTransport extends LinkTransport {
  /**
   * Agrees to the visitor's offer of a new path for the same connection. Rejects `identity-mismatch` when the
   * offer is not from the same visitor with the same certificate, `cannot-connect`, `cancelled`; the
   * connection stays as it was then.
   */
  acceptRestart(offer: OfferFields, channel: AnswerChannel, signal: AbortSignal): Promise<void>;
}

/**
 * Answers one offer; resolves when all lanes are open. The visitor has proved nothing by then: its proof is
 * the first message on lane 0. Rejects with `bad-input`, `identity-mismatch` or `version-mismatch` for an
 * offer that is refused (tell the visitor), with `cannot-connect` or `cancelled` later on.
 */
export async function answer(options: AnswerOptions): Promise<AnsweredTransport> {
  const { site, identity, offer, channel, clock = systemClock } = options;
  let step = 'answering';
  const attempt = startAttempt(options.signal, clock, () => step);
  let transport: PeerTransport | undefined;
  try {
    attempt.signal.throwIfAborted();
    const version = checkOffer(offer);
    const theirs = readSdp(offer.sdp);
    const peer = await options.createPeer({ iceServers: options.iceServers });
    transport = new PeerTransport(peer, clock, options.restartWindowMs);
    await attempt.race(peer.setRemoteDescription('offer', offer.sdp));
    const answerSdp = await attempt.race(peer.createAnswer());
    const ours = readSdp(answerSdp);
    const hostNonce = randomNonce();
    const record = {
      version,
      site,
      visitorKey: offer.visitorKey,
      hostKey: identity.publicKey,
      visitorFingerprint: theirs.fingerprint,
      hostFingerprint: ours.fingerprint,
      visitorNonce: offer.visitorNonce,
      hostNonce,
    };
    transport.bind(record, agreeMessageSize(ours, theirs));
    const proof = await attempt.race(identity.sign(proofBytes('host', record)));
    channel.sendAnswer({
      sdp: answerSdp,
      hostKey: identity.publicKey,
      hostNonce,
      version,
      proof,
    });
    transport.localCandidates.release((candidate) => channel.sendCandidate(candidate));

    step = 'checking';
    void addRemoteCandidates(peer, channel.candidates(attempt.signal));
    await attempt.race(transport.opened);
    const answered = transport;
    return Object.assign(answered, {
      acceptRestart: (newOffer: OfferFields, newChannel: AnswerChannel, signal: AbortSignal) =>
        acceptIceRestart(peer, answered, { proof, offer: newOffer }, newChannel, signal, clock),
    });
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'cannot-connect');
    transport?.abandon(error);
    throw error;
  } finally {
    attempt.end();
  }
}
