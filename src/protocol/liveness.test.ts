import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { get, ManualClock, ok, rawHost, rawVisitor, settled } from './peers.test.support.ts';

const pong = (payload: Uint8Array<ArrayBuffer>) =>
  ({ type: 'ping', ack: true, payload: payload.slice() }) as const;

test('a PING goes out with HELLO and then every pingAfterMs, and measures the round trip (K1)', async () => {
  const pair = await createMemoryTransports();
  const clock = new ManualClock();
  const { host, raw } = await rawVisitor(pair, async () => ok(), { clock });
  const [first] = raw.ofType('ping');
  await clock.advance(30);
  if (first) raw.send(0, pong(first.payload));
  await settled();
  expect(host.stats().roundTripMs).toBe(30);
  await clock.advance(DEFAULT_LIMITS.pingAfterMs - 30);
  expect(raw.ofType('ping').length).toBe(2);
  // An answer to the first one says nothing about the second.
  if (first) raw.send(0, pong(first.payload));
  await settled();
  expect(host.stats().roundTripMs).toBe(30);
});

test('a peer that is silent for lostAfterMs is lost (K2)', async () => {
  const pair = await createMemoryTransports();
  const clock = new ManualClock();
  const { visitor, raw } = await rawHost(pair, { clock });
  const answer = visitor.request(get, null);
  const failure = expect(answer).rejects.toMatchObject({ code: 'connection-lost' });
  await settled();
  expect(raw.ofType('ping').length).toBe(1);
  let ended = false;
  void visitor.closed.then(() => {
    ended = true;
  });
  await clock.advance(DEFAULT_LIMITS.lostAfterMs - 1);
  expect(ended).toBe(false);
  await clock.advance(1);
  expect((await visitor.closed)?.code).toBe('connection-lost');
  await failure;
  expect(clock.pending).toBe(0);
});

test('a side that was asleep itself asks again before it judges, once (K2)', async () => {
  const pair = await createMemoryTransports();
  const clock = new ManualClock();
  const { visitor, raw } = await rawHost(pair, { clock });
  await clock.sleep(3_600_000);
  const latest = raw.ofType('ping').at(-1);
  expect(raw.ofType('ping').length).toBe(2);
  if (latest) raw.send(0, pong(latest.payload));
  await settled();
  await clock.advance(DEFAULT_LIMITS.pingAfterMs);
  expect(raw.ofType('ping').length).toBe(3);
  await clock.sleep(3_600_000);
  await clock.sleep(3_600_000);
  expect((await visitor.closed)?.code).toBe('connection-lost');
});
