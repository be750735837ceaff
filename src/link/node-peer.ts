/** WebRTC in Node, over node-datachannel (libdatachannel). Loaded when first used, and not before. */
import type { DataChannel, PeerConnection as NativeConnection } from 'node-datachannel';
import { systemClock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { Candidate } from '../protocol/negotiation.ts';
import { DRAIN_THRESHOLD, LANE_COUNT, type TransportDescription } from '../protocol/transport.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import { toNativeIceServers } from './node-ice-servers.ts';
import type { CreatePeer, PeerConnection, PeerListener, PeerState } from './peer.ts';
import { LocalCandidates } from './trickle.ts';

/** Makes a connection with node-datachannel. Rejects `cannot-connect` when its binary cannot be loaded. */
export const createNodePeer: CreatePeer = async ({ iceServers }) => {
  const native = await loadNative();
  const connection = new native.PeerConnection('peerserver', {
    iceServers: toNativeIceServers(iceServers),
    // Descriptions are made when dial and answer say so, as in a browser.
    disableAutoNegotiation: true,
    // libdatachannel cuts longer messages off there without a word; the byte too much shows that it did.
    maxMessageSize: MAX_MESSAGE_SIZE + 1,
  });
  return new NodePeer(connection);
};

async function loadNative(): Promise<typeof import('node-datachannel')> {
  try {
    return await import('node-datachannel');
  } catch (cause) {
    throw new PeerServerError(
      'cannot-connect',
      'The package node-datachannel could not be loaded: run npm install on this machine.',
      { cause },
    );
  }
}

const STATES: readonly string[] = [
  'new',
  'connecting',
  'connected',
  'disconnected',
  'failed',
  'closed',
] satisfies PeerState[];

function isPeerState(state: string): state is PeerState {
  return STATES.includes(state);
}

/**
 * Each kind of event has a queue of its own between libdatachannel's threads and ours, so an end may overtake
 * a message that came before it. Both queues have been emptied one turn of the event loop later.
 */
function afterMessages(callback: () => void): void {
  setImmediate(() => setImmediate(callback));
}

/**
 * How long, in ms, an offerer keeps its candidates to itself once it knows the answer. The answerer starts
 * DTLS as soon as its own check succeeds, and libdatachannel loses that first packet while the offerer's check
 * has not: it comes again after 1 s. So the offerer checks first; an answerer that it reaches learns its
 * address from that, and one behind a firewall waits this little longer.
 */
const OFFERER_HEAD_START_MS = 100;

class NodePeer implements PeerConnection {
  readonly #connection: NativeConnection;
  readonly #lanes: readonly DataChannel[];
  #listener: PeerListener | undefined;
  readonly #candidates = new LocalCandidates();
  #cancelRelease: (() => void) | undefined;
  #closingLanes = false;
  #localDescription: ((sdp: string) => void) | undefined;

  constructor(connection: NativeConnection) {
    this.#connection = connection;
    this.#lanes = Array.from({ length: LANE_COUNT }, (_, id) =>
      connection.createDataChannel(`lane ${id}`, { negotiated: true, id }),
    );
    connection.onLocalDescription((sdp) => this.#localDescription?.(sdp));
    connection.onLocalCandidate((candidate, sdpMid) => {
      this.#candidates.add({
        // It comes as an SDP line; browsers and the signaling vocabulary know the attribute's value only.
        candidate: candidate.replace(/^a=/, ''),
        sdpMid,
        sdpMLineIndex: 0,
      });
    });
    connection.onStateChange((state) => {
      if (!isPeerState(state)) return;
      afterMessages(() => {
        this.#listener?.state(state);
        if (state === 'closed') this.#allLanesClosed();
      });
    });
    for (const [id, lane] of this.#lanes.entries()) {
      lane.setBufferedAmountLowThreshold(DRAIN_THRESHOLD);
      lane.onOpen(() => this.#listener?.laneOpened(id));
      lane.onBufferedAmountLow(() => this.#listener?.laneDrained(id));
      lane.onMessage((message) => {
        // A Buffer, which may be a window on memory that it shares with others, is copied by this.
        this.#listener?.laneMessage(
          id,
          typeof message === 'string' ? 'text' : new Uint8Array(message),
        );
      });
      // Right after onMessage: the queues of events are emptied in the order of their making, and this event
      // discards the messages that still wait in theirs.
      lane.onClosed(() => {
        // After our own close() it comes at once, with messages still on their way to the peer.
        if (!this.#closingLanes) afterMessages(() => this.#listener?.laneClosed(id));
      });
    }
  }

  #allLanesClosed(): void {
    for (const id of this.#lanes.keys()) this.#listener?.laneClosed(id);
  }

  listen(listener: PeerListener): void {
    this.#listener = listener;
  }

  async createOffer(): Promise<string> {
    return this.#describeLocally('offer');
  }

  async createAnswer(): Promise<string> {
    return this.#describeLocally('answer');
  }

  #describeLocally(kind: 'offer' | 'answer'): Promise<string> {
    return new Promise((resolve) => {
      this.#localDescription = resolve;
      this.#connection.setLocalDescription(kind);
    });
  }

  async setRemoteDescription(kind: 'offer' | 'answer', sdp: string): Promise<void> {
    this.#connection.setRemoteDescription(sdp, kind);
    const release = (): void =>
      this.#candidates.release((candidate) => this.#listener?.candidate(candidate));
    if (kind === 'offer') release();
    else this.#cancelRelease = systemClock.schedule(OFFERER_HEAD_START_MS, release);
  }

  async addCandidate({ candidate, sdpMid }: Candidate): Promise<void> {
    this.#connection.addRemoteCandidate(candidate, sdpMid ?? '0');
  }

  queued(lane: number): number {
    return this.#lanes[lane]?.bufferedAmount() ?? 0;
  }

  send(lane: number, message: Uint8Array<ArrayBuffer>): void {
    this.#lanes[lane]?.sendMessageBinary(message);
  }

  closeLanes(): void {
    this.#closingLanes = true;
    this.#cancelRelease?.();
    for (const lane of this.#lanes) lane.close();
  }

  async describe(): Promise<TransportDescription> {
    const pair = this.#connection.getSelectedCandidatePair();
    if (pair === null) return { route: 'unknown' };
    const { local, remote } = pair;
    const relayed = local.type === 'relay' || remote.type === 'relay';
    return {
      route: relayed ? 'relayed' : 'direct',
      remoteAddress: `${remote.address}:${remote.port}`,
    };
  }

  close(): void {
    this.#listener = undefined;
    this.#cancelRelease?.();
    this.#connection.close();
  }
}
