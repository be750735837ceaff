import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * Whom limits per address count together: an IPv4 address, or an IPv6 network of 64 bits, because one
 * customer has all the addresses of such a network.
 * @param trustProxy take the last entry of X-Forwarded-For, which the reverse proxy in front has added;
 *   without a proxy anybody could write it, so then it must be false
 */
export function addressKey(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1);
  return networkOf(last?.trim() || (request.socket.remoteAddress ?? 'unknown'));
}

/** The address itself, or the first 64 bits of an IPv6 address (`2001:db8:0:7::/64`). */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
