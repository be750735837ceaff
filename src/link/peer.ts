/**
 * The little that dialing and answering need of a WebRTC implementation. Browsers and Node differ in every
 * call; above this line nothing knows which one is below.
 */
import type { Candidate, IceServer } from '../protocol/negotiation.ts';
import type { TransportDescription } from '../protocol/transport.ts';

/** `disconnected` may recover by itself; `failed` and `closed` are final for us. */
export type PeerState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

export interface PeerListener {
  /** A local candidate was found; the other peer has to hear of it. */
  candidate(candidate: Candidate): void;
  state(state: PeerState): void;
  laneOpened(lane: number): void;
  /** A whole message; `text` when the peer sent a string, which no PeerServer does. */
  laneMessage(lane: number, message: Uint8Array<ArrayBuffer> | 'text'): void;
  laneDrained(lane: number): void;
  laneClosed(lane: number): void;
}

/** One connection with its lanes: data channels 0 to 4, negotiated, ordered, reliable. */
export interface PeerConnection {
  /** Sets who hears of events. To be called before any description is made; nothing happens earlier. */
  listen(listener: PeerListener): void;
  /** Makes an offer and sets it as the local description; returns its SDP. Gathering starts. */
  createOffer(): Promise<string>;
  /** Makes an answer to the offer set before and sets it; returns its SDP. Gathering starts. */
  createAnswer(): Promise<string>;
  /** Rejects when the implementation does not take the SDP. */
  setRemoteDescription(kind: 'offer' | 'answer', sdp: string): Promise<void>;
  /** Rejects for a candidate that cannot be read. */
  addCandidate(candidate: Candidate): Promise<void>;
  /** Bytes on a lane that have not left yet. */
  queued(lane: number): number;
  /** Copies the bytes; throws when the lane is not open. */
  send(lane: number, message: Uint8Array<ArrayBuffer>): void;
  /** Closes all lanes behind what is queued on them; `laneClosed` follows when that has been delivered. */
  closeLanes(): void;
  describe(): Promise<TransportDescription>;
  /** Ends everything at once and for good; safe to call again. No event follows. */
  close(): void;
}

/** Makes a connection whose lanes exist already, so that the first offer speaks of them. */
export type CreatePeer = (options: { iceServers: readonly IceServer[] }) => Promise<PeerConnection>;
