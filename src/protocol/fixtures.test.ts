import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { bodyOfBytes, readWholeBody } from './body-streams.ts';
import type { Feature } from './features.ts';
import { decodeMessage, type Frame } from './frame.ts';
import type { HandshakeRecord } from './handshake-record.ts';
import { decodeHello, verifyVisitorHello } from './hello.ts';
import type { HostRequest, HostResponse } from './http-message.ts';
import {
  accept,
  type Bytes,
  concat,
  ManualClock,
  messageOf,
  ok,
  RawPeer,
  settled,
  text,
  withRecord,
} from './peers.test.support.ts';
import { openConnection } from './visitor-connection.ts';

/** What each side sent on each lane, in hexadecimal. */
type Recording = Readonly<Record<'visitor' | 'host', Readonly<Record<string, string>>>>;

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/v1/${name}`, import.meta.url), 'utf8'));
/** The same with the abilities of features.ts: a WebSocket, and an answer in gzip. */
const withFeatures = read('features.json') as Recording & { readonly gzip: string };
const fromHex = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'));
const toHex = (bytes: Bytes): string => Buffer.from(bytes).toString('hex');

const recordedFrames = read('frames.json') as Readonly<Record<string, string>>;
const { handshake, proof, ...recorded } = read('exchange.json') as Recording & {
  readonly handshake: HandshakeRecord;
  readonly proof: string;
};

const frames: Readonly<Record<string, Frame>> = {
  data: { type: 'data', stream: 7, end: false, payload: text('hello') },
  'data with END': { type: 'data', stream: 7, end: true, payload: text('bye') },
  'empty data with END': { type: 'data', stream: 4294967295, end: true, payload: new Uint8Array() },
  'headers of a request': {
    type: 'headers',
    stream: 1,
    end: true,
    payload: text('[[":method","GET"],[":target","/a%20b?c=d"],["accept","*/*"]]'),
  },
  'headers of an answer': {
    type: 'headers',
    stream: 1,
    end: false,
    payload: text('[[":status","200"],["x-name","é"]]'),
  },
  'headers of an answer in gzip': {
    type: 'headers',
    stream: 1,
    end: false,
    gzip: true,
    payload: text('[[":status","200"]]'),
  },
  'headers that ask for a WebSocket': {
    type: 'headers',
    stream: 2,
    end: false,
    payload: text('[[":method","GET"],[":target","/"],[":protocol","websocket"]]'),
  },
  reset: { type: 'reset', stream: 3, code: 2, reason: 'The handler threw: é' },
  'window of a stream': { type: 'window', stream: 3, increment: 524288 },
  'window of the connection': { type: 'window', stream: 0, increment: 4294967295 },
  ping: { type: 'ping', ack: false, payload: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) },
  'ping with ACK': { type: 'ping', ack: true, payload: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  goaway: { type: 'goaway', code: 0, reason: '' },
  hello: {
    type: 'hello',
    payload: text(
      '{"features":["later"],"streamWindow":65536,"connectionWindow":65536,"openStreams":4,"new":1}',
    ),
  },
};

test.each(
  Object.entries(frames),
)('version 1 frame "%s" is read and made as recorded (V5)', (name, frame) => {
  expect(toHex(messageOf(frame))).toBe(recordedFrames[name]);
  expect(decodeMessage(fromHex(recordedFrames[name] ?? ''))).toEqual([frame]);
});

test('the recorded HELLO is read: unknown fields ignored, its proof genuine (V2, V5)', async () => {
  const [first] = decodeMessage(fromHex(recorded.visitor['0'] ?? ''));
  const hello = decodeHello(first?.type === 'hello' ? first.payload : new Uint8Array());
  expect(hello.proof).toBe(proof);
  await verifyVisitorHello(hello, handshake);
  const other = { ...handshake, site: 'another' };
  await expect(verifyVisitorHello(hello, other)).rejects.toMatchObject({
    code: 'identity-mismatch',
  });
  const later = frames.hello;
  expect(decodeHello(later?.type === 'hello' ? later.payload : new Uint8Array())).toEqual({
    features: ['later'],
    streamWindow: 65536,
    connectionWindow: 65536,
    openStreams: 4,
  });
});

const identity = { publicKey: handshake.visitorKey, sign: async () => proof };
const greeting = {
  method: 'POST',
  target: '/greet?loud=1',
  headers: [['content-type', 'text/plain']],
} as const;

/** What `asking` asks for, and shouts back what it is told. */
const asking = {
  method: 'GET',
  target: '/loud',
  headers: [['sec-websocket-protocol', 'quiet, loud']],
} as const;

async function answer(request: HostRequest): Promise<HostResponse> {
  if (!request.upgrade) return shout(request);
  return {
    status: 101,
    headers: [['sec-websocket-protocol', 'loud']],
    body: null,
    async webSocket(socket) {
      for (let next = await socket.read(); next !== null; next = await socket.read()) {
        await socket.send(String(next).toUpperCase());
      }
    },
  };
}

async function shout(request: HostRequest) {
  const body = request.body ? await readWholeBody(request.body, 100) : new Uint8Array();
  const loud = new TextDecoder().decode(body).toUpperCase();
  return ok(text(loud), [
    ['content-type', 'text/plain'],
    ['content-length', String(loud.length)],
  ]);
}

/** Both sides as recorded, and the bytes that each sends on each lane. */
async function record(features?: readonly Feature[]) {
  const sent = { visitor: ['', '', '', '', ''], host: ['', '', '', '', ''] };
  const pair = await createMemoryTransports({
    tamper(from, lane, bytes) {
      sent[from][lane] += toHex(bytes);
      return bytes;
    },
  });
  const clock = new ManualClock();
  const options = features ? { clock, features } : { clock };
  const host = accept(withRecord(pair.host, handshake), answer, options);
  const transport = withRecord(pair.visitor, handshake);
  const visitor = await openConnection(transport, { identity, clock, cookies: 'host' });
  await host.proven;
  await settled();
  const lanes = (side: readonly string[]) =>
    Object.fromEntries(Object.entries(side).filter(([, hex]) => hex !== ''));
  const end = async () => {
    visitor.close();
    await host.closed;
    return { visitor: lanes(sent.visitor), host: lanes(sent.host) };
  };
  return { visitor, end };
}

test('a whole exchange goes over the lanes as recorded, byte for byte (V5)', async () => {
  const { visitor, end } = await record([]);
  const answer = await visitor.request(greeting, bodyOfBytes(text('hello')));
  expect(answer.body && (await readWholeBody(answer.body, 100))).toEqual(text('HELLO'));
  const sent = await end();
  // Today's visitor lists abilities, which the recorded one had not.
  expect(sent.host).toEqual(recorded.host);
  expect(sent.visitor['1']).toEqual(recorded.visitor['1']);
});

test('a WebSocket goes over the lanes as recorded, byte for byte (V5, W1–W4)', async () => {
  const { visitor, end } = await record();
  const answer = await visitor.openSocket(asking);
  if (answer.kind !== 'open') throw new Error('It should open.');
  await answer.socket.send('hello');
  expect(await answer.socket.read()).toBe('HELLO');
  answer.socket.close(4000, 'enough');
  expect(await answer.socket.closed).toMatchObject({ wasClean: true });
  const { visitor: visitorLanes, host: hostLanes } = withFeatures;
  expect(await end()).toEqual({ visitor: visitorLanes, host: hostLanes });
});

test('a host understands the recorded visitor that asks for a WebSocket (V5, W1–W4)', async () => {
  const pair = await createMemoryTransports();
  const raw = new RawPeer(pair.visitor);
  const host = accept(withRecord(pair.host, handshake), answer);
  const [hello] = decodeMessage(fromHex(withFeatures.visitor['0'] ?? ''));
  if (hello) raw.send(0, hello);
  raw.sendBytes(1, fromHex(withFeatures.visitor['1'] ?? ''));
  await host.proven;
  await settled();
  const expected = decodeMessage(fromHex(withFeatures.host['1'] ?? ''));
  const payloads = (list: readonly Frame[]) =>
    toHex(concat(...list.flatMap((frame) => (frame.type === 'data' ? [frame.payload] : []))));
  expect(payloads(raw.ofType('data'))).toBe(payloads(expected));
  expect(host.stats().openStreams).toBe(0);
});

test('a visitor understands the recorded host that opens a WebSocket (V5, W1–W4)', async () => {
  const pair = await createMemoryTransports();
  const raw = new RawPeer(pair.host);
  const visitor = await openConnection(withRecord(pair.visitor, handshake), { identity });
  raw.sendBytes(0, fromHex(withFeatures.host['0'] ?? ''));
  expect([...(await visitor.features)].sort()).toEqual(['gzip', 'websocket']);
  const asked = visitor.openSocket(asking);
  await settled();
  raw.sendBytes(1, fromHex(withFeatures.host['1'] ?? ''));
  const answer = await asked;
  if (answer.kind !== 'open') throw new Error('It should open.');
  expect(answer.socket.protocol).toBe('loud');
  expect(await answer.socket.read()).toBe('HELLO');
  expect(await answer.socket.closed).toEqual({ code: 4000, reason: 'enough', wasClean: true });
});

test('a visitor understands the recorded answer in gzip (V5, G1)', async () => {
  const pair = await createMemoryTransports();
  const raw = new RawPeer(pair.host);
  const visitor = await openConnection(withRecord(pair.visitor, handshake), { identity });
  raw.sendBytes(0, fromHex(withFeatures.host['0'] ?? ''));
  const asked = visitor.request({ ...greeting, method: 'GET' }, null);
  await settled();
  raw.sendBytes(1, fromHex(withFeatures.gzip));
  const { body } = await asked;
  expect(body && (await readWholeBody(body, 100))).toEqual(text('la '.repeat(20)));
});

test('a host understands the recorded visitor (V5)', async () => {
  const pair = await createMemoryTransports();
  const raw = new RawPeer(pair.visitor);
  const requests: HostRequest[] = [];
  const host = accept(withRecord(pair.host, handshake), async (request) => {
    requests.push(request);
    return shout(request);
  });
  const [hello] = decodeMessage(fromHex(recorded.visitor['0'] ?? ''));
  if (hello) raw.send(0, hello);
  raw.sendBytes(1, fromHex(recorded.visitor['1'] ?? ''));
  await host.proven;
  await settled();
  expect(requests).toMatchObject([greeting]);
  expect(new TextDecoder().decode(raw.ofType('data')[0]?.payload)).toBe('HELLO');
});

test('a visitor understands the recorded host (V5)', async () => {
  const pair = await createMemoryTransports();
  const raw = new RawPeer(pair.host);
  const visitor = await openConnection(withRecord(pair.visitor, handshake), { identity });
  const answer = visitor.request(greeting, bodyOfBytes(text('hello')));
  raw.sendBytes(0, fromHex(recorded.host['0'] ?? ''));
  await settled();
  raw.sendBytes(1, fromHex(recorded.host['1'] ?? ''));
  const { status, headers, body } = await answer;
  expect([status, headers]).toEqual([
    200,
    [
      ['content-type', 'text/plain'],
      ['content-length', '5'],
    ],
  ]);
  expect(body && (await readWholeBody(body, 100))).toEqual(text('HELLO'));
});
