/** RTCPeerConnection without its channels: descriptions, candidates, state. Lives in a page. */
import type { IceServer } from '../protocol/negotiation.ts';
import { LANE_COUNT, type TransportDescription } from '../protocol/transport.ts';
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

  async createOffer(options?: { iceRestart: boolean }): Promise<string> {
    return this.#setLocal(await this.#connection.createOffer(options));
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

/** What of the statistics is read here; TypeScript's own types leave the candidates out. */
interface Stat {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly address?: string | null;
  readonly port?: number;
}

function describeStats(report: RTCStatsReport): TransportDescription {
  const stats = new Map<string, Stat>();
  report.forEach((stat: Stat) => {
    stats.set(stat.id, stat);
  });
  const all = [...stats.values()];
  const selectedId = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair =
    stats.get(selectedId ?? '') ??
    all.find(
      (stat) => stat.type === 'candidate-pair' && stat.nominated && stat.state === 'succeeded',
    );
  const local = stats.get(pair?.localCandidateId ?? '');
  const remote = stats.get(pair?.remoteCandidateId ?? '');
  if (local === undefined || remote === undefined) return { route: 'unknown' };
  const relayed = local.candidateType === 'relay' || remote.candidateType === 'relay';
  return {
    route: relayed ? 'relayed' : 'direct',
    // Hidden by the browser behind an mDNS name until the page has camera rights.
    ...(remote.address ? { remoteAddress: `${remote.address}:${remote.port}` } : {}),
  };
}
