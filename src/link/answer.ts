/** The host's side of connecting. */
import { type Clock, systemClock } from '../protocol/clock.ts';
import { asPeerServerError } from '../protocol/errors.ts';
import { type Identity, proofBytes, randomNonce } from '../protocol/identity.ts';
import type { IceServer, OfferFields } from '../protocol/negotiation.ts';
import type { Transport } from '../protocol/transport.ts';
import { startAttempt } from './attempt.ts';
import { checkOffer } from './handshake.ts';
import type { AnswerChannel } from './negotiation-channel.ts';
import type { CreatePeer } from './peer.ts';
import { PeerTransport } from './peer-transport.ts';
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
}

/**
 * Answers one offer; resolves when all lanes are open. The visitor has proved nothing by then: its proof is
 * the first message on lane 0. Rejects with `bad-input`, `protocol-violation`,
 * `identity-mismatch` or `version-mismatch` for an offer that is refused (tell the visitor), with
 * `cannot-connect` or `cancelled` later on.
 */
export async function answer(options: AnswerOptions): Promise<Transport> {
  const { site, identity, offer, channel, clock = systemClock } = options;
  let step = 'answering';
  const attempt = startAttempt(options.signal, clock, () => step);
  let transport: PeerTransport | undefined;
  try {
    attempt.signal.throwIfAborted();
    const version = checkOffer(offer);
    const theirs = readSdp(offer.sdp);
    const peer = await attempt.createPeer(options.createPeer, options.iceServers);
    transport = new PeerTransport(peer, clock);
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
    return transport;
  } catch (thrown) {
    const error = asPeerServerError(thrown, 'cannot-connect');
    transport?.abandon(error);
    throw error;
  } finally {
    attempt.end();
  }
}
