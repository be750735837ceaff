/** A real server on a port of its own, with real sockets to it, for this room's tests. */
import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { SIGNAL_PATH } from '../address/address.ts';
import {
  claimBytes,
  generateKeyPair,
  type Identity,
  identityFromKeyPair,
} from '../protocol/identity.ts';
import type { AnswerFields, OfferFields } from '../protocol/negotiation.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { connectSignaling, type SignalingSocket } from './client.ts';
import {
  type SignalingServer,
  type SignalingServerOptions,
  startSignalingServer,
} from './server.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: unknown;
  readonly text: string;
}

export interface TestServer extends SignalingServer {
  readonly clock: ManualClock;
  readonly logs: readonly LogLine[];
  /** Resolves when a line with this text is logged, or has been. */
  logged(text: string): Promise<void>;
  readonly folder: string;
  readonly port: number;
}

/** A folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signaling-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, given as path and text, below `folder`. */
export async function writeFiles(folder: string, files: Record<string, string | Uint8Array>) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** A logger that keeps what it is told. */
export function keepingLogger() {
  const logs: LogLine[] = [];
  const added = new EventEmitter();
  const at = (level: LogLine['level']) => (first: unknown, second?: string) => {
    const text = typeof first === 'string' ? first : (second ?? '');
    logs.push({ level, fields: typeof first === 'string' ? {} : first, text });
    added.emit('line');
  };
  const logged = async (text: string) => {
    while (!logs.some((line) => line.text === text)) await once(added, 'line');
  };
  return { logs, logged, logger: { info: at('info'), warn: at('warn'), error: at('error') } };
}

/** Starts a server with an empty web app and a clock moved by hand; it is closed after the test. */
export async function startTestServer(
  options: Partial<SignalingServerOptions> = {},
): Promise<TestServer> {
  const folder = await temporaryFolder();
  const { logs, logged, logger } = keepingLogger();
  const clock = new ManualClock();
  const server = await startSignalingServer({
    port: 0,
    host: '127.0.0.1',
    assetsDir: folder,
    leasesFile: join(folder, 'leases.json'),
    iceServers: [],
    clock,
    logger,
    signal: new AbortController().signal,
    ...options,
  });
  onTestFinished(() => server.close());
  return { ...server, clock, logs, logged, folder, port: server.address.port };
}

export interface SocketChoice {
  /** Host header without the port; default `localhost`. */
  readonly host?: string;
  readonly origin?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly autoPong?: boolean;
}

/** A bare WebSocket to the server. */
export function openSocket(server: TestServer, choice: SocketChoice = {}): WebSocket {
  const { host = 'localhost', path = '/.peerserver/signal', origin, headers, autoPong } = choice;
  return new WebSocket(`ws://127.0.0.1:${server.port}${path}`, {
    headers: { Host: `${host}:${server.port}`, ...headers },
    ...(origin === undefined ? {} : { origin }),
    ...(autoPong === undefined ? {} : { autoPong }),
  });
}

export interface TestSocket extends SignalingSocket {
  readonly webSocket: WebSocket;
  /** Close code and reason, once the socket is closed. */
  readonly ended: Promise<{ code: number; reason: string }>;
}

/** Connects as our client does. */
export async function connect(server: TestServer, choice: SocketChoice = {}): Promise<TestSocket> {
  const webSocket = openSocket(server, choice);
  const ended = once(webSocket, 'close').then(([code, reason]: unknown[]) => ({
    code: Number(code),
    reason: String(reason),
  }));
  onTestFinished(() => webSocket.terminate());
  const url = `${server.appOrigin.replace(/^http/, 'ws')}${SIGNAL_PATH}`;
  const socket = await connectSignaling(url, {
    signal: new AbortController().signal,
    createSocket: () => webSocket,
  });
  return { ...socket, webSocket, ended };
}

/** The HTTP status that a WebSocket is refused with, and the text. */
export async function refusalOf(webSocket: WebSocket): Promise<{ status: number; text: string }> {
  const [, response] = await once(webSocket, 'unexpected-response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text };
}

/** A fresh key. */
export async function createIdentity(): Promise<Identity> {
  return identityFromKeyPair(await generateKeyPair());
}

/** Sends a claim and gives the server's word on it. */
export async function claim(socket: SignalingSocket, name: string, identity: Identity) {
  const signature = await identity.sign(claimBytes(name, socket.challenge, socket.server));
  socket.send({ kind: 'claim', name, key: identity.publicKey, signature });
  return socket.next();
}

/** A host that holds `name`. */
export async function connectHost(server: TestServer, name: string, identity?: Identity) {
  const socket = await connect(server);
  const answer = await claim(socket, name, identity ?? (await createIdentity()));
  if (answer.kind !== 'claimed') throw new Error(`The claim was answered with ${answer.kind}.`);
  return socket;
}

/** Disconnects a host; resolves when the server has noticed. */
export async function disconnectHost(server: TestServer, host: TestSocket): Promise<void> {
  host.webSocket.terminate();
  await server.logged('A host went offline.');
}

/** A visitor that was shown its host. */
export async function connectVisitor(server: TestServer, name: string, choice?: SocketChoice) {
  const socket = await connect(server, choice);
  socket.send({ kind: 'visit', name });
  const site = await socket.next();
  if (site.kind !== 'site') throw new Error(`The visit was answered with ${site.kind}.`);
  return { socket, site };
}

/** Sends an offer; gives the session that the host is told of. */
export async function offer(visitor: SignalingSocket, host: SignalingSocket): Promise<string> {
  visitor.send({ kind: 'offer', ...OFFER });
  const message = await host.next();
  if (message.kind !== 'offer') throw new Error(`The host was sent ${message.kind}.`);
  return message.session;
}

export const OFFER: OfferFields = {
  sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n',
  visitorKey: 'visitor-key',
  visitorNonce: 'visitor-nonce',
  versions: { min: 1, max: 1 },
};

export const ANSWER: AnswerFields = {
  sdp: 'v=0\r\no=- 3 4 IN IP4 127.0.0.1\r\n',
  hostKey: 'host-key',
  hostNonce: 'host-nonce',
  version: 1,
  proof: 'proof',
};

export const CANDIDATE = {
  candidate: 'candidate:1 1 udp 1 192.0.2.1 1 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
};

/** One HTTP request; the path is sent to the letter. */
export async function http(
  server: Pick<TestServer, 'port'>,
  path: string,
  choice: { host?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { host = 'localhost', method = 'GET', headers } = choice;
  const request = httpRequest({
    host: '127.0.0.1',
    port: server.port,
    path,
    method,
    agent: false,
    headers: { Host: `${host}:${server.port}`, ...headers },
  });
  request.end();
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, headers: response.headers, body };
}
