import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { MessageSocket } from './message-socket.ts';
import {
  answerFrame,
  type Bytes,
  block,
  concat,
  dataFrame,
  get,
  ManualClock,
  rawHost,
  rawVisitor,
  requestFrame,
  settled,
  text,
} from './peers.test.support.ts';
import {
  acceptFrame,
  accepting,
  deaf,
  echo,
  rawRecord,
  rawSocketHost,
  rawSocketVisitor,
  readAll,
  serve,
  socketRequest,
} from './sockets.test.support.ts';
import { encodeCloseRecord, encodeMessageRecord } from './web-socket-records.ts';

const MIB = 1024 * 1024;

/** The bodies of the frames that a raw peer got on its one stream. */
function received(raw: { ofType(type: 'data'): { payload: Bytes }[] }): Bytes {
  return concat(...raw.ofType('data').map(({ payload }) => payload));
}

describe('a peer that breaks a rule of WebSockets ends its socket only', () => {
  test.each([
    ['a record of unknown kind', rawRecord(3, text('x')), 1002],
    ['text that is not UTF-8', rawRecord(1, Uint8Array.of(0xff)), 1007],
    ['a message beyond the limit', rawRecord(2, new Uint8Array(), 16 * MIB + 1), 1009],
    ['a message of 4 GiB', rawRecord(2, new Uint8Array(), 2 ** 32 - 1), 1009],
    ['the close code 1006', rawRecord(8, Uint8Array.of(3, 238)), 1002],
  ])('with %s (W4, W5)', async (_, bytes, code) => {
    const ends: unknown[] = [];
    const { raw, host } = await rawSocketVisitor(async (socket) => {
      ends.push(await socket.closed);
    });
    raw.send(1, dataFrame(1, concat(encodeMessageRecord('good'), bytes, text('more and more'))));
    await settled();
    expect(ends).toMatchObject([{ code, wasClean: false }]);
    const goodbye = received(raw);
    expect([goodbye[0], new DataView(goodbye.buffer).getUint16(5)]).toEqual([8, code]);
    // The rest of its body is given up, and other exchanges go on.
    expect(raw.ofType('reset')).toMatchObject([{ code: 0 }]);
    raw.send(1, requestFrame(2));
    await settled();
    expect(raw.goawayCode).toBeUndefined();
    expect(host.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('with an end that is no goodbye (W4)', async () => {
    const ends: unknown[] = [];
    const { raw, host } = await rawSocketVisitor(async (socket) => {
      ends.push(await readAll(socket), await socket.closed);
    });
    raw.send(
      1,
      dataFrame(1, concat(encodeMessageRecord('whole'), rawRecord(1, text('cu'), 3)), true),
    );
    await settled();
    expect(ends).toMatchObject([['whole'], { code: 1006, wasClean: false }]);
    expect(host.stats().openStreams).toBe(0);
  });

  test('with more after its goodbye (W4)', async () => {
    const { raw, socket, visitor } = await rawSocketHost();
    const more = [encodeCloseRecord(1000, ''), encodeMessageRecord('not heard')];
    raw.send(1, dataFrame(1, concat(...more)));
    expect(await readAll(socket)).toEqual([]);
    expect(await socket.closed).toMatchObject({ code: 1000, wasClean: true });
    await settled();
    expect(visitor.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('with a goodbye that it never sends (W4)', async () => {
    const { raw, socket, visitor, clock } = await rawSocketHost();
    socket.close(1000);
    await clock.advance(9_999);
    // It chatters instead, so that nothing seems to be wrong with the path.
    raw.send(1, dataFrame(1, encodeMessageRecord('wait')));
    raw.send(0, { type: 'ping', ack: false, payload: new Uint8Array(8) });
    await clock.advance(10_000);
    expect(visitor.stats().openStreams).toBe(1);
    await clock.advance(1);
    expect(await socket.closed).toMatchObject({ code: 1006, wasClean: false });
    expect(raw.ofType('reset').length).toBe(1);
    expect(visitor.stats().openStreams).toBe(0);
  });
});

describe('a peer that breaks a rule of heads ends the connection', () => {
  const head = (...pairs: string[][]) => block([...pairs]);
  test.each([
    ['with a head that ends its body (W1)', 'GET', 'websocket', true],
    ['with POST (W1)', 'POST', 'websocket', false],
    ['with an unknown protocol (W1)', 'GET', 'connect-udp', false],
  ])('by asking for a WebSocket %s', async (_, method, protocol, end) => {
    const { raw } = await rawSocketVisitor(deaf);
    const fields = [
      [':method', method],
      [':target', '/'],
      [':protocol', protocol],
    ];
    raw.send(1, { type: 'headers', stream: 2, end, payload: head(...fields) });
    await settled();
    expect(raw.goawayCode).toBe(1);
  });

  test('by asking for a WebSocket that was not agreed on (V3, R3)', async () => {
    const pair = await createMemoryTransports();
    const { raw } = await rawVisitor(pair, accepting(deaf), {}, []);
    raw.send(1, socketRequest(1));
    await settled();
    expect(raw.goawayCode).toBe(1);
  });

  test.each([
    ['to a plain request (W2)', false, acceptFrame(1)],
    ['with a head that ends its body (W2)', true, { ...acceptFrame(1), end: true }],
    ['with another status (W2)', true, answerFrame(1, false, '201', [[':protocol', 'websocket']])],
  ])('by accepting a WebSocket %s', async (_, asked, frame) => {
    const pair = await createMemoryTransports();
    const { raw, visitor } = await rawHost(pair);
    const answer = asked ? visitor.openSocket(get) : visitor.request(get, null);
    const failed = expect(answer).rejects.toMatchObject({ code: 'connection-lost' });
    await settled();
    raw.send(1, frame);
    expect((await visitor.closed)?.code).toBe('protocol-violation');
    await failed;
  });
});

describe('memory that a peer can take', () => {
  test('by messages that nobody reads is its credit and a little read ahead (W6, C2)', async () => {
    const { host, open, visitor } = await serve(deaf);
    const sockets = await Promise.all([open(), open(), open()]);
    for (const socket of sockets) {
      for (let count = 0; count < 3000; count += 1) void socket.send('x'.repeat(1000));
    }
    await settled();
    const { unreadBytes } = host.stats();
    expect(unreadBytes).toBeLessThanOrEqual(3 * DEFAULT_LIMITS.streamWindow);
    expect(unreadBytes).toBeGreaterThan(2.7 * DEFAULT_LIMITS.streamWindow);
    // Others are not harmed (C6).
    expect((await visitor.request(get, null)).status).toBe(200);
  });

  test('by empty messages that nobody reads is bounded by their count (W6)', async () => {
    const { raw, host } = await rawSocketVisitor(deaf);
    const empty = encodeMessageRecord('');
    const many = concat(...Array.from({ length: 10_000 }, () => empty));
    for (let count = 0; count < 10; count += 1) raw.send(1, dataFrame(1, many));
    await settled();
    // About 1,000 were taken in, and the rest of the piece they came in.
    expect(host.stats().unreadBytes).toBeGreaterThan(400_000);
    expect(raw.goawayCode).toBeUndefined();
  });

  test('by large messages is the room for all sockets; further ones wait for it (W6)', async () => {
    const sockets: MessageSocket[] = [];
    const limits = { socketReassemblyBytes: 250_000 };
    const { raw, host } = await rawSocketVisitor((socket) => void sockets.push(socket), limits);
    for (let stream = 2; stream <= 4; stream += 1) raw.send(1, socketRequest(stream));
    await settled();
    const reads = sockets.map((socket) => socket.read());
    // Each says 100,000 and sends less: two fit, so the third stays in its credit.
    const begun = rawRecord(2, new Uint8Array(60_000), 100_000);
    for (let stream = 1; stream <= 4; stream += 1) raw.send(1, dataFrame(stream, begun));
    await settled();
    expect(host.stats().unreadBytes).toBe(0);
    const more = new Uint8Array(40_000);
    for (let stream = 1; stream <= 4; stream += 1) raw.send(1, dataFrame(stream, more));
    await settled();
    const lengths = (await Promise.all(reads)).map((message) => message?.length);
    expect(lengths).toEqual([100_000, 100_000, 100_000, 100_000]);
  });

  test('a message larger than the room there is at all is refused (W6)', async () => {
    const ends: unknown[] = [];
    const limits = { socketReassemblyBytes: 100_000 };
    const { raw } = await rawSocketVisitor(async (socket) => {
      ends.push(await socket.closed);
    }, limits);
    raw.send(1, dataFrame(1, rawRecord(2, new Uint8Array(), 100_001)));
    await settled();
    expect(ends).toMatchObject([{ code: 1009 }]);
  });

  test('a large message that nobody asks for is not taken in, nor does its end wait for it (W6)', async () => {
    const ends: unknown[] = [];
    const { raw, host } = await rawSocketVisitor(async (socket) => {
      ends.push(await socket.closed);
    });
    const large = concat(encodeMessageRecord(new Uint8Array(500_000)), encodeCloseRecord(1000, ''));
    for (let at = 0; at < large.length; at += 50_000) {
      raw.send(1, dataFrame(1, large.slice(at, at + 50_000), at + 50_000 >= large.length));
    }
    await settled();
    expect(ends).toEqual([]);
    expect(host.stats().unreadBytes).toBeGreaterThan(400_000);
    raw.send(1, { type: 'reset', stream: 1, code: 0, reason: '' });
    await settled();
    // All of it had come, the goodbye, too: only the message that nobody wanted is passed over.
    expect(ends).toMatchObject([{ code: 1000, wasClean: true }]);
    expect(host.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('by taking nothing of what a careless handler sends ends the socket (W7)', async () => {
    const ends: unknown[] = [];
    const limits = { socketQueueBytes: 2 * MIB };
    const { raw, host } = await rawSocketVisitor(async (socket) => {
      for (let count = 0; count < 100; count += 1) void socket.send('x'.repeat(100_000));
      ends.push(await socket.closed);
    }, limits);
    await settled();
    expect(ends).toMatchObject([{ code: 1006, wasClean: false }]);
    expect(raw.ofType('reset').length).toBe(1);
    expect(host.stats()).toMatchObject({ openStreams: 0, queuedBytes: 0 });
  });

  test('makes a host with many careless sockets hold its queue and one message, no more (W7)', async () => {
    const pair = await createMemoryTransports();
    const ends: unknown[] = [];
    let most = 0;
    const careless = accepting(async (socket) => {
      const send = (bytes: number) => {
        void socket.send(new Uint8Array(bytes));
        most = Math.max(most, host.stats().queuedBytes);
      };
      const isFirst = most === 0;
      for (let count = 0; count < 7 && isFirst; count += 1) send(MIB);
      for (let count = 0; count < 3 && !isFirst; count += 1) send(16 * MIB);
      ends.push(await socket.closed);
    });
    const { raw, host } = await rawVisitor(pair, careless, { clock: new ManualClock() });
    for (let stream = 1; stream <= 8; stream += 1) raw.send(1, socketRequest(stream));
    await settled();
    // The first stays below its limit and goes on.
    expect(ends).toHaveLength(7);
    expect(most).toBeGreaterThan(16 * MIB);
    expect(most).toBeLessThanOrEqual(25 * MIB);
    expect(host.stats().queuedBytes).toBeLessThanOrEqual(8 * MIB);
  });

  test('of whose sockets each holds a long message keeps those whose senders wait, up to the limit (W7)', async () => {
    const pair = await createMemoryTransports();
    const ended: string[] = [];
    const patient = accepting(async (socket, { target }) => {
      void socket.closed.then(() => ended.push(target));
      await socket.send(new Uint8Array(6 * MIB));
    });
    const { raw, host } = await rawVisitor(pair, patient, { clock: new ManualClock() });
    for (let stream = 1; stream <= 4; stream += 1) raw.send(1, socketRequest(stream));
    await settled();
    // Two begin below 8 MiB; what they have sent already makes no room for two more.
    expect(ended).toHaveLength(2);
    expect(host.stats().queuedBytes).toBeLessThanOrEqual(13 * MIB);
  });

  test('many sockets that close and open again leave nothing behind (S2, W4)', async () => {
    const { open, host, visitor } = await serve(echo);
    for (let round = 0; round < 50; round += 1) {
      const sockets = await Promise.all(Array.from({ length: 8 }, () => open()));
      for (const socket of sockets) void socket.send('hello');
      for (const socket of sockets) expect(await socket.read()).toBe('hello');
      for (const socket of sockets) socket.close(1000);
      await Promise.all(sockets.map(({ closed }) => closed));
    }
    await settled();
    const nothing = { openStreams: 0, queuedBytes: 0, unreadBytes: 0 };
    expect([host.stats(), visitor.stats()]).toMatchObject([nothing, nothing]);
  });
});
