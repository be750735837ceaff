/** A signaling server that cheats: it stands before a real one, passes the pages on and meddles with messages. */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import {
  type ClientMessage,
  parseClientMessage,
  parseServerMessage,
  type ServerMessage,
} from '../../src/signaling/messages.ts';
import { type Instance, startInstance } from './instance.ts';
import { type WhenDone, whenTestIsDone } from './until.ts';

export interface Meddling {
  /** What is passed on in place of a client's message; undefined: nothing. Default: the message itself. */
  readonly fromClient?: (message: ClientMessage) => ClientMessage | undefined;
  /** The same for a message of the server, to host or visitor. */
  readonly fromServer?: (message: ServerMessage) => ServerMessage | undefined;
}

export interface HostileServer {
  /** The real server behind, whose addresses lead to this one. */
  readonly instance: Instance;
  /** Changes what is done to messages from now on. */
  meddle(meddling: Meddling): void;
  /** Everything that has passed through in either direction: pages uncompressed, messages, their addresses. */
  transcript(): string;
}

/** Starts one before an instance of its own; both are closed when the test is over. */
export async function startHostileServer(
  meddling: Meddling = {},
  whenDone: WhenDone = whenTestIsDone,
): Promise<HostileServer> {
  let current = meddling;
  const record: string[] = [];
  const server = createServer((request, response) => {
    record.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    void passOn(request, response, instance.port, record);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets = new WebSocketServer({ noServer: true });
  whenDone(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const instance = await startInstance({ publicUrl: `http://localhost:${port}`, whenDone });

  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      const { host, origin } = request.headers;
      const upstream = new WebSocket(`ws://127.0.0.1:${instance.port}${request.url}`, {
        headers: { host },
        ...(origin === undefined ? {} : { origin }),
      });
      const early: RawData[] = [];
      const toServer = (data: RawData): void => {
        const message = meddle(parseClientMessage(String(data)), current.fromClient);
        if (message) upstream.send(message);
      };
      client.on('message', (data) => {
        record.push(String(data));
        if (upstream.readyState === WebSocket.OPEN) toServer(data);
        else early.push(data);
      });
      upstream.on('open', () => early.forEach(toServer));
      upstream.on('message', (data) => {
        record.push(String(data));
        const message = meddle(parseServerMessage(String(data)), current.fromServer);
        if (message) client.send(message);
      });
      client.on('close', () => upstream.close());
      upstream.on('close', () => client.close());
      // Its close follows, and that is passed on.
      upstream.on('error', () => {});
    });
  });
  return {
    instance,
    meddle: (next) => {
      current = next;
    },
    transcript: () => record.join('\n'),
  };
}

function meddle<T>(message: T, change: ((message: T) => T | undefined) | undefined) {
  const changed = change ? change(message) : message;
  return changed && JSON.stringify(changed);
}

async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  record: string[],
): Promise<void> {
  const { 'accept-encoding': _, ...headers } = request.headers;
  const { method, url } = request;
  const upstream = httpRequest({ host: '127.0.0.1', port, method, path: url, headers });
  request.pipe(upstream);
  const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
  answer.on('data', (chunk) => record.push(String(chunk)));
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}

/** An SDP with the fingerprint of somebody else's certificate. */
export function swapFingerprint(sdp: string): string {
  const swapped = sdp.replace(
    /^(a=fingerprint:sha-256 )(..)/im,
    (_, start: string, byte: string) => `${start}${byte === '00' ? '11' : '00'}`,
  );
  if (swapped === sdp) throw new Error('The session description has no fingerprint.');
  return swapped;
}
