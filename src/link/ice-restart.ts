/**
 * A new network path for a connection that has lost its own. Certificates, keys and nonces stay, so the
 * handshake record and both proofs do too; whatever differs is refused before WebRTC hears of it.
 */
import type { Clock } from '../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../protocol/errors.ts';
import { SUPPORTED_VERSIONS } from '../protocol/handshake-record.ts';
import type { OfferFields } from '../protocol/negotiation.ts';
import { type Attempt, startAttempt } from './attempt.ts';
import { checkAnswer } from './handshake.ts';
import type { AnswerChannel, NegotiationChannel } from './negotiation-channel.ts';
import type { PeerConnection } from './peer.ts';
import type { PeerTransport } from './peer-transport.ts';
import { readSdp } from './sdp.ts';
import { addRemoteCandidates } from './trickle.ts';

/** The visitor's side; see `DialedTransport.restartIce`. */
export async function restartIce(
  peer: PeerConnection,
  transport: PeerTransport,
  channel: NegotiationChannel,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  await negotiate(transport, signal, clock, async (attempt) => {
    const { handshake } = transport;
    transport.localCandidates.hold();
    const sdp = await attempt.race(peer.createOffer({ iceRestart: true }));
    checkFingerprint(sdp, handshake.visitorFingerprint);
    channel.sendOffer({
      sdp,
      visitorKey: handshake.visitorKey,
      visitorNonce: handshake.visitorNonce,
      versions: SUPPORTED_VERSIONS,
    });
    transport.localCandidates.release((candidate) => channel.sendCandidate(candidate));
    const answer = await attempt.race(channel.answer(attempt.signal));
    checkFingerprint(answer.sdp, handshake.hostFingerprint);
    await attempt.race(checkAnswer(answer, handshake, handshake.hostKey));
    await attempt.race(peer.setRemoteDescription('answer', answer.sdp));
    void addRemoteCandidates(peer, channel.candidates(attempt.signal));
  });
}

/** The host's side; see `AnsweredTransport.acceptRestart`. */
export async function acceptIceRestart(
  peer: PeerConnection,
  transport: PeerTransport,
  { proof, offer }: { proof: string; offer: OfferFields },
  channel: AnswerChannel,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  await negotiate(transport, signal, clock, async (attempt) => {
    const { handshake } = transport;
    const { visitorKey, visitorNonce, hostKey, hostNonce, version } = handshake;
    if (offer.visitorKey !== visitorKey || offer.visitorNonce !== visitorNonce) throw changed();
    checkFingerprint(offer.sdp, handshake.visitorFingerprint);
    transport.localCandidates.hold();
    await attempt.race(peer.setRemoteDescription('offer', offer.sdp));
    const sdp = await attempt.race(peer.createAnswer());
    checkFingerprint(sdp, handshake.hostFingerprint);
    channel.sendAnswer({ sdp, hostKey, hostNonce, version, proof });
    transport.localCandidates.release((candidate) => channel.sendCandidate(candidate));
    void addRemoteCandidates(peer, channel.candidates(attempt.signal));
  });
}

/**
 * Runs one restart. When it succeeds, its candidates go on travelling until the time of a whole attempt is
 * over: whether the path is back shows in the transport's state, and not at all if it was never quite lost.
 */
async function negotiate(
  transport: PeerTransport,
  signal: AbortSignal,
  clock: Clock,
  steps: (attempt: Attempt) => Promise<void>,
): Promise<void> {
  if (!transport.canRestartIce) {
    throw new PeerServerError(
      'cannot-connect',
      'This side cannot restart ICE on a live connection: connect anew instead.',
    );
  }
  const attempt = startAttempt(signal, clock, () => 'restarting ICE');
  try {
    await steps(attempt);
  } catch (thrown) {
    attempt.end();
    throw asPeerServerError(thrown, 'cannot-connect');
  }
}

function checkFingerprint(sdp: string, expected: string): void {
  if (readSdp(sdp).fingerprint !== expected) throw changed();
}

function changed(): PeerServerError {
  return new PeerServerError(
    'identity-mismatch',
    'The peer came back with another identity than this connection was made with.',
  );
}
