import { once, setMaxListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PagePeers } from './page-peers.ts';
import type { PeerListener } from './peer.ts';
import { createWorkerPeer } from './worker-peer.ts';

/**
 * The page's RTCPeerConnection. Its channels are message ports, because these can be handed over as well; what
 * is posted at their far ends arrives on the lanes.
 */
class StandInConnection extends EventTarget {
  readonly farEnds: MessagePort[] = [];
  readonly ports: MessagePort[] = [];
  readonly descriptions: string[] = [];
  closed = false;
  connectionState = 'new';

  constructor(readonly configuration: RTCConfiguration) {
    super();
    connections.push(this);
  }

  createDataChannel(_label: string, options: RTCDataChannelInit): unknown {
    expect(options).toEqual({ negotiated: true, ordered: true, id: this.farEnds.length });
    const { port1, port2 } = new MessageChannel();
    this.farEnds.push(port2);
    this.ports.push(port1);
    return transferable ? port1 : { notTransferable: () => undefined };
  }

  async createOffer() {
    return { type: 'offer', sdp: 'our offer' };
  }

  async createAnswer() {
    return { type: 'answer', sdp: 'our answer' };
  }

  async setLocalDescription({ sdp }: { sdp: string }) {
    this.descriptions.push(sdp);
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }) {
    this.descriptions.push(`${type}: ${sdp}`);
  }

  async addIceCandidate({ candidate }: RTCIceCandidateInit) {
    if (candidate === 'broken') throw new TypeError('cannot be read');
  }

  async getStats() {
    return new Map<string, object>([
      ['t', { id: 't', type: 'transport', selectedCandidatePairId: 'p' }],
      ['p', { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' }],
      ['l', { id: 'l', type: 'local-candidate', candidateType: 'relay' }],
      ['r', { id: 'r', type: 'remote-candidate', candidateType: 'host' }],
    ]);
  }

  close(): void {
    this.closed = true;
    for (const port of this.farEnds) port.close();
  }
}

// One signal ends the four listeners of each of five lanes; Node takes more than ten for a leak.
setMaxListeners(20);

let connections: StandInConnection[] = [];
let transferable = true;

beforeEach(() => {
  connections = [];
  transferable = true;
  vi.stubGlobal('RTCPeerConnection', StandInConnection);
});

afterEach(() => {
  for (const connection of connections) connection.close();
  vi.unstubAllGlobals();
});

/** A peer of a worker whose page is here too, and all that it reports, as text. */
async function makePeer() {
  const page = new PagePeers();
  const iceServers = [{ urls: ['stun:stun.example.org'] }];
  const createPeer = createWorkerPeer((servers, port) => page.serve(port, servers));
  const peer = await createPeer({ iceServers });
  const connection = connections[0];
  if (connection === undefined) throw new Error('The page made no connection.');
  const log: string[] = [];
  let wake: () => void = () => undefined;
  const add = (text: string): void => {
    log.push(text);
    wake();
  };
  const listener: PeerListener = {
    candidate: ({ candidate }) => add(`candidate ${candidate}`),
    state: (state) => add(`state ${state}`),
    laneOpened: (lane) => add(`opened ${lane}`),
    laneMessage: (lane, message) => add(`${lane}: ${message}`),
    laneDrained: (lane) => add(`drained ${lane}`),
    laneClosed: (lane) => add(`closed ${lane}`),
  };
  peer.listen(listener);
  const reported = (count: number) =>
    new Promise<string[]>((resolve) => {
      wake = () => {
        if (log.length >= count) resolve(log);
      };
      wake();
    });
  return { page, peer, connection, reported };
}

it('calls reach the page’s connection, and its answers the worker', async () => {
  const { peer, connection } = await makePeer();
  expect(connection.configuration).toEqual({ iceServers: [{ urls: ['stun:stun.example.org'] }] });
  const [offer, answer] = await Promise.all([peer.createOffer(), peer.createAnswer()]);
  expect([offer, answer]).toEqual(['our offer', 'our answer']);
  await peer.setRemoteDescription('answer', 'theirs');
  expect(connection.descriptions).toEqual(['our offer', 'our answer', 'answer: theirs']);
  expect(await peer.describe()).toEqual({ route: 'relayed' });
});

it('a call that fails in the page fails in the worker, and the next one does not', async () => {
  const { peer } = await makePeer();
  const candidate = (text: string) => ({ candidate: text, sdpMid: '0', sdpMLineIndex: 0 });
  await expect(peer.addCandidate(candidate('broken'))).rejects.toThrow('cannot be read');
  await peer.addCandidate(candidate('good'));
});

it('candidates and states of the page’s connection reach the worker, in order', async () => {
  const { connection, reported } = await makePeer();
  const found = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 };
  for (const candidate of [found, { ...found, candidate: '' }, null]) {
    connection.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }
  connection.connectionState = 'connected';
  connection.dispatchEvent(new Event('connectionstatechange'));
  expect(await reported(2)).toEqual(['candidate candidate:1', 'state connected']);
});

it('lanes live in the worker: bytes, text and the end arrive there', async () => {
  const { connection, reported } = await makePeer();
  connection.farEnds[3]?.postMessage(Uint8Array.of(1, 2).buffer);
  expect(await reported(1)).toEqual(['3: 1,2']);
  connection.farEnds[3]?.postMessage('a string, as no PeerServer sends one');
  expect(await reported(2)).toEqual(['3: 1,2', '3: text']);
  connection.farEnds[3]?.close();
  expect((await reported(3))[2]).toBe('closed 3');
});

it('closing ends the page’s connection and every call, under way or later', async () => {
  const { peer, connection } = await makePeer();
  const [farEnd] = connection.farEnds;
  if (farEnd === undefined) throw new Error('There are no lanes.');
  const underWay = peer.createOffer();
  peer.close();
  await expect(underWay).rejects.toThrow('closed');
  await expect(peer.describe()).rejects.toThrow('closed');
  await once(farEnd, 'close');
  expect(connection.closed).toBe(true);
});

it('a page that goes closes all its connections', async () => {
  const { page, connection } = await makePeer();
  page.closeAll();
  expect(connection.closed).toBe(true);
});

it('a browser that cannot hand channels over keeps no connection open', () => {
  transferable = false;
  const { port1 } = new MessageChannel();
  expect(() => new PagePeers().serve(port1, [])).toThrow('transferList');
  expect(connections[0]?.closed).toBe(true);
  port1.close();
});
