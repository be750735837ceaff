import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import type { Frame } from './frame.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import {
  answerFrame,
  type Bytes,
  concat,
  dataFrame,
  get,
  ManualClock,
  messageOf,
  ok,
  piecesOf,
  post,
  type RawPeer,
  rawFrame,
  rawHost,
  rawVisitor,
  requestFrame,
  settled,
} from './peers.test.support.ts';
import {
  acceptFrame,
  accepting,
  deaf,
  echo,
  rawRecord,
  readAll,
  socketRequest,
} from './sockets.test.support.ts';

/** A small generator of numbers that is the same everywhere (mulberry32); returns 0 to `below` - 1. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Pick = (below: number) => number;

/** The body of a frame: anything, often records of WebSockets, good and bad. */
function payload(pick: Pick): Bytes {
  const bytes = new Uint8Array(1 + pick(3000));
  if (pick(2) === 0) return bytes;
  const kind = [1, 2, 8, 9][pick(4)] ?? 1;
  const length = pick(4) === 0 ? pick(100_000) : bytes.length;
  return rawRecord(kind, bytes, length);
}

/** A legal frame for somewhere, which mostly is not here. */
function frame(pick: Pick, head: (stream: number) => Frame): Frame {
  const stream = 1 + pick(6);
  switch (pick(9)) {
    case 0:
    case 1:
    case 2:
      return head(stream);
    case 3:
    case 4:
      return dataFrame(stream, payload(pick), pick(3) === 0);
    case 5:
      return { type: 'window', stream: pick(3) === 0 ? 0 : stream, increment: 1 + pick(100_000) };
    case 6:
      return { type: 'reset', stream, code: pick(30), reason: 'fuzz' };
    case 7:
      return { type: 'ping', ack: pick(2) === 0, payload: new Uint8Array(8) };
    default:
      return { type: 'goaway', code: pick(30), reason: 'fuzz' };
  }
}

/** A message: good, cut, changed in some bytes, or of random bytes. */
function message(pick: Pick, head: (stream: number) => Frame): Bytes {
  const bytes = messageOf(...Array.from({ length: 1 + pick(3) }, () => frame(pick, head)));
  switch (pick(12)) {
    case 0:
      return bytes.slice(0, pick(bytes.length));
    case 1: {
      for (let count = 1 + pick(4); count > 0; count -= 1) bytes[pick(bytes.length)] = pick(256);
      return bytes;
    }
    case 2:
      return Uint8Array.from({ length: pick(40) }, () => pick(256));
    case 3:
      return concat(rawFrame(0x80 | pick(128), pick(256), pick(9), bytes.slice(0, 20)), bytes);
    default:
      return bytes;
  }
}

/** Sends hostile messages until the peer hangs up or enough is said. */
async function attack(raw: RawPeer, pick: Pick, head: (stream: number) => Frame): Promise<void> {
  let over = false;
  void raw.closed.then(() => {
    over = true;
  });
  for (let count = 0; count < 40 && !over; count += 1) {
    // Control frames on lane 0 and others elsewhere, most of the time.
    raw.sendBytes(pick(5), message(pick, head));
    if (pick(3) === 0) await settled();
  }
  await settled();
}

test('a host outlives 300 hostile visitors: an answer, or a clean end (C2, S4, E5)', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  for (let seed = 1; seed <= 300; seed += 1) {
    const pick = numbersFrom(seed);
    const pair = await createMemoryTransports();
    let running = 0;
    const { host, raw } = await rawVisitor(
      pair,
      async (request) => {
        running += 1;
        try {
          if (request.upgrade && seed % 5 !== 0) {
            return await accepting(seed % 2 === 0 ? echo : deaf)(request);
          }
          if (seed % 3 === 0) await request.body?.read();
          return ok(seed % 2 === 0 ? piecesOf(1000, 5).stream : new Uint8Array(3000));
        } finally {
          running -= 1;
        }
      },
      { clock: new ManualClock() },
    );
    await attack(raw, pick, (stream) =>
      pick(3) === 0 ? socketRequest(stream) : requestFrame(stream, pick(2) === 0),
    );
    const { unreadBytes, queuedBytes, openStreams } = host.stats();
    expect(unreadBytes).toBeLessThanOrEqual(DEFAULT_LIMITS.connectionWindow);
    expect(queuedBytes).toBeLessThan(DEFAULT_LIMITS.maxQueuedBytes);
    expect(openStreams).toBeLessThanOrEqual(DEFAULT_LIMITS.occupiedStreams);
    host.close();
    await host.closed;
    await settled();
    expect([host.stats().openStreams, running]).toEqual([0, 0]);
  }
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
}, 60_000);

test('a visitor outlives 300 hostile hosts: every request settles (S4, E5)', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  for (let seed = 1; seed <= 300; seed += 1) {
    const pick = numbersFrom(seed);
    const pair = await createMemoryTransports();
    const { visitor, raw } = await rawHost(pair, { clock: new ManualClock() });
    const requests = Array.from({ length: 12 }, async (_, index) => {
      const upload = piecesOf(2000, 3).stream.getReader();
      const body = {
        read: async () => (await upload.read()).value ?? null,
        cancel: (reason: unknown) => void upload.cancel(reason),
      };
      const answer = await visitor.request(index % 2 ? get : post, index % 2 ? null : body);
      if (index % 3 === 0) answer.body?.cancel();
      else while (answer.body && (await answer.body.read()) !== null);
      return answer.status;
    });
    const outcomes = Promise.allSettled(requests);
    const sockets = Promise.allSettled(
      Array.from({ length: 6 }, async (_, index) => {
        const answer = await visitor.openSocket(get);
        if (answer.kind === 'refused') {
          answer.response.body?.cancel();
          return;
        }
        void answer.socket.send('x'.repeat(100_000));
        if (index % 2 === 0) answer.socket.close(1000);
        await readAll(answer.socket);
        await answer.socket.closed;
      }),
    );
    await settled();
    await attack(raw, pick, (stream) => {
      if (pick(4) === 0) return acceptFrame(stream);
      const head = answerFrame(stream, pick(3) === 0, ['200', '204', '404'][pick(3)]);
      return pick(4) === 0 ? { ...head, gzip: true } : head;
    });
    expect(visitor.stats().unreadBytes).toBeLessThanOrEqual(DEFAULT_LIMITS.connectionWindow);
    visitor.close();
    await visitor.closed;
    for (const outcome of await sockets) {
      if (outcome.status === 'rejected') expect(outcome.reason).toHaveProperty('code');
    }
    for (const outcome of await outcomes) {
      if (outcome.status === 'fulfilled') expect([200, 204, 404]).toContain(outcome.value);
      else expect(outcome.reason).toHaveProperty('code');
    }
    expect(visitor.stats()).toMatchObject({ openStreams: 0 });
  }
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
}, 60_000);
