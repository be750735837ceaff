/** RTCPeerConnection without its channels: descriptions, candidates, state. Lives in a page. */
import type { IceServer } from '../protocol/negotiation.ts';
import { LANE_COUNT, type TransportDescription } from '../protocol/transport.ts';
import { describeStats } from './browser-stats.ts';
import type { PeerListener } from './peer.ts';

type ConnectionListener = Pick<PeerListener, 'candidate' | 'state'>;

export function createRtcConnection(iceServers: readonly IceServer[]): RTCPeerConnection {
  return new RTCPeerConnection({
    iceServers: iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
  });
}

/** Makes the five channels of a fresh connection, before its first offer, so that the offer speaks of them. */
export function createLaneChannels(connection: RTCPeerConnection): RTCDataChannel[] {
  return Array.from({ length: LANE_COUNT }, (_, id) =>
    connection.createDataChannel(`lane ${id}`, { negotiated: true, ordered: true, id }),
  );
}

export class BrowserConnection {
  readonly #connection: RTCPeerConnection;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** Reports events until `signal` aborts. */
  listen(listener: ConnectionListener, signal: AbortSignal): void {
    const connection = this.#connection;
    connection.addEventListener(
      'icecandidate',
      ({ candidate }) => {
        // No candidate, or an empty one, marks the end of gathering: nothing to tell.
        if (candidate === null || candidate.candidate === '') return;
        const { sdpMid, sdpMLineIndex } = candidate;
        listener.candidate({ candidate: candidate.candidate, sdpMid, sdpMLineIndex });
      },
      { signal },
    );
    connection.addEventListener(
      'connectionstatechange',
      () => listener.state(connection.connectionState),
      { signal },
    );
  }

  async createOffer(): Promise<string> {
    return this.#setLocal(await this.#connection.createOffer());
  }

  async createAnswer(): Promise<string> {
    return this.#setLocal(await this.#connection.createAnswer());
  }

  async #setLocal(description: RTCSessionDescriptionInit): Promise<string> {
    await this.#connection.setLocalDescription(description);
    return description.sdp ?? '';
  }

  async setRemoteDescription(kind: 'offer' | 'answer', sdp: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: kind, sdp });
  }

  async addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    await this.#connection.addIceCandidate(candidate);
  }

  async describe(): Promise<TransportDescription> {
    return describeStats(await this.#connection.getStats());
  }

  close(): void {
    this.#connection.close();
  }
}
