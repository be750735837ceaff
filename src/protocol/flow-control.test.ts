import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { bodyOfBytes } from './body-streams.ts';
import { ReceiveWindow, type ReceiveWindowOptions, SendCredit } from './credit.ts';
import { PeerServerError } from './errors.ts';
import { IncomingBody } from './incoming-body.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { OutgoingBody } from './outgoing-body.ts';
import {
  connect,
  gate,
  get,
  ManualClock,
  ok,
  piecesOf,
  post,
  settled,
  text,
} from './peers.test.support.ts';
import { QueueBudget } from './queue-budget.ts';

const MIB = 1024 * 1024;
const { streamWindow, bodyQueueBytes } = DEFAULT_LIMITS;

describe('credit', () => {
  test('a reader that stops bounds memory at both ends exactly (C1, C2, S5)', async () => {
    const pair = await createMemoryTransports();
    const clock = new ManualClock();
    const { stream, state } = piecesOf(64 * 1024, 200);
    const { host, visitor } = await connect(pair, { clock, handler: async () => ok(stream) });
    const answer = await visitor.request(get, null);
    await settled();
    expect(visitor.stats().unreadBytes).toBe(streamWindow);
    expect(host.stats().queuedBytes).toBe(bodyQueueBytes + 64 * 1024);
    expect(state.given * 64 * 1024).toBe(streamWindow + bodyQueueBytes + 64 * 1024);
    // Just below half a window read: not one byte more has come.
    let read = 0;
    while (read < streamWindow / 2 - 128 * 1024) read += (await answer.body?.read())?.length ?? 0;
    await settled();
    expect(visitor.stats().unreadBytes).toBe(streamWindow - read);
    // Past half: what was read comes again, and no more (the window is not what limits a slow reader).
    await clock.advance(1_000);
    while (read < streamWindow / 2) read += (await answer.body?.read())?.length ?? 0;
    await settled();
    expect(visitor.stats().unreadBytes).toBe(streamWindow);
  });

  test('an upload that the handler does not read stops likewise (C1, S5)', async () => {
    const pair = await createMemoryTransports();
    const { stream, state } = piecesOf(64 * 1024, 200);
    const reader = stream.getReader();
    const body = {
      read: async () => (await reader.read()).value ?? null,
      cancel: () => {},
    };
    const end = gate();
    const handler = async () => {
      await end.promise;
      return ok();
    };
    const { host, visitor } = await connect(pair, { handler });
    const answer = visitor.request(post, body);
    // Checking the proof takes a thread; turns of this one say nothing about it.
    await host.proven;
    await settled();
    await settled();
    expect(host.stats().unreadBytes).toBe(streamWindow);
    expect(visitor.stats().queuedBytes).toBe(bodyQueueBytes + 64 * 1024);
    expect(state.given * 64 * 1024).toBe(streamWindow + bodyQueueBytes + 64 * 1024);
    end.resolve();
    expect((await answer).status).toBe(200);
    await settled();
    expect(host.stats()).toMatchObject({ unreadBytes: 0, openStreams: 0 });
    expect(visitor.stats()).toMatchObject({ queuedBytes: 0, openStreams: 0 });
  });

  test('a fast reader gets 95 % of a path of 20 MB/s and 50 ms once grown (C5)', async () => {
    const clock = new ManualClock();
    const bytesPerSecond = 20e6;
    const pair = await createMemoryTransports({ clock, bytesPerSecond, delayMs: 25 });
    const { stream } = piecesOf(256 * 1024, 4_000);
    const { host, visitor } = await connect(pair, { clock, handler: async () => ok(stream) });
    // HELLO travels on the clock; checking its proof takes a thread, and no time of the clock.
    await clock.advance(30);
    await host.proven;
    const reading = visitor.request(get, null).then(async ({ body }) => {
      while (body && (await body.read()) !== null);
    });
    const stopped = expect(reading).rejects.toMatchObject({ code: 'connection-lost' });
    await clock.advance(1_000);
    const before = visitor.stats().bytesReceived;
    await clock.advance(1_000);
    const received = visitor.stats().bytesReceived - before;
    expect(visitor.stats().roundTripMs).toBeGreaterThanOrEqual(50);
    expect(received).toBeGreaterThan(0.95 * bytesPerSecond);
    visitor.close();
    await clock.advance(2_000);
    await stopped;
  });

  test('streams that nobody reads leave room for another (C6)', async () => {
    const pair = await createMemoryTransports();
    const handler = async () => ok(new Uint8Array(4 * MIB));
    const { visitor } = await connect(pair, { clock: new ManualClock(), handler });
    const stalled = await Promise.all(Array.from({ length: 20 }, () => visitor.request(get, null)));
    await settled();
    expect(visitor.stats().unreadBytes).toBe(20 * streamWindow);
    const other = await visitor.request(get, null);
    let read = 0;
    for (let chunk = await other.body?.read(); chunk; chunk = await other.body?.read()) {
      read += chunk.length;
    }
    expect(read).toBe(4 * MIB);
    for (const { body } of stalled) body?.cancel();
    await settled();
    expect(visitor.stats()).toMatchObject({ unreadBytes: 0, openStreams: 0 });
  });

  test('a reader gets 95 % of the path beside streams that hold all the room to wait in (S5)', async () => {
    const clock = new ManualClock();
    const bytesPerSecond = 20e6;
    const pair = await createMemoryTransports({ clock, bytesPerSecond, delayMs: 5 });
    const hostLimits = { connectionQueueBytes: 2 * MIB };
    const handler = async () => ok(piecesOf(256 * 1024, 4_000).stream);
    const { host, visitor } = await connect(pair, { clock, handler, hostLimits });
    await clock.advance(30);
    await host.proven;
    const asked = Promise.all(Array.from({ length: 8 }, () => visitor.request(get, null)));
    await settled();
    await clock.advance(1_000);
    expect((await asked).length).toBe(8);
    expect(host.stats().queuedBytes).toBeGreaterThan(2 * MIB - 256 * 1024);
    const reading = visitor.request(get, null).then(async ({ body }) => {
      while (body && (await body.read()) !== null);
    });
    const stopped = expect(reading).rejects.toMatchObject({ code: 'connection-lost' });
    await settled();
    await clock.advance(1_000);
    const before = visitor.stats().bytesReceived;
    await clock.advance(1_000);
    expect(visitor.stats().bytesReceived - before).toBeGreaterThan(0.95 * bytesPerSecond);
    visitor.close();
    await clock.advance(2_000);
    await stopped;
  });

  test('a window almost full of unread bytes still lets the others go on (C3)', async () => {
    const pair = await createMemoryTransports();
    const small = { streamWindow: 100_000, maxStreamWindow: 100_000 };
    const visitorLimits = { ...small, connectionWindow: 420_000, maxConnectionWindow: 420_000 };
    const handler = async () => ok(new Uint8Array(300_000));
    const { visitor } = await connect(pair, { clock: new ManualClock(), handler, visitorLimits });
    const stalled = await Promise.all(Array.from({ length: 4 }, () => visitor.request(get, null)));
    await settled();
    expect(visitor.stats().unreadBytes).toBe(400_000);
    const other = await visitor.request(get, null);
    let read = 0;
    for (let chunk = await other.body?.read(); chunk; chunk = await other.body?.read()) {
      read += chunk.length;
    }
    expect(read).toBe(300_000);
    expect(stalled.length).toBe(4);
    visitor.close();
  });

  test('credit of what was thrown away returns, however the exchange ended (X1, X3, X5)', async () => {
    const pair = await createMemoryTransports();
    const { host, visitor } = await connect(pair, {
      clock: new ManualClock(),
      // Neither reads its upload.
      handler: async ({ target }) => {
        if (target === '/fails') throw new Error('no');
        return ok(text('x'));
      },
      hostLimits: { connectionWindow: 200_000, maxConnectionWindow: 200_000 },
    });
    for (let count = 0; count < 20; count += 1) {
      const body = () => bodyOfBytes(new Uint8Array(50_000));
      const answer = await visitor.request(post, body());
      await answer.body?.read();
      await expect(visitor.request({ ...post, target: '/fails' }, body())).rejects.toMatchObject({
        code: 'host-failed',
      });
    }
    await settled();
    expect(host.stats()).toMatchObject({ unreadBytes: 0, openStreams: 0 });
    expect(visitor.stats()).toMatchObject({ queuedBytes: 0, openStreams: 0 });
  });
});

