/** A PeerServer of a test's own: the signaling server with the built web app, on a free port. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pointerUrl, SIGNAL_PATH, siteOrigin } from '../../src/address/address.ts';
import { parseSiteName, type SiteName } from '../../src/address/site-name.ts';
import type { SignalingLimits } from '../../src/signaling/limits.ts';
import { type SignalingStats, startSignalingServer } from '../../src/signaling/server.ts';
import { type WhenDone, whenTestIsDone } from './until.ts';

const WEB_APP = fileURLToPath(new URL('../../dist/web', import.meta.url));

export interface InstanceOptions {
  /** Where browsers reach it, when something stands before it; default: its own address. */
  readonly publicUrl?: string;
  readonly limits?: Partial<SignalingLimits>;
  readonly whenDone?: WhenDone;
}

export interface Instance {
  /** Of home page and studio, e.g. `http://localhost:41234`. */
  readonly origin: string;
  /** Where the server itself listens. */
  readonly port: number;
  /** For hosts that run in this process. */
  readonly signalUrl: string;
  /** The address in a site's own origin: `http://garden.localhost:41234/path`. */
  siteUrl(name: string, path?: string): string;
  /** The address that people share: `http://localhost:41234/connect/garden/`. */
  shareUrl(name: string): string;
  stats(): SignalingStats;
  close(): Promise<void>;
}

/** Starts one; it is closed when the test is over. Each has its own port, thus origins and storage of its own. */
export async function startInstance(options: InstanceOptions = {}): Promise<Instance> {
  const { publicUrl, limits, whenDone = whenTestIsDone } = options;
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-instance-'));
  const server = await startSignalingServer({
    port: 0,
    host: 'localhost',
    publicUrl,
    assetsDir: WEB_APP,
    leasesFile: join(folder, 'leases.json'),
    iceServers: [],
    limits,
    logger: { info: () => {}, warn: () => {}, error: console.error },
    signal: new AbortController().signal,
  });
  const close = async (): Promise<void> => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  whenDone(close);
  const { deployment } = server;
  return {
    origin: server.appOrigin,
    port: server.address.port,
    signalUrl: `${server.appOrigin.replace(/^http/, 'ws')}${SIGNAL_PATH}`,
    siteUrl: (name, path = '/') => `${siteOrigin(siteName(name), deployment)}${path}`,
    shareUrl: (name) => pointerUrl(siteName(name), deployment),
    stats: () => server.stats(),
    close,
  };
}

/** A name that a test has written down, so it must be right. */
export function siteName(name: string): SiteName {
  const parsed = parseSiteName(name);
  if (!parsed.ok) throw new Error(`"${name}" is no site name: ${parsed.message}`);
  return parsed.name;
}
