import { WebSocket } from 'ws';
import {
  type Deployment,
  deploymentFromUrl,
  deploymentOf,
  parseAddress,
  SIGNAL_PATH,
  siteOrigin,
} from '../address/address.ts';
import { createNodePeer } from '../link/node-peer.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { Identity } from '../protocol/identity.ts';
import type { VisitorConnection } from '../protocol/visitor-connection.ts';
import { connectSite, type HostKeyPin } from './connect-site.ts';

/** The keys of known hosts. */
export interface HostKeyPins {
  /** @param site the site's host as in its address, e.g. `garden.localhost:8890` */
  pinFor(site: string): HostKeyPin;
}

export interface Visit {
  readonly connection: VisitorConnection;
  /** Path and query of the address within the site. */
  readonly target: string;
  close(): Promise<void>;
}

/**
 * Visits a site from Node: any address that a browser would be given, the pointer form or the site's own.
 * Names under `localhost` need no DNS entry here.
 * @throws PeerServerError as `connectSite`, and `bad-input` for an address that names no site
 */
export async function visitSite(options: {
  readonly url: URL;
  readonly identity: Identity;
  readonly pins: HostKeyPins;
  readonly signal: AbortSignal;
}): Promise<Visit> {
  const { url, identity, pins, signal } = options;
  const deployment = await findDeployment(url, signal);
  const address = parseAddress(url, deployment);
  if (address.kind === 'bad-name') throw new PeerServerError('bad-input', address.message);
  if (address.kind !== 'site' && address.kind !== 'pointer') {
    throw new PeerServerError(
      'bad-input',
      `${url.href} is not the address of a site. It looks like ${deployment.appOrigin}/connect/<name>/.`,
    );
  }
  const { name, target } = address;
  const connection = await connectSite({
    site: name,
    signalUrl: `${signalOrigin(url, deployment).replace(/^http/, 'ws')}${SIGNAL_PATH}`,
    identity,
    pin: pins.pinFor(new URL(siteOrigin(name, deployment)).host),
    createPeer: createNodePeer,
    createSocket: (socketUrl) => new WebSocket(socketUrl),
    signal,
  });
  return {
    connection,
    target,
    async close() {
      connection.close();
      await connection.closed;
    },
  };
}

/**
 * The address itself, as for a browser: sites may live under another domain than the app. Only names under
 * `localhost`, which no DNS knows, are asked for at the app's origin, which takes visitors, too.
 */
function signalOrigin(url: URL, deployment: Deployment): string {
  return url.hostname.endsWith('.localhost') ? deployment.appOrigin : url.origin;
}

/**
 * The deployment behind an address. A pointer address does not tell under which domain the sites live, and
 * a site must have one name however it is reached, or its key would be remembered twice.
 */
async function findDeployment(url: URL, signal: AbortSignal): Promise<Deployment> {
  const derived = deploymentFromUrl(url);
  if (parseAddress(url, derived).kind !== 'pointer') return derived;
  let config: unknown;
  try {
    const response = await fetch(`${derived.appOrigin}/.peerserver/config.json`, { signal });
    config = response.ok ? await response.json() : undefined;
  } catch (cause) {
    if (signal.aborted) throw cause;
    const text = `There is no answer at ${derived.appOrigin}. Check the address.`;
    throw new PeerServerError('signaling-failed', text, { cause });
  }
  const isObject = typeof config === 'object' && config !== null;
  const { sitesDomain: domain } = isObject ? (config as { sitesDomain?: unknown }) : {};
  return typeof domain === 'string' ? deploymentOf(derived.appOrigin, domain) : derived;
}