describe('the room in which bodies wait', () => {
  const piece = () => new Uint8Array(100);
  /** Writes a piece; tells whether the next one is welcome. */
  const write = (body: OutgoingBody) => {
    const state = { welcome: false };
    // A body that is given up rejects; then nothing more is welcome.
    body.write(piece()).then(
      () => {
        state.welcome = true;
      },
      () => undefined,
    );
    return state;
  };
  const bodies = (count: number, limit: number) => {
    const budget = new QueueBudget(limit);
    return Array.from({ length: count }, () => new OutgoingBody(10_000, budget, () => {}));
  };

  test('is given to those who wait longest, and never to more than fit (S5)', async () => {
    const [a, b, c] = bodies(3, 300);
    if (!a || !b || !c) throw new Error('Three bodies are needed.');
    // Each has one piece whatever there is; with all three the room is full.
    const waiting = [a, b, c].map(write);
    await settled();
    expect(waiting.map(({ welcome }) => welcome)).toEqual([true, false, false]);
    // The first was asked for a second piece while there was room for it; it never comes.
    a.end();
    await settled();
    expect(waiting.map(({ welcome }) => welcome)).toEqual([true, false, false]);
    a.take(100);
    await settled();
    expect(waiting.map(({ welcome }) => welcome)).toEqual([true, true, false]);
    b.abort(new PeerServerError('cancelled', 'Enough.'));
    await settled();
    expect(waiting.map(({ welcome }) => welcome)).toEqual([true, true, true]);
  });

  test('a body that holds nothing may always have a piece (S5)', async () => {
    const [stalled, read] = bodies(2, 150);
    if (!stalled || !read) throw new Error('Two bodies are needed.');
    const blocked = write(stalled);
    for (let count = 0; count < 5; count += 1) {
      const next = write(read);
      await settled();
      expect(next.welcome).toBe(false);
      read.take(100);
      await settled();
      expect(next.welcome).toBe(true);
    }
    expect(blocked.welcome).toBe(false);
  });
});

