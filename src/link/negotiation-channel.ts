/** What the two sides need to reach each other before they are connected; the signaling room provides it. */
import type { AnswerFields, Candidate, OfferFields } from '../protocol/negotiation.ts';

interface CandidateChannel {
  /** Sends a candidate to the other peer. May be called after the channel closed; it is lost then. */
  sendCandidate(candidate: Candidate): void;
  /**
   * The other peer's candidates in order, from the first one on: those that came before iteration are
   * kept. Ends or rejects when the channel closes or the signal aborts.
   */
  candidates(signal: AbortSignal): AsyncIterable<Candidate>;
}

/** A visitor's way to one host. */
export interface NegotiationChannel extends CandidateChannel {
  sendOffer(offer: OfferFields): void;
  /** The host's answer to the offer sent last. Rejects with a PeerServerError when it declines or is lost. */
  answer(signal: AbortSignal): Promise<AnswerFields>;
}

/** A host's way to one visitor. */
export interface AnswerChannel extends CandidateChannel {
  sendAnswer(answer: AnswerFields): void;
}
