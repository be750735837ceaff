import { type DataChannel, PeerConnection as NativeConnection } from 'node-datachannel';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../protocol/clock.ts';
import { LANE_COUNT } from '../protocol/transport.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import { createNodePeer } from './node-peer.ts';
import { PeerTransport } from './peer-transport.ts';

const hostile: NativeConnection[] = [];
afterEach(() => {
  for (const connection of hostile.splice(0)) connection.close();
});

/**
 * A transport of ours, connected to a visitor that speaks WebRTC without any of our rules, and that was told
 * that we take messages of any size.
 */
async function connectHostile() {
  const connection = new NativeConnection('hostile', {
    iceServers: [],
    disableAutoNegotiation: true,
    maxMessageSize: 4 * MAX_MESSAGE_SIZE,
  });
  hostile.push(connection);
  const lanes: DataChannel[] = Array.from({ length: LANE_COUNT }, (_, id) =>
    connection.createDataChannel(`lane ${id}`, { negotiated: true, id }),
  );
  const peer = await createNodePeer({ iceServers: [] });
  const transport = new PeerTransport(peer, systemClock);
  const received: number[] = [];
  const closed = new Promise<Error | undefined>((resolve) => {
    transport.listen({
      message: (_lane, bytes) => received.push(bytes.byteLength),
      drained: () => undefined,
      closed: resolve,
    });
  });
  const offer = new Promise<string>((resolve) => connection.onLocalDescription(resolve));
  connection.onLocalCandidate((candidate, sdpMid) => {
    void offered.then(() => peer.addCandidate({ candidate, sdpMid, sdpMLineIndex: 0 }));
  });
  connection.setLocalDescription('offer');
  const offered = peer.setRemoteDescription('offer', await offer);
  await offered;
  const answer = await peer.createAnswer();
  const unlimited = answer.replace(/max-message-size:\d+/, 'max-message-size:0');
  connection.setRemoteDescription(unlimited, 'answer');
  transport.localCandidates.release(({ candidate, sdpMid }) =>
    connection.addRemoteCandidate(candidate, sdpMid ?? '0'),
  );
  const open = lanes.map((lane) =>
    lane.isOpen() ? undefined : new Promise<void>((resolve) => lane.onOpen(resolve)),
  );
  await Promise.all([transport.opened, ...open]);
  return { lanes, received, closed };
}

it('a visitor that sends text is cut off', async () => {
  const { lanes, received, closed } = await connectHostile();
  lanes[2]?.sendMessage('hello');
  expect(await closed).toMatchObject({ code: 'protocol-violation' });
  expect(received).toEqual([]);
});

it('a visitor that sends more in a message than we take is cut off', async () => {
  const { lanes, received, closed } = await connectHostile();
  lanes[1]?.sendMessageBinary(new Uint8Array(MAX_MESSAGE_SIZE));
  lanes[1]?.sendMessageBinary(new Uint8Array(2 * MAX_MESSAGE_SIZE));
  expect(await closed).toMatchObject({ code: 'protocol-violation' });
  expect(received).toEqual([MAX_MESSAGE_SIZE]);
});
