import { expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { PeerServerError } from '../protocol/errors.ts';
import { generateKeyPair, identityFromKeyPair } from '../protocol/identity.ts';
import { openConnection } from '../protocol/visitor-connection.ts';
import { CLAIM_TIMEOUT_MS } from './claim-name.ts';
import { get, identity, join, offerOf, online, startHost } from './testing/started-host.ts';
import { NEGOTIATION_TIMEOUT_MS } from './visitor-connections.ts';

test('a host claims its name with its key and is online', async () => {
  const host = startHost();
  const claim = await host.signaling.grant(await host.signaling.nextSocket());
  expect(claim).toMatchObject({ name: 'garden', key: identity.publicKey });
  await host.events.until('signaling', ({ state }) => state === 'online');
  host.abort.abort();
  expect(await host.done).toBeUndefined();
  expect(host.events.all.map((event) => event.kind === 'signaling' && event.state)).toEqual([
    'connecting',
    'online',
    'offline',
  ]);
});

test('a visitor is let in, answered, logged and seen off', async () => {
  const host = startHost();
  const socket = await online(host);
  const { visitor, pair, joined } = await join(host, socket, 'session-1');
  expect(joined.visitor).toMatchObject({
    connectionId: 'session-1',
    key: pair.visitorIdentity.publicKey,
    route: 'memory',
  });
  expect(await get(visitor, '/page?x=1')).toEqual({ status: 200, text: 'hello' });
  expect(await host.events.until('request')).toMatchObject({
    connectionId: 'session-1',
    method: 'GET',
    target: '/page?x=1',
    status: 200,
    bytes: 5,
  });
  visitor.close();
  expect(await host.events.until('visitor-left')).toMatchObject({ connectionId: 'session-1' });
});

test.each([
  'name-taken',
  'name-invalid',
  'bad-proof',
  'too-many-names',
] as const)('a claim refused with %s ends the serving with the server’s words', async (code) => {
  const host = startHost();
  const socket = await host.signaling.nextSocket();
  await host.signaling.readClaim(socket);
  socket.send({ kind: 'refused', code, message: 'Choose another name.' });
  expect(await host.done).toMatchObject({
    code: 'name-refused',
    message: 'Choose another name.',
  });
  expect(host.signaling.opened).toBe(1);
});

test('a host that was replaced by another with its key does not fight back', async () => {
  const host = startHost();
  (await online(host)).send({ kind: 'replaced' });
  expect(await host.done).toMatchObject({ code: 'name-refused' });
});

test('pauses between attempts grow from one second to thirty', async () => {
  const host = startHost();
  host.signaling.reachable = false;
  const pauses: (number | undefined)[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const offline = await host.events.until('signaling', ({ state }) => state === 'offline');
    if (offline.state !== 'offline') continue;
    expect(offline.error?.code).toBe('signaling-failed');
    pauses.push(offline.retryInMs);
    host.clock.advance(offline.retryInMs ?? 0);
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('a server that drops us at once does not get us back every second', async () => {
  const host = startHost();
  const pauses: (number | undefined)[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    (await online(host)).close();
    const offline = await host.events.until('signaling', ({ state }) => state === 'offline');
    if (offline.state !== 'offline') continue;
    pauses.push(offline.retryInMs);
    host.clock.advance(offline.retryInMs ?? 0);
  }
  const socket = await online(host);
  host.clock.advance(60_000);
  socket.close();
  const offline = await host.events.until('signaling', ({ state }) => state === 'offline');
  expect(pauses).toEqual([1000, 2000, 4000]);
  expect(offline).toMatchObject({ retryInMs: 1000 });
});

test('a server that never answers is given up after a while', async () => {
  const host = startHost();
  await host.signaling.readClaim(await host.signaling.nextSocket());
  host.clock.advance(CLAIM_TIMEOUT_MS);
  const offline = await host.events.until('signaling', ({ state }) => state === 'offline');
  expect(offline).toMatchObject({ retryInMs: 1000, error: { code: 'signaling-failed' } });
});

test('when the network changes, a waiting host tries again at once and a connected one anew', async () => {
  let changed = () => {};
  const host = startHost({
    onNetworkChange: (listener) => {
      changed = listener;
      return () => {};
    },
  });
  const first = await online(host);
  changed();
  // The clock stands still: there is no pause.
  const second = await online(host);
  expect(first.open).toBe(false);
  second.close();
  await host.events.until('signaling', ({ state }) => state === 'offline');
  changed();
  await online(host);
  expect(host.signaling.opened).toBe(3);
});

test('a change of the network is no failure, and those before it count no more', async () => {
  let changed = () => {};
  const host = startHost({
    onNetworkChange: (listener) => {
      changed = listener;
      return () => {};
    },
  });
  host.signaling.reachable = false;
  const offline = async () => {
    const event = await host.events.until('signaling', ({ state }) => state === 'offline');
    return event.state === 'offline' ? event.retryInMs : undefined;
  };
  for (const expected of [1000, 2000, 4000]) {
    expect(await offline()).toBe(expected);
    if (expected < 4000) host.clock.advance(expected);
  }
  host.signaling.reachable = true;
  changed();
  await online(host);
  host.signaling.reachable = false;
  changed();
  expect(await offline()).toBe(1000);
  host.clock.advance(1000);
  expect(await offline()).toBe(2000);
});

test('visitors stay connected while the signaling server is away', async () => {
  const host = startHost();
  const first = await online(host);
  const { visitor } = await join(host, first, 'session-1');
  first.close();
  await host.events.until('signaling', ({ state }) => state === 'offline');
  expect(await get(visitor, '/still-there')).toMatchObject({ status: 200 });
  host.clock.advance(1000);
  const second = await online(host);
  expect(await get(visitor, '/and-after')).toMatchObject({ status: 200 });
  await join(host, second, 'session-2');
});

test('candidates reach the right visitor’s negotiation, in order, and unknown sessions none', async () => {
  const host = startHost();
  const socket = await online(host);
  socket.send(offerOf('waiting'));
  const candidate = (name: string) => ({ candidate: name, sdpMid: '0', sdpMLineIndex: 0 });
  socket.send({ kind: 'candidate', session: 'waiting', candidate: candidate('one') });
  socket.send({ kind: 'candidate', session: 'unknown', candidate: candidate('stray') });
  socket.send({ kind: 'candidate', session: null, candidate: candidate('stray') });
  socket.send({ kind: 'candidate', session: 'waiting', candidate: candidate('two') });
  const deadline = new AbortController();
  const names: string[] = [];
  while (host.offered.length === 0) await Promise.resolve();
  for await (const next of host.offered[0]?.channel.candidates(deadline.signal) ?? []) {
    names.push(next.candidate);
    if (names.length === 2) deadline.abort();
  }
  expect(names).toEqual(['one', 'two']);
});

test('what the link sends goes to the visitor’s session', async () => {
  const host = startHost();
  const socket = await online(host);
  socket.send(offerOf('session-7'));
  while (host.offered.length === 0) await Promise.resolve();
  const fields = { sdp: 'v=0', hostKey: 'k', hostNonce: 'n', version: 1, proof: 'p' };
  host.offered[0]?.channel.sendAnswer(fields);
  expect(await socket.next()).toEqual({ kind: 'answer', session: 'session-7', ...fields });
});

test('a visitor too many is declined, and the next is welcome once there is room', async () => {
  const host = startHost({ maxVisitors: 1 });
  const socket = await online(host);
  const { visitor } = await join(host, socket, 'first');
  socket.send(offerOf('second'));
  expect(await socket.next()).toMatchObject({ kind: 'decline', session: 'second' });
  expect(await host.events.until('visitor-failed')).toMatchObject({
    connectionId: 'second',
    error: { code: 'stream-refused' },
  });
  visitor.close();
  await host.events.until('visitor-left');
  await join(host, socket, 'third');
});

test('a visitor to whom no way is found gives its place back after a while', async () => {
  const host = startHost({ maxVisitors: 1 });
  const socket = await online(host);
  socket.send(offerOf('lost'));
  while (host.offered.length === 0) await Promise.resolve();
  host.clock.advance(NEGOTIATION_TIMEOUT_MS);
  expect(await host.events.until('visitor-failed')).toMatchObject({
    error: { code: 'cannot-connect' },
  });
  expect(await socket.next()).toMatchObject({ kind: 'decline', session: 'lost' });
  await join(host, socket, 'next');
});

test('a visitor with another’s key never gets in', async () => {
  const host = startHost();
  const socket = await online(host);
  const pair = await createMemoryTransports();
  host.links.set('liar', pair);
  socket.send(offerOf('liar'));
  const stranger = await identityFromKeyPair(await generateKeyPair());
  const visitor = await openConnection(pair.visitor, { identity: stranger });
  expect(await visitor.closed).toBeInstanceOf(PeerServerError);
  const failed = await host.events.until('visitor-failed');
  expect(failed.error.code).toBe('identity-mismatch');
  expect(host.events.all.some(({ kind }) => kind === 'visitor-joined')).toBe(false);
});

test('a second offer in a session changes nothing for the visitor who is there', async () => {
  const host = startHost();
  const socket = await online(host);
  const { visitor } = await join(host, socket, 'session-1');
  socket.send(offerOf('session-1'));
  // Once this next visitor is in, the host has read the offer before it.
  await join(host, socket, 'session-2');
  expect(host.offered).toHaveLength(2);
  expect(await get(visitor, '/')).toMatchObject({ status: 200 });
  expect(socket.unread).toEqual([]);
});

test('at the end all visitors are told, and the name is given back if nobody keeps the key', async () => {
  const host = startHost({ releaseName: true });
  const socket = await online(host);
  const { visitor } = await join(host, socket, 'one');
  host.abort.abort();
  expect(await host.done).toBeUndefined();
  expect(await socket.next()).toEqual({ kind: 'release' });
  expect(socket.open).toBe(false);
  await visitor.closed;
});

test('a kept name is not given back', async () => {
  const host = startHost();
  const socket = await online(host);
  host.abort.abort();
  await host.done;
  expect(socket.unread).toEqual([]);
});
