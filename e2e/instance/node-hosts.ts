/** Hosts for tests that are about visitors: the command line in a process of its own, or a handler right here. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { CookieStorage } from '../../src/host/cookies/jar-file.ts';
import { serveSite } from '../../src/host/serve.ts';
import type { ServeEvent } from '../../src/host/serve-event.ts';
import { createNodePeer } from '../../src/link/node-peer.ts';
import type { HostResponse, RequestHandler } from '../../src/protocol/http-message.ts';
import {
  generateKeyPair,
  type Identity,
  identityFromKeyPair,
} from '../../src/protocol/identity.ts';
import { type Instance, siteName } from './instance.ts';
import { type WhenDone, whenTestIsDone } from './until.ts';

const CLI = fileURLToPath(new URL('../../dist/cli/peerserver.mjs', import.meta.url));

/** A folder with these files, by path; it is removed when the test is over. */
export async function temporarySite(
  files: Record<string, string | Uint8Array>,
  whenDone: WhenDone = whenTestIsDone,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'peerserver-site-'));
  whenDone(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

export interface HostProcess {
  /** The address that it printed. */
  readonly address: string;
  /** Of the process. */
  readonly pid: number;
  /** What it has logged so far. */
  log(): string;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>;
  /** Ends it as a power cut does: nothing is said to anybody. */
  kill(): Promise<void>;
}

/**
 * `peerserver host FOLDER` in a process of its own; resolves when visitors can come.
 * @param options.identityFile keeps the site's key, for a host that comes back
 */
export async function hostFolder(
  instance: Pick<Instance, 'origin'>,
  options: {
    readonly name: string;
    readonly folder: string;
    readonly identityFile?: string;
    readonly whenDone?: WhenDone;
  },
): Promise<HostProcess> {
  const { name, folder, identityFile, whenDone = whenTestIsDone } = options;
  const args = ['host', folder, '--name', name, '--server', instance.origin];
  if (identityFile !== undefined) args.push('--identity', identityFile);
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text) => {
    log += text;
  });
  whenDone(() => end(child, 'SIGTERM'));
  const printed = once(createInterface(child.stdout), 'line').then(([line]) => String(line));
  const failed = once(child, 'exit').then(([code]): never => {
    throw new Error(`The host ended with exit code ${code}.\n${log}`);
  });
  // Later on its end is what a test asks for.
  failed.catch(() => undefined);
  return {
    address: await Promise.race([printed, failed]),
    pid: child.pid ?? Number.NaN,
    log: () => log,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function end(child: ChildProcess, how: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(how);
  await exited;
}

export interface HandlerHost {
  readonly identity: Identity;
  /** Method and target of every request that has reached the handler. */
  readonly requests: readonly string[];
  readonly events: readonly ServeEvent[];
  /** Stops serving. */
  stop(): Promise<void>;
}

/**
 * Serves with a handler in this very process, so that a test sees each request; resolves when visitors can
 * come.
 * @param options.keepName the name stays leased to the key when the host stops (default: it is given back)
 * @param options.cookieStorage keeps visitors' cookies for a host that comes back
 */
export async function hostHandler(
  instance: Pick<Instance, 'signalUrl'>,
  options: {
    readonly name: string;
    readonly handler: RequestHandler;
    readonly identity?: Identity;
    readonly keepName?: boolean;
    readonly cookieStorage?: CookieStorage;
    readonly whenDone?: WhenDone;
  },
): Promise<HandlerHost> {
  const { name, handler, keepName = false, cookieStorage, whenDone = whenTestIsDone } = options;
  const identity = options.identity ?? (await createIdentity());
  const requests: string[] = [];
  const events: ServeEvent[] = [];
  const controller = new AbortController();
  let cameOnline: () => void = () => {};
  const online = new Promise<void>((resolve) => {
    cameOnline = resolve;
  });
  const serving = serveSite({
    name: siteName(name),
    identity,
    handler: (request) => {
      requests.push(`${request.method} ${request.target}`);
      return handler(request);
    },
    signalUrl: instance.signalUrl,
    createPeer: createNodePeer,
    createSocket: (url) => new WebSocket(url),
    releaseName: !keepName,
    ...(cookieStorage ? { cookieStorage } : {}),
    signal: controller.signal,
    onEvent: (event) => {
      events.push(event);
      if (event.kind === 'signaling' && event.state === 'online') cameOnline();
    },
  });
  const stop = async (): Promise<void> => {
    controller.abort();
    await serving;
  };
  whenDone(stop);
  await Promise.race([online, serving]);
  return { identity, requests, events, stop };
}

export async function createIdentity(): Promise<Identity> {
  return identityFromKeyPair(await generateKeyPair());
}

/** A handler's answer with a page. */
export function page(html: string): HostResponse {
  return {
    status: 200,
    headers: [['content-type', 'text/html; charset=utf-8']],
    body: new TextEncoder().encode(`<!doctype html><title>A page</title>${html}`),
  };
}
