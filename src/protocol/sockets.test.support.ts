/** What the tests of WebSockets share. */
import { createMemoryTransports } from '../link/memory.ts';
import type { Feature } from './features.ts';
import type { HeaderList, HostRequest, HostResponse } from './http-message.ts';
import type { Limits } from './limits.ts';
import type { MessageSocket, SocketMessage } from './message-socket.ts';
import {
  answerFrame,
  type Bytes,
  block,
  concat,
  connect,
  get,
  ManualClock,
  ok,
  rawHost,
  rawVisitor,
  settled,
  text,
} from './peers.test.support.ts';

export type Server = (socket: MessageSocket, request: HostRequest) => void | Promise<void>;

interface Options {
  readonly headers?: HeaderList;
  readonly hostLimits?: Partial<Limits>;
  readonly visitorLimits?: Partial<Limits>;
  readonly hostFeatures?: readonly Feature[];
}

/** A handler that accepts every WebSocket and answers other requests with "plain". */
export function accepting(webSocket: Server, headers: HeaderList = []) {
  return async (request: HostRequest): Promise<HostResponse> => {
    if (!request.upgrade) return ok(text('plain'));
    return { status: 101, headers, body: null, webSocket: (socket) => webSocket(socket, request) };
  };
}

/** Both sides of a connection, with `open` to get a WebSocket. */
export async function serve(webSocket: Server, { headers = [], ...options }: Options = {}) {
  const pair = await createMemoryTransports();
  const clock = new ManualClock();
  const handler = accepting(webSocket, headers);
  const { host, visitor } = await connect(pair, { clock, handler, ...options });
  await host.proven;
  const open = async (fields: HeaderList = [], signal?: AbortSignal) => {
    const head = { ...get, headers: fields };
    const answer = await visitor.openSocket(head, signal ? { signal } : {});
    if (answer.kind !== 'open') throw new Error(`Refused with ${answer.response.status}.`);
    return answer.socket;
  };
  return { pair, clock, host, visitor, open };
}

/** A raw visitor that has asked for a WebSocket on lane 1, stream 1, at a host that accepts it. */
export async function rawSocketVisitor(webSocket: Server, limits: Partial<Limits> = {}) {
  const pair = await createMemoryTransports();
  const clock = new ManualClock();
  const { raw, host } = await rawVisitor(pair, accepting(webSocket), { clock, limits });
  raw.send(1, socketRequest(1));
  await settled();
  return { raw, host, clock };
}

/** A visitor with an open WebSocket, at a raw host: lane 1, stream 1. */
export async function rawSocketHost(limits: Partial<Limits> = {}) {
  const pair = await createMemoryTransports();
  const clock = new ManualClock();
  const { raw, visitor } = await rawHost(pair, { clock, limits });
  const asked = visitor.openSocket(get);
  await settled();
  raw.send(1, acceptFrame(1));
  const answer = await asked;
  if (answer.kind !== 'open') throw new Error('The raw host has accepted.');
  return { raw, visitor, clock, socket: answer.socket };
}

export function socketRequest(stream: number, end = false) {
  const payload = block([
    [':method', 'GET'],
    [':target', '/'],
    [':protocol', 'websocket'],
  ]);
  return { type: 'headers', stream, end, payload } as const;
}

export function acceptFrame(stream: number, headers: HeaderList = []) {
  return answerFrame(stream, false, '200', [[':protocol', 'websocket'], ...headers]);
}

/** A record that the codec would not make. */
export function rawRecord(kind: number, payload: Bytes, length = payload.length): Bytes {
  const header = new Uint8Array(5);
  header[0] = kind;
  new DataView(header.buffer).setUint32(1, length);
  return concat(header, payload);
}

export const echo: Server = async (socket) => {
  for (let message = await socket.read(); message !== null; message = await socket.read()) {
    await socket.send(message);
  }
};

/** Neither reads nor answers. */
export const deaf: Server = () => {};

export async function readAll(socket: MessageSocket): Promise<SocketMessage[]> {
  const messages: SocketMessage[] = [];
  for (let next = await socket.read(); next !== null; next = await socket.read()) {
    messages.push(next);
  }
  return messages;
}