describe('a receive window', () => {
  const options = (clock: ManualClock): ReceiveWindowOptions => ({
    initial: 1_000,
    max: 3_000,
    shared: false,
    clock,
    roundTripMs: () => 50,
  });

  test('grants in steps of half a window (C3)', async () => {
    const clock = new ManualClock();
    const window = new ReceiveWindow(options(clock));
    await clock.advance(100);
    window.received(1_000);
    expect([window.consumed(499), window.consumed(1), window.consumed(499)]).toEqual([0, 500, 0]);
    expect(window.available).toBe(500);
  });

  test('doubles when half of it drains within a round trip, up to its maximum (C5)', async () => {
    const clock = new ManualClock();
    const window = new ReceiveWindow(options(clock));
    await clock.advance(50);
    window.received(500);
    expect(window.consumed(500)).toBe(1_500);
    expect(window.size).toBe(2_000);
    await clock.advance(51);
    window.received(1_000);
    expect(window.consumed(1_000)).toBe(1_000);
    await clock.advance(50);
    window.received(1_000);
    expect(window.consumed(1_000)).toBe(2_000);
    expect(window.size).toBe(3_000);
  });

  test('refuses one byte more than its credit (C2)', () => {
    const window = new ReceiveWindow(options(new ManualClock()));
    window.received(1_000);
    expect(() => window.received(1)).toThrow('more than it had credit for');
  });

  test('counts credit up to 2^31 - 1 (C4)', () => {
    const credit = new SendCredit(1);
    credit.grant(2 ** 31 - 2);
    expect(() => credit.grant(1)).toThrow('more credit than can be counted');
  });
});

describe('bodies in memory', () => {
  test('many small frames are copied together (C7)', async () => {
    let consumed = 0;
    const body = new IncomingBody({
      consumed: (bytes) => {
        consumed += bytes;
      },
      cancelled: () => {},
    });
    for (let count = 0; count < 100_000; count += 1) body.push(new Uint8Array([count % 251]));
    body.complete();
    expect(consumed).toBe(0);
    const sizes: number[] = [];
    let at = 0;
    for (let chunk = await body.read(); chunk; chunk = await body.read()) {
      sizes.push(chunk.length);
      for (const byte of chunk) {
        if (byte !== at % 251) throw new Error(`Byte ${at} is wrong.`);
        at += 1;
      }
    }
    expect(sizes.length).toBe(Math.ceil(100_000 / 8192));
    expect(consumed).toBe(100_000);
  });

  test('a small piece does not keep its whole message (C7)', async () => {
    const message = new Uint8Array(65_535);
    const body = new IncomingBody({ consumed: () => {}, cancelled: () => {} });
    const waiting = body.read();
    body.push(message.subarray(0, 10));
    expect((await waiting)?.buffer.byteLength).toBe(10);
    body.push(message.subarray(0, 2_000));
    expect((await body.read())?.buffer.byteLength).toBe(2_000);
    body.push(message.subarray(9));
    expect((await body.read())?.buffer).toBe(message.buffer);
  });

  test('a producer of tiny pieces has to wait after 1024 of them (S5)', async () => {
    const body = new OutgoingBody(1_000_000, new QueueBudget(1_000_000), () => {});
    for (let count = 0; count < 1_024; count += 1) await body.write(new Uint8Array(1));
    let welcome = false;
    const waiting = body.write(new Uint8Array(1)).then(() => {
      welcome = true;
    });
    await settled();
    expect(welcome).toBe(false);
    body.take(1);
    await waiting;
    expect(welcome).toBe(true);
  });
});
