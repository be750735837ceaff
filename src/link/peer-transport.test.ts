import { describe, expect, it } from 'vitest';
import type { HandshakeRecord } from '../protocol/handshake-record.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { LANE_COUNT } from '../protocol/transport.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import { CLOSE_LINGER_MS, MAX_KEPT_BYTES, PeerTransport } from './peer-transport.ts';
import { StandInPeer } from './testing/stand-in-peer.ts';

const HANDSHAKE: HandshakeRecord = {
  version: 1,
  site: 'garden',
  visitorKey: '',
  hostKey: '',
  visitorFingerprint: '',
  hostFingerprint: '',
  visitorNonce: '',
  hostNonce: '',
};

/** A transport over a stand-in peer, with all lanes open. */
function openTransport() {
  const peer = new StandInPeer();
  const clock = new ManualClock();
  const transport = new PeerTransport(peer, clock);
  transport.bind(HANDSHAKE, MAX_MESSAGE_SIZE);
  for (let lane = 0; lane < LANE_COUNT; lane += 1) peer.events.laneOpened(lane);
  return { peer, clock, transport };
}

function listen(transport: PeerTransport) {
  const log: string[] = [];
  const closed = new Promise<Error | undefined>((resolve) => {
    transport.listen({
      message: (lane, bytes) => log.push(`${lane}:${bytes.byteLength}`),
      drained: (lane) => log.push(`drained ${lane}`),
      closed: resolve,
    });
  });
  return { log, closed };
}

describe('a peer that does not keep to the protocol', () => {
  it('is cut off at its first text message', async () => {
    const { peer, transport } = openTransport();
    const { log, closed } = listen(transport);
    peer.events.laneMessage(2, 'text');
    peer.events.laneMessage(2, Uint8Array.of(1));
    expect(await closed).toMatchObject({ code: 'protocol-violation' });
    expect(log).toEqual([]);
    expect(peer.closed).toBe(true);
  });

  it('is cut off at a message over the largest size, and at none below', async () => {
    const { peer, transport } = openTransport();
    const { log, closed } = listen(transport);
    peer.events.laneMessage(1, new Uint8Array(MAX_MESSAGE_SIZE));
    expect(peer.closed).toBe(false);
    peer.events.laneMessage(1, new Uint8Array(MAX_MESSAGE_SIZE + 1));
    expect(await closed).toMatchObject({ code: 'protocol-violation' });
    expect(log).toEqual([`1:${MAX_MESSAGE_SIZE}`]);
    expect(peer.closed).toBe(true);
  });

  it('is cut off when it sends more before it is heard than its credit could allow', async () => {
    const { peer, transport } = openTransport();
    const message = new Uint8Array(32 * 1024);
    for (let sent = 0; sent < MAX_KEPT_BYTES; sent += message.length) {
      peer.events.laneMessage(1, message);
    }
    expect(peer.closed).toBe(false);
    peer.events.laneMessage(1, Uint8Array.of(1));
    expect(peer.closed).toBe(true);
    expect(await listen(transport).closed).toMatchObject({ code: 'protocol-violation' });
  });

  it('may send as much as it likes once it is heard', async () => {
    const { peer, transport } = openTransport();
    const { log } = listen(transport);
    const count = (2 * MAX_KEPT_BYTES) / 32 / 1024;
    for (let sent = 0; sent < count; sent += 1) {
      peer.events.laneMessage(1, new Uint8Array(32 * 1024));
    }
    expect(log).toHaveLength(count);
    expect(peer.closed).toBe(false);
  });
});

describe('a path that breaks', () => {
  it('is waited for while it is only disconnected', async () => {
    const { peer, clock, transport } = openTransport();
    const { log } = listen(transport);
    peer.events.state('connected');
    peer.events.state('disconnected');
    clock.advance(24 * 60 * 60 * 1000);
    transport.send(3, Uint8Array.of(1));
    peer.events.state('connected');
    peer.events.laneMessage(3, Uint8Array.of(1, 2));
    expect(peer.sent).toEqual([3]);
    expect(log).toEqual(['3:2']);
    expect(peer.closed).toBe(false);
  });

  it('ends the connection at once when it has failed', async () => {
    const { peer, transport } = openTransport();
    const { closed } = listen(transport);
    peer.events.state('disconnected');
    peer.events.state('failed');
    expect(await closed).toMatchObject({ code: 'connection-lost' });
    expect(peer.closed).toBe(true);
    expect(() => transport.send(1, Uint8Array.of(1))).toThrow('closed');
  });

  it('that was never there is reported as such, also when the end of its lanes is told first', async () => {
    const peer = new StandInPeer();
    const transport = new PeerTransport(peer, new ManualClock());
    peer.events.laneClosed(0);
    peer.events.state('failed');
    await expect(transport.opened).rejects.toMatchObject({ code: 'cannot-connect' });
  });

  it('that was never there is reported as such', async () => {
    const peer = new StandInPeer();
    const transport = new PeerTransport(peer, new ManualClock());
    peer.events.state('failed');
    await expect(transport.opened).rejects.toMatchObject({ code: 'cannot-connect' });
    expect(peer.closed).toBe(true);
  });
});

describe('closing', () => {
  it('leaves a peer that never closes its own lanes some time to take the last words', async () => {
    const { peer, clock, transport } = openTransport();
    const { closed } = listen(transport);
    transport.close();
    expect(await closed).toBeUndefined();
    expect(peer.lanesClosed).toBe(true);
    clock.advance(CLOSE_LINGER_MS - 1);
    expect(peer.closed).toBe(false);
    clock.advance(1);
    expect(peer.closed).toBe(true);
  });

  it('takes last words from lanes that close later than others, for some time', async () => {
    const { peer, clock, transport } = openTransport();
    const { log, closed } = listen(transport);
    peer.events.laneClosed(0);
    peer.events.laneMessage(4, Uint8Array.of(1));
    clock.advance(CLOSE_LINGER_MS);
    peer.events.laneMessage(4, Uint8Array.of(1, 2));
    expect(await closed).toMatchObject({ code: 'connection-lost' });
    expect(log).toEqual(['4:1']);
    expect(peer.closed).toBe(true);
  });

  it('because a lane broke while sending is reported to the sender and the listener', async () => {
    const { peer, transport } = openTransport();
    const { closed } = listen(transport);
    peer.breaksAtSend = true;
    expect(() => transport.send(1, Uint8Array.of(1))).toThrow('Lane 1 broke');
    expect(await closed).toMatchObject({ code: 'connection-lost' });
    expect(peer.closed).toBe(true);
  });
});
