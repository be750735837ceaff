/** The signaling server's public entry: it introduces hosts and visitors, and serves the web app's own files. */
import { createServer, type Server } from 'node:http';
import manifest from '../../package.json' with { type: 'json' };
import { type Deployment, deploymentOf } from '../address/address.ts';
import type { Clock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { IceServer } from '../protocol/negotiation.ts';
import { Conversation } from './conversation.ts';
import { NetworkTraffic, SignalTraffic, type TrafficStats } from './counters.ts';
import { createHttpRoutes } from './http-routes.ts';
import { createIceProvider, type TurnOptions } from './ice.ts';
import { LeaseFile } from './lease-file.ts';
import { LeaseBook } from './leases.ts';
import { DEFAULT_LIMITS, type SignalingLimits } from './limits.ts';
import { listen } from './listen.ts';
import type { SignalingLogger } from './logger.ts';
import { CLOSE, Peer } from './peer.ts';
import { createRateLimits } from './rate-limits.ts';
import { Relay } from './relay.ts';
import { SessionTable } from './sessions.ts';
import { Upgrades } from './upgrades.ts';

export interface SignalingServerOptions {
  /** TCP port; 0 for any that is free. */
  readonly port: number;
  /** Address to listen on; `localhost` means both loopback addresses. */
  readonly host: string;
  /** Where people reach the server, e.g. `https://peer.example`; default `http://localhost:<port>`. */
  readonly publicUrl?: string | undefined;
  /** Domain under which sites have their origins; default: the public URL's host. */
  readonly sitesDomain?: string | undefined;
  /** The built web app: `index.html`, `assets/`, `visitor/`. */
  readonly assetsDir: string;
  /** Where leases are kept between runs. */
  readonly leasesFile: string;
  readonly iceServers: readonly IceServer[];
  readonly turn?: TurnOptions | undefined;
  readonly limits?: Partial<SignalingLimits> | undefined;
  /** Behind a reverse proxy: count clients by the address that it adds to X-Forwarded-For. Default false. */
  readonly trustProxy?: boolean | undefined;
  /** Its `now` must be milliseconds since 1970; for tests. */
  readonly clock?: Clock | undefined;
  readonly logger: SignalingLogger;
  /** Closes the server when it aborts. */
  readonly signal: AbortSignal;
}

export interface SignalingStats {
  /** Open WebSockets. */
  readonly sockets: number;
  /** Hosts that are online. */
  readonly hosts: number;
  /** Visitors that negotiate with a host. */
  readonly sessions: number;
  /** Text of signaling messages, since the start. */
  readonly signal: TrafficStats;
  /** All bytes of all connections, HTTP and WebSockets with their framing, since the start. */
  readonly network: { readonly bytesIn: number; readonly bytesOut: number };
}

export interface SignalingServer {
  /** Origin of home page and studio, e.g. `http://localhost:8890`. */
  readonly appOrigin: string;
  readonly deployment: Deployment;
  /** Where it listens. */
  readonly address: { readonly host: string; readonly port: number };
  stats(): SignalingStats;
  /** Says goodbye to everybody (code 1001), writes the leases, and resolves when all is closed. */
  close(): Promise<void>;
}

/** How long a peer may take to answer the goodbye before its connection is cut. */
const FAREWELL_MS = 1000;
/** Time for a request's head, and for the whole request: ours are one packet each. */
const HEAD_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** The wall clock: leases and TURN credentials are compared with times outside this process. */
const wallClock: Clock = {
  now: () => Date.now(),
  schedule(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Starts the server; resolves when it answers.
 * @throws PeerServerError bad-input when the port is taken or an option makes no sense, storage-failed when the
 *   leases cannot be read, cancelled when `signal` aborted before
 */
export async function startSignalingServer(
  options: SignalingServerOptions,
): Promise<SignalingServer> {
  const { logger, signal, clock = wallClock, trustProxy = false } = options;
  if (signal.aborted) throw new PeerServerError('cancelled', 'The server was not started.');
  const limits: SignalingLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const ice = createIceProvider(options.iceServers, options.turn, clock);
  const leaseFile = new LeaseFile(options.leasesFile, clock, logger);
  const leases: LeaseBook = new LeaseBook(await leaseFile.load(), clock, limits, () =>
    leaseFile.saveSoon(() => leases.list()),
  );
  const rates = createRateLimits(limits);
  const sessions = new SessionTable(limits);
  const signalTraffic = new SignalTraffic();
  const networkTraffic = new NetworkTraffic();

  const { servers, port } = await listen(options.host, options.port, () =>
    createHttpServer(limits, networkTraffic),
  );
  let deployment: Deployment;
  try {
    deployment = resolveDeployment(options, port);
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  const ownHost = new URL(deployment.appOrigin).host;
  const relay = new Relay({ leases, sessions, rates, ice, server: ownHost, logger });

  let socketCount = 0;
  const upgrades = new Upgrades({
    deployment,
    limits,
    trustProxy,
    logger,
    open(socket, address, permission) {
      socketCount += 1;
      const id = String(socketCount);
      const messageRate = rates.messages;
      const traffic = signalTraffic;
      new Conversation(
        new Peer(socket, { id, address, permission, clock, limits, messageRate, traffic, logger }),
        relay,
      );
    },
  });
  const routes = createHttpRoutes({
    deployment,
    assetsDir: options.assetsDir,
    relay,
    nameChecks: rates.nameChecks,
    trustProxy,
    version: manifest.version,
    logger,
  });
  for (const server of servers) {
    server.on('request', routes);
    server.on('upgrade', (request, socket, head) => upgrades.handle(request, socket, head));
  }

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= shutDown(servers, upgrades, clock).then(() => leaseFile.flush(() => leases.list()));
    return closing;
  };
  signal.addEventListener('abort', () => void close(), { once: true });
  // The signal may have aborted while the port was being opened.
  if (signal.aborted) {
    await close();
    throw new PeerServerError('cancelled', 'The server was stopped while it started.');
  }
  logger.info({ origin: deployment.appOrigin }, 'The signaling server has started.');
  return {
    appOrigin: deployment.appOrigin,
    deployment,
    address: { host: options.host, port },
    stats: () => ({
      sockets: upgrades.sockets.size,
      hosts: relay.hostCount,
      sessions: sessions.size,
      signal: signalTraffic.stats(),
      network: networkTraffic.stats(),
    }),
    close,
  };
}

function createHttpServer(limits: SignalingLimits, traffic: NetworkTraffic): Server {
  const server = createServer({
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
  });
  server.maxConnections = limits.connections;
  server.on('connection', (socket) => traffic.watch(socket));
  return server;
}

function resolveDeployment(options: SignalingServerOptions, port: number): Deployment {
  const { host, publicUrl = defaultUrl(host, port) } = options;
  try {
    return deploymentOf(publicUrl, options.sitesDomain);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PeerServerError(
      'bad-input',
      `The public address ${publicUrl} or the sites domain cannot be used: ${reason}`,
      { cause },
    );
  }
}

/** Addresses that are this machine itself are called localhost, as only that name has sites under it. */
function defaultUrl(host: string, port: number): string {
  const isHere = ['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'].includes(host);
  if (!isHere && /^[\d.]+$|:/.test(host)) {
    throw new PeerServerError(
      'bad-input',
      `Sites need a domain, and ${host} is a number. Give a public address with --public-url.`,
    );
  }
  return `http://${isHere ? 'localhost' : host}:${port}`;
}

async function shutDown(servers: Server[], upgrades: Upgrades, clock: Clock): Promise<void> {
  upgrades.close();
  const closed = servers.map(
    (server) => new Promise<void>((resolve) => server.close(() => resolve())),
  );
  for (const socket of upgrades.sockets) {
    socket.close(CLOSE.goingAway, 'The signaling server is shutting down.');
  }
  for (const server of servers) server.closeIdleConnections();
  const cancel = clock.schedule(FAREWELL_MS, () => {
    for (const socket of upgrades.sockets) socket.terminate();
    for (const server of servers) server.closeAllConnections();
  });
  await Promise.all(closed);
  cancel();
}
