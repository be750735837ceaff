/** Turns ICE server URLs (RFC 7064 and 7065) into the form that node-datachannel takes. */
import type { IceServer as NativeIceServer } from 'node-datachannel';
import { PeerServerError } from '../protocol/errors.ts';
import type { IceServer } from '../protocol/negotiation.ts';

const ICE_URL =
  /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[^:?[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;
const DEFAULT_PORT = 3478;

/**
 * One native server per URL that it can use: STUN, and TURN over UDP (libdatachannel's ICE agent has neither
 * TCP nor TLS, so those URLs are left to the browsers). Throws `bad-input` for a URL of another kind.
 */
export function toNativeIceServers(servers: readonly IceServer[]): NativeIceServer[] {
  return servers.flatMap((server) => server.urls.flatMap((url) => toNative(url, server)));
}

function toNative(url: string, { username, credential }: IceServer): NativeIceServer[] {
  const parts = ICE_URL.exec(url);
  if (parts === null) {
    throw new PeerServerError(
      'bad-input',
      `"${url}" is not the URL of an ICE server, such as stun:stun.example.org:3478.`,
    );
  }
  const [, scheme = '', host = '', port, transport] = parts;
  const kind = scheme.toLowerCase();
  if (kind.endsWith('s') || transport?.toLowerCase() === 'tcp') return [];
  const address = {
    hostname: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? DEFAULT_PORT : Number(port),
  };
  if (kind === 'stun') return [address];
  return [
    {
      ...address,
      relayType: 'TurnUdp',
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { password: credential }),
    },
  ];
}
