/**
 * What two peers tell each other before they are connected. The signaling server relays it; the link room
 * produces and consumes it; neither needs to know the other.
 */
import type { VersionRange } from './handshake-record.ts';

/** As RTCPeerConnection's constructor takes it. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
}

/** What a visitor proposes. */
export interface OfferFields {
  readonly sdp: string;
  readonly visitorKey: string;
  readonly visitorNonce: string;
  readonly versions: VersionRange;
}

/** What a host agrees to; `proof` is its signature over the handshake record (SPEC H3). */
export interface AnswerFields {
  readonly sdp: string;
  readonly hostKey: string;
  readonly hostNonce: string;
  readonly version: number;
  readonly proof: string;
}
