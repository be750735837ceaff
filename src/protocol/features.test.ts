import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { type Feature, hostFeatures } from './features.ts';
import type { VisitorIdentity } from './http-message.ts';
import {
  accept,
  get,
  ManualClock,
  ok,
  RawPeer,
  rawVisitor,
  requestFrame,
  settled,
  text,
} from './peers.test.support.ts';
import { openConnection } from './visitor-connection.ts';

/** What each side takes for agreed. */
async function agreed(host: readonly Feature[], cookies?: 'host') {
  const pair = await createMemoryTransports();
  const visitors: VisitorIdentity[] = [];
  accept(
    pair.host,
    async ({ visitor }) => {
      visitors.push(visitor);
      return ok();
    },
    { features: host },
  );
  const visitor = await openConnection(pair.visitor, {
    identity: pair.visitorIdentity,
    ...(cookies ? { cookies } : {}),
  });
  const features = await visitor.features;
  await visitor.request(get, null);
  const [seen] = visitors;
  expect([...(seen?.features ?? [])].sort()).toEqual([...features].sort());
  visitor.close();
  return [...features].sort();
}

test('abilities are what both sides list, and cookies only where the visitor asks (V3)', async () => {
  expect(await agreed(hostFeatures())).toEqual(['gzip', 'websocket']);
  expect(await agreed(hostFeatures(), 'host')).toEqual(['cookies', 'gzip', 'websocket']);
  expect(await agreed(['cookies'], 'host')).toEqual(['cookies']);
  expect(await agreed([])).toEqual([]);
});

test('names of abilities that nobody knows mean nothing (V2, V3)', async () => {
  const pair = await createMemoryTransports();
  const features: unknown[] = [];
  const handler = async ({ visitor }: { visitor: VisitorIdentity }) => {
    features.push([...(visitor.features ?? [])]);
    return ok();
  };
  const { raw } = await rawVisitor(pair, handler, {}, ['gzip', 'teleport', 'gzip']);
  raw.send(1, requestFrame(1));
  await settled();
  expect(features).toEqual([['gzip']]);
});

test('abilities are none when the connection ends before the HELLO, and nothing rejects (V3)', async () => {
  const pair = await createMemoryTransports();
  const raw = new RawPeer(pair.host);
  const visitor = await openConnection(pair.visitor, {
    identity: pair.visitorIdentity,
    clock: new ManualClock(),
  });
  raw.send(0, { type: 'hello', payload: text('[') });
  expect((await visitor.closed)?.code).toBe('protocol-violation');
  expect([...(await visitor.features)]).toEqual([]);
});
