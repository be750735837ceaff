import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { get, join, offerOf, online, startHost } from './testing/started-host.ts';
import { SENT_AWAY_MS } from './visitor-connections.ts';

test('one visitor can be sent away, and is not back in a moment', async () => {
  const host = startHost();
  const socket = await online(host);
  const one = await join(host, socket, 'one');
  const two = await join(host, socket, 'two');
  host.disconnect('one');
  host.disconnect('nobody');
  expect(await host.events.until('visitor-left')).toMatchObject({ connectionId: 'one' });
  await one.visitor.closed;
  expect(await get(two.visitor, '/')).toMatchObject({ status: 200 });

  const { key } = one.joined.visitor;
  const again = async (session: string) => {
    host.links.set(session, await createMemoryTransports());
    const offered = host.offered.length;
    socket.send({ ...offerOf(session), visitorKey: key });
    // Once another visitor is in, the host has read the offer before it.
    await join(host, socket, `after ${session}`);
    return host.offered.length - offered === 2;
  };
  expect(await again('at once')).toBe(false);
  expect(await socket.next()).toMatchObject({
    kind: 'decline',
    session: 'at once',
    code: 'stream-refused',
  });
  host.clock.advance(SENT_AWAY_MS - 1);
  expect(await again('too soon')).toBe(false);
  host.clock.advance(1);
  expect(await again('in time')).toBe(true);
});

test('a visitor that was sent away can be let in again', async () => {
  const host = startHost();
  const socket = await online(host);
  const { joined } = await join(host, socket, 'one');
  host.disconnect('one');
  await host.events.until('visitor-left');
  const { key } = joined.visitor;
  host.controls().readmit(key);
  host.links.set('again', await createMemoryTransports());
  socket.send({ ...offerOf('again'), visitorKey: key });
  await join(host, socket, 'two');
  expect(host.offered.map(({ offer }) => offer.visitorNonce)).toEqual(['one', 'again', 'two']);
});

test('what went over each connection is known, and not lost when a visitor leaves', async () => {
  const host = startHost();
  const socket = await online(host);
  const { visitor } = await join(host, socket, 'session-1');
  await get(visitor, '/');
  await get(visitor, '/again');
  const { visitorStats, traffic } = host.controls();
  const [stats, ...others] = visitorStats();
  expect(others).toEqual([]);
  expect(stats).toMatchObject({
    connectionId: 'session-1',
    route: 'memory',
    requests: 2,
    activeRequests: 0,
    roundTripMs: 0,
  });
  expect(stats?.sentBytes).toBeGreaterThan(2 * 'hello'.length);
  expect(stats?.receivedBytes).toBeGreaterThan(0);
  expect(traffic()).toEqual({
    requests: 2,
    sentBytes: stats?.sentBytes,
    receivedBytes: stats?.receivedBytes,
  });
  const before = traffic();
  visitor.close();
  await host.events.until('visitor-left');
  expect(visitorStats()).toEqual([]);
  expect(traffic().requests).toBe(2);
  expect(traffic().sentBytes).toBeGreaterThanOrEqual(before.sentBytes);
});

test('a paused host keeps its visitors and tells them so, and goes on where it was', async () => {
  const host = startHost();
  const socket = await online(host);
  const { visitor } = await join(host, socket, 'session-1');
  const { pause, resume, paused } = host.controls();
  pause();
  expect(await host.events.until('paused')).toEqual({ kind: 'paused', paused: true });
  expect(paused()).toBe(true);
  expect(await get(visitor, '/')).toEqual({ status: 503, text: 'This site is paused.\n' });
  // In the log, too: an author who wonders where the visitors are sees them here.
  expect(await host.events.until('request')).toMatchObject({ status: 503 });
  resume();
  expect(await host.events.until('paused')).toEqual({ kind: 'paused', paused: false });
  expect(await get(visitor, '/')).toEqual({ status: 200, text: 'hello' });
});
