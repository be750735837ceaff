import { describe, expect, it } from 'vitest';
import { PeerServerError } from '../protocol/errors.ts';
import { proofBytes, verifySignature } from '../protocol/identity.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { DRAIN_THRESHOLD, type Transport } from '../protocol/transport.ts';
import { MAX_MESSAGE_SIZE } from './max-message-size.ts';
import { createMemoryTransports } from './memory.ts';

/** Records what a transport reports, as text in order. */
function record(transport: Transport): { log: string[]; closed: Promise<Error | undefined> } {
  const log: string[] = [];
  const closed = new Promise<Error | undefined>((resolve) => {
    transport.listen({
      message: (lane, bytes) => log.push(`${lane}:${new TextDecoder().decode(bytes)}`),
      drained: (lane) => log.push(`drained ${lane}`),
      closed: (error) => {
        log.push(`closed ${error?.message ?? 'by us'}`);
        resolve(error);
      },
    });
  });
  return { log, closed };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('memory transports', () => {
  it('share a handshake record that both identities can sign', async () => {
    const { visitor, host, hostIdentity } = await createMemoryTransports();
    expect(visitor.handshake).toEqual(host.handshake);
    const proof = proofBytes('host', host.handshake);
    const signature = await hostIdentity.sign(proof);
    expect(await verifySignature(visitor.handshake.hostKey, signature, proof)).toBe(true);
  });

  it('keep messages until somebody listens and then deliver them in order', async () => {
    const { visitor, host, network } = await createMemoryTransports({ stepped: true });
    visitor.send(1, bytes('a'));
    visitor.send(1, bytes('b'));
    visitor.close();
    expect(network.run()).toBe(3);
    const { log, closed } = record(host);
    expect(log).toEqual([]);
    expect(await closed).toMatchObject({ code: 'connection-lost' });
    expect(log).toEqual(['1:a', '1:b', 'closed The other peer closed the connection.']);
  });

  it('deliver by themselves, never within the call of send', async () => {
    const { visitor, host } = await createMemoryTransports();
    const { log, closed } = record(host);
    visitor.send(2, bytes('x'));
    expect(log).toEqual([]);
    visitor.close();
    await closed;
    expect(log[0]).toBe('2:x');
  });

  it('count queued bytes per lane and report when a lane has drained', async () => {
    const { visitor, host, network } = await createMemoryTransports({ stepped: true });
    const { log } = record(visitor);
    record(host);
    const block = new Uint8Array(DRAIN_THRESHOLD / 8);
    for (let count = 0; count < 9; count += 1) visitor.send(3, block);
    expect(visitor.queued(3)).toBe(9 * block.length);
    expect(visitor.queued(1)).toBe(0);
    network.step();
    await Promise.resolve();
    expect(log).toEqual(['drained 3']);
    network.run();
    await Promise.resolve();
    expect(log).toEqual(['drained 3']);
    expect(visitor.queued(3)).toBe(0);
  });

  it('take as long as the bandwidth and the delay say', async () => {
    const clock = new ManualClock();
    const { visitor, host } = await createMemoryTransports({
      clock,
      bytesPerSecond: 1000,
      delayMs: 50,
    });
    const { log } = record(host);
    visitor.send(1, bytes('x'.repeat(100)));
    visitor.send(1, bytes('y'));
    clock.advance(99);
    expect(visitor.queued(1)).toBe(101);
    clock.advance(1);
    expect(visitor.queued(1)).toBe(1);
    clock.advance(49);
    expect(log).toEqual([]);
    clock.advance(1);
    expect(log).toEqual([`1:${'x'.repeat(100)}`]);
    clock.advance(1);
    expect(log[1]).toBe('1:y');
  });

  it('send from the lanes in turn, so that a full one does not hold up the others', async () => {
    const { visitor, host, network } = await createMemoryTransports({ stepped: true });
    const { log } = record(host);
    for (const text of ['a', 'b', 'c']) visitor.send(1, bytes(text));
    visitor.send(0, bytes('ping'));
    network.run();
    expect(log).toEqual(['1:a', '0:ping', '1:b', '1:c']);
  });

  it('copy what they are given', async () => {
    const { visitor, host, network } = await createMemoryTransports({ stepped: true });
    const { log } = record(host);
    const message = bytes('first');
    visitor.send(1, message);
    message.fill(0);
    network.run();
    expect(log).toEqual(['1:first']);
  });

  it('refuse messages over the largest size, unknown lanes, and anything after close', async () => {
    const { visitor } = await createMemoryTransports({ stepped: true });
    visitor.send(1, new Uint8Array(MAX_MESSAGE_SIZE));
    expect(() => visitor.send(1, new Uint8Array(MAX_MESSAGE_SIZE + 1))).toThrow(PeerServerError);
    expect(() => visitor.send(5, bytes('x'))).toThrow('no lane 5');
    visitor.close();
    expect(() => visitor.send(1, bytes('x'))).toThrow('closed');
  });

  it('report their own close once and without an error', async () => {
    const { visitor, host } = await createMemoryTransports();
    const { log, closed } = record(visitor);
    host.send(1, bytes('late'));
    visitor.close();
    visitor.close();
    expect(await closed).toBeUndefined();
    expect(log).toEqual(['closed by us']);
  });

  it('lose everything under way when the connection breaks', async () => {
    const { visitor, host, network } = await createMemoryTransports({ stepped: true });
    const ends = [record(visitor), record(host)];
    visitor.send(1, bytes('x'));
    network.break(new Error('cable cut'));
    expect(network.run()).toBe(0);
    for (const end of ends) {
      expect(await end.closed).toMatchObject({ message: 'cable cut' });
      expect(end.log).toEqual(['closed cable cut']);
    }
  });

  it('let a hostile test change, repeat and drop messages', async () => {
    const { visitor, host, network } = await createMemoryTransports({
      stepped: true,
      tamper: (from, lane, message) => {
        if (lane === 1) return null;
        return lane === 2 ? [message, message] : bytes(`changed by ${from}`);
      },
    });
    const { log } = record(host);
    for (const lane of [1, 2, 3]) visitor.send(lane, bytes('x'));
    network.run();
    expect(log).toEqual(['2:x', '2:x', '3:changed by visitor']);
  });
});
