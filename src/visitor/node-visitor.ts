import { WebSocket } from 'ws';
import {
  type Deployment,
  deploymentFromUrl,
  deploymentOf,
  parseAddress,
  SIGNAL_PATH,
  siteOrigin,
} from '../address/address.ts';
import type { SiteName } from '../address/site-name.ts';
import { createNodePeer } from '../link/node-peer.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { Identity } from '../protocol/identity.ts';
import type { VisitorConnection } from '../protocol/visitor-connection.ts';
import { connectSite, type HostKeyPin } from './connect-site.ts';
import { SiteConnection, type SiteState } from './site-connection.ts';

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

export interface VisitOptions {
  readonly url: URL;
  readonly identity: Identity;
  readonly pins: HostKeyPins;
  readonly signal: AbortSignal;
}

/**
 * Visits a site from Node: any address that a browser would be given, the pointer form or the site's own.
 * Names under `localhost` need no DNS entry here.
 * @throws PeerServerError as `connectSite`, and `bad-input` for an address that names no site
 */
export async function visitSite(options: VisitOptions): Promise<Visit> {
  const place = await findSite(options.url, options.signal);
  const connection = await connectTo(place, options);
  return {
    connection,
    target: place.target,
    async close() {
      connection.close();
      await connection.closed;
    },
  };
}

/** A visit that is kept up: whatever breaks, it connects anew. */
export interface LastingVisit {
  readonly connection: SiteConnection;
  /** The site's own origin, e.g. `http://garden.localhost:8890`. */
  readonly origin: string;
  /** Path and query of the address within the site. */
  readonly target: string;
}

/**
 * Visits a site as above, until `signal` aborts. Returns before there is a connection; `onState` tells of it.
 * @throws PeerServerError `bad-input` for an address that names no site, `signaling-failed` when nothing answers
 *   there
 */
export async function keepVisiting(
  options: VisitOptions & { readonly onState: (state: SiteState) => void },
): Promise<LastingVisit> {
  const place = await findSite(options.url, options.signal);
  const connection = new SiteConnection({
    connect: (signal) => connectTo(place, { ...options, signal }),
    signal: options.signal,
    onState: options.onState,
  });
  connection.start();
  return { connection, origin: place.origin, target: place.target };
}

/** A site, and where to ask for it. */
interface SitePlace {
  readonly name: SiteName;
  readonly target: string;
  readonly origin: string;
  readonly signalUrl: string;
}

async function findSite(url: URL, signal: AbortSignal): Promise<SitePlace> {
  const deployment = await findDeployment(url, signal);
  const address = parseAddress(url, deployment);
  if (address.kind === 'bad-name') {
    const text = `${url.href} is not the address of a site: "${address.name}" cannot be one's name.`;
    throw new PeerServerError('bad-input', `${text} ${address.message}`);
  }
  if (address.kind !== 'site' && address.kind !== 'pointer') {
    throw new PeerServerError(
      'bad-input',
      `${url.href} is not the address of a site. It looks like ${deployment.appOrigin}/connect/<name>/.`,
    );
  }
  const { name, target } = address;
  const signalUrl = `${signalOrigin(url, deployment).replace(/^http/, 'ws')}${SIGNAL_PATH}`;
  return { name, target, origin: siteOrigin(name, deployment), signalUrl };
}

function connectTo(
  { name, origin, signalUrl }: SitePlace,
  { identity, pins, signal }: Omit<VisitOptions, 'url'>,
): Promise<VisitorConnection> {
  return connectSite({
    site: name,
    signalUrl,
    identity,
    pin: pins.pinFor(new URL(origin).host),
    createPeer: createNodePeer,
    createSocket: (socketUrl) => new WebSocket(socketUrl),
    signal,
  });
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
