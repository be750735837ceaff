import type { Candidate } from '../../protocol/negotiation.ts';
import type { TransportDescription } from '../../protocol/transport.ts';
import type { PeerConnection, PeerListener } from '../peer.ts';

/** A peer connection in a test's hands: it does nothing, and tells what the test tells it to. */
export class StandInPeer implements PeerConnection {
  /** Candidates taken, in order. */
  readonly candidates: Candidate[] = [];
  /** Lanes of the messages sent, in order. */
  readonly sent: number[] = [];
  lanesClosed = false;
  closed = false;
  breaksAtSend = false;
  /** Says which candidates cannot be read. */
  refuses: (candidate: Candidate) => boolean = () => false;
  #listener: PeerListener | undefined;

  /** What the test makes happen. Throws before anybody listens. */
  get events(): PeerListener {
    if (this.#listener === undefined) throw new Error('Nobody listens yet.');
    return this.#listener;
  }

  listen(listener: PeerListener): void {
    this.#listener = listener;
  }

  async createOffer(): Promise<string> {
    return '';
  }

  async createAnswer(): Promise<string> {
    return '';
  }

  async setRemoteDescription(): Promise<void> {}

  async addCandidate(candidate: Candidate): Promise<void> {
    if (this.refuses(candidate)) throw new Error('This candidate cannot be read.');
    this.candidates.push(candidate);
  }

  queued(): number {
    return 0;
  }

  send(lane: number): void {
    if (this.breaksAtSend) throw new Error('The lane is not open.');
    this.sent.push(lane);
  }

  closeLanes(): void {
    this.lanesClosed = true;
  }

  async describe(): Promise<TransportDescription> {
    return { route: 'unknown' };
  }

  close(): void {
    this.closed = true;
  }
}
