import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { readWholeBody } from './body-streams.ts';
import { PeerServerError } from './errors.ts';
import type { HostRequest } from './http-message.ts';
import type { MessageSocket, SocketMessage } from './message-socket.ts';
import { connect, gate, get, ok, settled, text } from './peers.test.support.ts';
import { deaf, echo, readAll, serve } from './sockets.test.support.ts';

const MIB = 1024 * 1024;
const code = (error: string) => ({ code: error });

describe('a WebSocket', () => {
  test('carries text and bytes both ways, in order (W3)', async () => {
    const { open } = await serve(echo);
    const socket = await open();
    const sent: SocketMessage[] = ['', 'é☃𝄞\ufeff', Uint8Array.of(0, 255), new Uint8Array(), 'x'];
    for (const message of sent) void socket.send(message);
    for (const message of sent) expect(await socket.read()).toEqual(message);
  });

  test('carries 10,000 messages, none lost, none out of turn (W3)', async () => {
    const { open, visitor, host } = await serve(echo);
    const socket = await open();
    const sending = (async () => {
      for (let index = 0; index < 10_000; index += 1) await socket.send(`message ${index}`);
    })();
    for (let index = 0; index < 10_000; index += 1) {
      expect(await socket.read()).toBe(`message ${index}`);
    }
    await sending;
    socket.close();
    expect((await socket.closed).wasClean).toBe(true);
    await settled();
    expect([visitor.stats().openStreams, host.stats().openStreams]).toEqual([0, 0]);
    expect([visitor.stats().unreadBytes, host.stats().unreadBytes]).toEqual([0, 0]);
  });

  test('carries messages of exactly the limit, and refuses to send a larger one (W5)', async () => {
    const { open } = await serve(echo);
    const socket = await open();
    const large = Uint8Array.from({ length: 16 * MIB }, (_, index) => (index * 31) % 251);
    void socket.send(large);
    const back = await socket.read();
    if (!(back instanceof Uint8Array)) throw new Error('Bytes should come back.');
    expect(Buffer.compare(back, large)).toBe(0);
    const longer = 'é'.repeat(8 * MIB + 1);
    await expect(socket.send(longer)).rejects.toMatchObject(code('body-too-large'));
    await socket.send('still open');
    expect(await socket.read()).toBe('still open');
  });

  test('copies what it sends: the caller may use its bytes again (W3)', async () => {
    const { open } = await serve(echo);
    const socket = await open();
    const bytes = Uint8Array.of(1, 2, 3);
    void socket.send(bytes);
    bytes.fill(9);
    expect(await socket.read()).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('tells what has been sent and not left, without what frames add (W7)', async () => {
    const { open } = await serve(deaf);
    const socket = await open();
    void socket.send('abc');
    void socket.send(new Uint8Array(100));
    expect(socket.bufferedAmount).toBe(103);
    await settled();
    expect(socket.bufferedAmount).toBe(0);
    const message = new Uint8Array(1000);
    for (let count = 0; count < 5_000; count += 1) void socket.send(message);
    await settled();
    // The window, and what was taken in ahead of a reader, have left.
    expect(socket.bufferedAmount).toBeGreaterThan(3_500_000);
    expect(socket.bufferedAmount).toBeLessThan(4_000_000);
  });

  test('asks its sender to wait as any body does, and lets it go on when somebody reads (W7, S5)', async () => {
    const reading = gate();
    const { open } = await serve(async (socket) => {
      await reading.promise;
      await readAll(socket);
    });
    const socket = await open();
    let sent = 0;
    const sending = (async () => {
      for (let count = 0; count < 100; count += 1) {
        await socket.send(new Uint8Array(64 * 1024));
        sent += 1;
      }
    })();
    await settled();
    expect(sent).toBeLessThan(30);
    reading.resolve();
    await sending;
    expect(sent).toBe(100);
  });

  test('chooses a subprotocol and sends fields, but none of one hop (W1, W2)', async () => {
    const requests: HostRequest[] = [];
    const sockets: MessageSocket[] = [];
    const headers = [
      ['sec-websocket-protocol', 'chat.v2'],
      ['Sec-WebSocket-Accept', 'x'],
      ['x-a', 'b'],
    ] as const;
    const { visitor } = await serve(
      (socket, request) => {
        requests.push(request);
        sockets.push(socket);
      },
      { headers },
    );
    const asked = [
      ['Sec-WebSocket-Protocol', 'chat.v1, chat.v2'],
      ['sec-websocket-key', 'x'],
      ['sec-websocket-extensions', 'permessage-deflate'],
      ['origin', 'http://garden.localhost'],
    ] as const;
    const answer = await visitor.openSocket({ ...get, target: '/chat', headers: asked });
    expect(answer).toMatchObject({
      kind: 'open',
      headers: [
        ['sec-websocket-protocol', 'chat.v2'],
        ['x-a', 'b'],
      ],
      socket: { protocol: 'chat.v2' },
    });
    expect(sockets[0]?.protocol).toBe('chat.v2');
    expect(requests).toMatchObject([
      {
        method: 'GET',
        target: '/chat',
        upgrade: 'websocket',
        body: null,
        headers: [
          ['sec-websocket-protocol', 'chat.v1, chat.v2'],
          ['origin', 'http://garden.localhost'],
        ],
      },
    ]);
  });

  test('with a subprotocol that was not offered fails at the visitor (W2)', async () => {
    const headers = [['sec-websocket-protocol', 'other']] as const;
    const ends: unknown[] = [];
    const { visitor, host } = await serve(
      async (socket) => {
        ends.push(await socket.closed);
      },
      { headers },
    );
    await expect(visitor.openSocket(get)).rejects.toMatchObject(code('host-failed'));
    await settled();
    expect(ends).toMatchObject([{ code: 1006, wasClean: false }]);
    expect(host.stats().openStreams).toBe(0);
  });

  test('refused is an ordinary answer, whatever its status (W2)', async () => {
    const pair = await createMemoryTransports();
    const { visitor, host } = await connect(pair, {
      handler: async ({ target }) => ({ ...ok(text('no')), status: Number(target.slice(1)) }),
    });
    for (const status of [200, 403]) {
      const answer = await visitor.openSocket({ ...get, target: `/${status}` });
      if (answer.kind !== 'refused') throw new Error('It should be refused.');
      expect(answer.response.status).toBe(status);
      const { body } = answer.response;
      expect(body && (await readWholeBody(body, 10))).toEqual(text('no'));
    }
    await settled();
    expect([visitor.stats().openStreams, host.stats().openStreams]).toEqual([0, 0]);
  });

  test('of a host without the ability fails, and nothing reaches it (V3, W1)', async () => {
    const requests: unknown[] = [];
    const { visitor } = await serve((_, request) => void requests.push(request), {
      hostFeatures: ['gzip'],
    });
    await expect(visitor.openSocket(get)).rejects.toMatchObject(code('host-failed'));
    expect((await visitor.request(get, null)).status).toBe(200);
    expect(requests).toEqual([]);
  });

  test('asked for with another method is bad input (W1)', async () => {
    const { visitor } = await serve(deaf);
    const asked = visitor.openSocket({ ...get, method: 'POST' });
    await expect(asked).rejects.toMatchObject(code('bad-input'));
  });

  test('is asked for as soon as the host has said HELLO, or given up before (H5, W1)', async () => {
    const pair = await createMemoryTransports({ stepped: true });
    const { visitor } = await connect(pair, { handler: async () => ok() });
    const abort = new AbortController();
    const given = visitor.openSocket(get, { signal: abort.signal });
    abort.abort();
    await expect(given).rejects.toMatchObject(code('cancelled'));
    const waiting = visitor.openSocket(get);
    visitor.close();
    await expect(waiting).rejects.toMatchObject(code('stream-refused'));
  });

  test('needs a slot of its own: further ones wait, requests do not (W8)', async () => {
    const { visitor, open } = await serve(echo, { hostLimits: { openStreams: 6 } });
    const sockets = await Promise.all([open(), open(), open()]);
    let fourth = false;
    const waiting = open().then((socket) => {
      fourth = true;
      return socket;
    });
    expect((await visitor.request(get, null)).status).toBe(200);
    expect(fourth).toBe(false);
    sockets[0]?.close();
    await (await waiting).send('hello');
    expect(fourth).toBe(true);
  });

  test('that a handler answers with 101 but does not open is the handler’s failure (W2, E3)', async () => {
    const pair = await createMemoryTransports();
    const { visitor } = await connect(pair, {
      handler: async () => ({ status: 101, headers: [], body: null }),
    });
    await expect(visitor.openSocket(get)).rejects.toMatchObject(code('host-failed'));
    await expect(visitor.request(get, null)).rejects.toMatchObject(code('host-failed'));
  });
});

describe('the end of a WebSocket', () => {
  test.each([
    [undefined, undefined, 1005, ''],
    [1000, '', 1000, ''],
    [4999, 'é'.repeat(61), 4999, 'é'.repeat(61)],
  ])('closed with %s by the visitor is clean at both ends (W4)', async (close, why, seen, reason) => {
    const ends: unknown[] = [];
    const { open, host, visitor } = await serve(async (socket) => {
      expect(await readAll(socket)).toEqual(['before']);
      ends.push(await socket.closed);
    });
    const socket = await open();
    void socket.send('before');
    socket.close(close, why);
    const end = { code: seen, reason, wasClean: true };
    expect(await socket.closed).toEqual(end);
    await settled();
    expect(ends).toEqual([end]);
    await socket.send('after');
    expect([host.stats().openStreams, visitor.stats().openStreams]).toEqual([0, 0]);
  });

  test('closed by the host delivers what it sent before (W4)', async () => {
    const { open, host } = await serve(async (socket) => {
      for (let count = 0; count < 200; count += 1) void socket.send(`${count}`.repeat(1000));
      socket.close(1001, 'going');
    });
    const socket = await open();
    expect((await readAll(socket)).length).toBe(200);
    expect(await socket.closed).toEqual({ code: 1001, reason: 'going', wasClean: true });
    await settled();
    expect(host.stats().openStreams).toBe(0);
  });

  test('closed by both at once is clean, each seeing the other’s code (W4)', async () => {
    const servers: MessageSocket[] = [];
    const { open, host, visitor } = await serve((socket) => void servers.push(socket));
    const socket = await open();
    socket.close(4001, 'visitor');
    servers[0]?.close(4002, 'host');
    expect(await socket.closed).toEqual({ code: 4002, reason: 'host', wasClean: true });
    expect(await servers[0]?.closed).toEqual({ code: 4001, reason: 'visitor', wasClean: true });
    await settled();
    expect([host.stats().openStreams, visitor.stats().openStreams]).toEqual([0, 0]);
  });

  test('is seen by a handler that only sends and never reads (W6)', async () => {
    const ends: unknown[] = [];
    const { open } = await serve(async (socket) => {
      ends.push(await socket.closed);
    });
    const socket = await open();
    for (let count = 0; count < 50; count += 1) void socket.send('nobody reads this');
    socket.close(1000);
    expect((await socket.closed).wasClean).toBe(true);
    expect(ends).toMatchObject([{ code: 1000 }]);
  });

  test('waits for nobody who reads nothing and says nothing (W4)', async () => {
    const { open, clock, host } = await serve(deaf);
    const socket = await open();
    void socket.send(new Uint8Array(3 * MIB));
    socket.close(1000);
    await settled();
    expect(host.stats().openStreams).toBe(1);
    // One period in which something still left, and one without.
    await clock.advance(19_999);
    expect(host.stats().openStreams).toBe(1);
    await clock.advance(1);
    expect(await socket.closed).toMatchObject({ code: 1006, wasClean: false });
    await settled();
    expect(host.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('by a lost connection is 1006 at both, and aborts the handler’s signal (W4, X2)', async () => {
    const ends: unknown[] = [];
    const signals: AbortSignal[] = [];
    const { open, pair, visitor } = await serve(async (socket, { signal }) => {
      signals.push(signal);
      ends.push(await socket.closed);
    });
    const socket = await open();
    const read = socket.read();
    pair.network.break();
    expect(await read).toBeNull();
    expect(await socket.closed).toMatchObject({ code: 1006, wasClean: false });
    await socket.send('into the void');
    socket.close();
    await settled();
    expect(ends).toMatchObject([{ code: 1006, wasClean: false }]);
    expect(signals[0]?.aborted).toBe(true);
    expect(visitor.stats().openStreams).toBe(0);
  });

  test('by the visitor’s signal aborts the handler’s (X1)', async () => {
    const signals: AbortSignal[] = [];
    const { open } = await serve((_, { signal }) => void signals.push(signal));
    const abort = new AbortController();
    const socket = await open([], abort.signal);
    abort.abort();
    expect(await socket.closed).toMatchObject({ code: 1006, wasClean: false });
    await settled();
    expect(signals[0]?.aborted).toBe(true);
  });

  test('by a handler that fails is 1011 with its message, cut to what fits (W4)', async () => {
    const { open, host } = await serve(async () => {
      throw new Error('é'.repeat(100));
    });
    const socket = await open();
    const end = { code: 1011, reason: 'é'.repeat(61), wasClean: true };
    expect(await socket.closed).toEqual(end);
    await settled();
    expect(host.stats().openStreams).toBe(0);
  });

  test.each([
    999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 1000.5,
  ])('with the code %d cannot be asked for (W4)', async (bad) => {
    const { open } = await serve(deaf);
    const socket = await open();
    expect(() => socket.close(bad)).toThrow(PeerServerError);
    expect(() => socket.close(1000, 'a'.repeat(124))).toThrow(PeerServerError);
    socket.close(1000, 'a'.repeat(123));
    expect(await socket.closed).toMatchObject({ code: 1000, reason: 'a'.repeat(123) });
  });

  test('comes after many idle hours only by those who close it (K1, W4)', async () => {
    const { open, clock } = await serve(echo);
    const socket = await open();
    for (let hour = 0; hour < 6; hour += 1) await clock.advance(3_600_000);
    await socket.send('still here');
    expect(await socket.read()).toBe('still here');
  });
});
