/**
 * Two ends of a connection inside one program. It is a real transport, with queues, limits and an end,
 * only without a network; tests drive it by hand (`stepped`), by microtasks, or by a clock with bandwidth
 * and delay.
 */
import type { HandshakeRecord } from '../protocol/handshake-record.ts';
import {
  generateKeyPair,
  type Identity,
  identityFromKeyPair,
  type Role,
  randomNonce,
} from '../protocol/identity.ts';
import { MemoryTransport, type MemoryTransportOptions } from './memory-transport.ts';

/** What lies between the two ends. */
export interface MemoryNetwork {
  /**
   * Delivers the message that has waited longest (of one end's, if given), or the end of the connection.
   * Returns false when nothing waits. For `stepped` transports.
   */
  step(from?: Role): boolean;
  /** Steps until nothing waits; returns how many steps that took. */
  run(from?: Role): number;
  /** The connection is lost at both ends at once, with everything under way. */
  break(error?: Error): void;
}

export interface MemoryPair {
  readonly visitor: MemoryTransport;
  readonly host: MemoryTransport;
  readonly visitorIdentity: Identity;
  readonly hostIdentity: Identity;
  readonly network: MemoryNetwork;
}

/** Makes a connected pair, with two fresh identities in a handshake record that both ends share. */
export async function createMemoryTransports(
  options: MemoryTransportOptions = {},
): Promise<MemoryPair> {
  const visitorIdentity = await identityFromKeyPair(await generateKeyPair());
  const hostIdentity = await identityFromKeyPair(await generateKeyPair());
  const handshake: HandshakeRecord = {
    version: 1,
    site: options.site ?? 'garden',
    visitorKey: visitorIdentity.publicKey,
    hostKey: hostIdentity.publicKey,
    visitorFingerprint: randomFingerprint(),
    hostFingerprint: randomFingerprint(),
    visitorNonce: randomNonce(),
    hostNonce: randomNonce(),
  };
  const order = { sent: 0 };
  const visitor = new MemoryTransport('visitor', handshake, options, order);
  const host = new MemoryTransport('host', handshake, options, order);
  visitor.connect(host);
  host.connect(visitor);
  const network: MemoryNetwork = {
    step(from) {
      if (from !== undefined) return (from === 'visitor' ? visitor : host).transferNext();
      const [first, second] =
        visitor.oldestWaiting() <= host.oldestWaiting() ? [visitor, host] : [host, visitor];
      return first.transferNext() || second.transferNext();
    },
    run(from) {
      let steps = 0;
      while (network.step(from)) steps += 1;
      return steps;
    },
    break(error) {
      visitor.break(error);
    },
  };
  return { visitor, host, visitorIdentity, hostIdentity, network };
}

/** As it stands in SDP: sha-256 and 32 bytes in hexadecimal. */
function randomFingerprint(): string {
  const bytes = [...crypto.getRandomValues(new Uint8Array(32))];
  return `sha-256 ${bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')}`;
}
