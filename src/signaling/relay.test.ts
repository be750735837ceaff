import { describe, expect, it } from 'vitest';
import {
  ANSWER,
  CANDIDATE,
  claim,
  connect,
  connectHost,
  connectVisitor,
  createIdentity,
  disconnectHost,
  OFFER,
  offer,
  startTestServer,
} from './test-server.ts';

async function introduced() {
  const server = await startTestServer();
  const identity = await createIdentity();
  const host = await connectHost(server, 'garden', identity);
  const { socket: visitor, site } = await connectVisitor(server, 'garden');
  return { server, identity, host, visitor, site };
}

describe('a visit', () => {
  it('relays offer, answer and candidates between the two of one session, to the letter', async () => {
    const { identity, host, visitor, site } = await introduced();
    expect(site).toEqual({ kind: 'site', hostKey: identity.publicKey, iceServers: [] });

    visitor.send({ kind: 'offer', ...OFFER });
    const relayed = await host.next();
    if (relayed.kind !== 'offer') throw new Error(relayed.kind);
    const { session } = relayed;
    expect(relayed).toEqual({ kind: 'offer', session, iceServers: [], ...OFFER });
    host.send({ kind: 'candidate', session, candidate: CANDIDATE });
    host.send({ kind: 'answer', session, ...ANSWER });
    expect(await visitor.next()).toEqual({
      kind: 'candidate',
      session: null,
      candidate: CANDIDATE,
    });
    expect(await visitor.next()).toEqual({ kind: 'answer', ...ANSWER });
    visitor.send({ kind: 'candidate', session: null, candidate: CANDIDATE });
    expect(await host.next()).toEqual({ kind: 'candidate', session, candidate: CANDIDATE });
  });

  it('relays that the host declines', async () => {
    const { host, visitor } = await introduced();
    const session = await offer(visitor, host);
    const reason = { code: 'stream-refused', message: 'Full.' };
    host.send({ kind: 'decline', session, ...reason });
    expect(await visitor.next()).toEqual({ kind: 'declined', ...reason });
  });

  it('tells an unknown name from one whose host is asleep', async () => {
    const server = await startTestServer();
    const host = await connectHost(server, 'garden');
    await disconnectHost(server, host);
    const visitor = await connect(server);
    visitor.send({ kind: 'visit', name: 'garden' });
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'asleep' });
    visitor.send({ kind: 'visit', name: 'meadow' });
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'unknown' });
    visitor.send({ kind: 'visit', name: 'no name!' });
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'unknown' });
  });

  it('tells a waiting visitor when the host vanishes, and lets it ask again', async () => {
    const { server, identity, host, visitor } = await introduced();
    await offer(visitor, host);
    host.webSocket.terminate();
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'asleep' });

    await connectHost(server, 'garden', identity);
    visitor.send({ kind: 'visit', name: 'garden' });
    expect((await visitor.next()).kind).toBe('site');
  });

  it('ends with the visitor’s socket', async () => {
    const { server, host, visitor } = await introduced();
    const session = await offer(visitor, host);
    expect(server.stats().sessions).toBe(1);
    visitor.close();
    await visitor.ended;
    // What is still on its way to the visitor is dropped; the host hears of the next visitor only.
    host.send({ kind: 'candidate', session, candidate: CANDIDATE });
    host.send({ kind: 'answer', session, ...ANSWER });
    host.send({ kind: 'decline', session, code: 'cannot-connect', message: 'No way found.' });
    const { socket: other } = await connectVisitor(server, 'garden');
    expect(await offer(other, host)).not.toBe(session);
    expect(server.stats().sessions).toBe(1);
  });

  it('goes on with its candidates when the host comes back on another socket', async () => {
    const { server, identity, host, visitor } = await introduced();
    const session = await offer(visitor, host);
    host.send({ kind: 'answer', session, ...ANSWER });
    expect((await visitor.next()).kind).toBe('answer');
    await disconnectHost(server, host);
    const again = await connectHost(server, 'garden', identity);
    visitor.send({ kind: 'candidate', session: null, candidate: CANDIDATE });
    expect(await again.next()).toEqual({ kind: 'candidate', session, candidate: CANDIDATE });
  });

  it('ends when the host gives its name back', async () => {
    const { server, host, visitor } = await introduced();
    const session = await offer(visitor, host);
    host.send({ kind: 'answer', session, ...ANSWER });
    expect((await visitor.next()).kind).toBe('answer');
    host.send({ kind: 'release' });
    await server.logged('A host went offline.');
    const stranger = await connectHost(server, 'garden');
    stranger.send({ kind: 'answer', session, ...ANSWER });
    visitor.send({ kind: 'candidate', session: null, candidate: CANDIDATE });
    expect(await visitor.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    visitor.send({ kind: 'visit', name: 'garden' });
    expect((await visitor.next()).kind).toBe('site');
    // The stranger was sent nothing of the session that was not its own.
    await offer(visitor, stranger);
  });
});

describe('a message out of place', () => {
  it('of a visitor is answered with an error and changes nothing', async () => {
    const { host, visitor } = await introduced();
    for (const message of [
      { kind: 'visit', name: 'garden' },
      { kind: 'claim', name: 'meadow', key: 'k', signature: 's' },
      { kind: 'release' },
      { kind: 'answer', session: 's', ...ANSWER },
      { kind: 'decline', session: 's', code: 'c', message: 'm' },
      { kind: 'candidate', session: null, candidate: CANDIDATE },
    ] as const) {
      visitor.send(message);
      expect(await visitor.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    }
    await offer(visitor, host);
    visitor.send({ kind: 'offer', ...OFFER });
    expect(await visitor.next()).toMatchObject({ kind: 'error', code: 'not-now' });
  });

  it('of a host is answered with an error and changes nothing', async () => {
    const { host, visitor } = await introduced();
    for (const message of [
      { kind: 'visit', name: 'garden' },
      { kind: 'claim', name: 'meadow', key: 'k', signature: 's' },
      { kind: 'offer', ...OFFER },
    ] as const) {
      host.send(message);
      expect(await host.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    }
    visitor.send({ kind: 'offer', ...OFFER });
    expect((await host.next()).kind).toBe('offer');
  });

  it('before any role is answered with an error', async () => {
    const socket = await connect(await startTestServer());
    for (const message of [
      { kind: 'release' },
      { kind: 'offer', ...OFFER },
      { kind: 'answer', session: 's', ...ANSWER },
      { kind: 'candidate', session: null, candidate: CANDIDATE },
    ] as const) {
      socket.send(message);
      expect(await socket.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    }
  });

  it.each([
    ['not JSON', 'hello', 'malformed'],
    ['no object', '[]', 'malformed'],
    ['of unknown kind', '{"kind":"takeover"}', 'unknown-kind'],
    ['without its fields', '{"kind":"visit"}', 'malformed'],
    ['binary', Buffer.from('{"kind":"visit","name":"garden"}'), 'malformed'],
  ])('that is %s is answered with an error, and the socket goes on', async (_, data, code) => {
    const { server } = await introduced();
    const socket = await connect(server);
    socket.webSocket.send(data);
    expect(await socket.next()).toMatchObject({ kind: 'error', code });
    socket.send({ kind: 'visit', name: 'garden' });
    expect((await socket.next()).kind).toBe('site');
  });

  it('of 1 MB closes its own socket with a clear code and no other', async () => {
    const { server, host, visitor } = await introduced();
    const socket = await connect(server);
    socket.webSocket.send('x'.repeat(1024 * 1024));
    expect((await socket.ended).code).toBe(1009);
    await expect(socket.next()).rejects.toThrow('too large');
    visitor.send({ kind: 'offer', ...OFFER });
    expect((await host.next()).kind).toBe('offer');
  });
});

describe('a host', () => {
  it('may not speak to a session that is another host’s, or that was never there', async () => {
    const { server, visitor, host } = await introduced();
    const own = await offer(visitor, host);
    const stranger = await connectHost(server, 'meadow');
    for (const session of [own, 'nothing']) {
      stranger.send({ kind: 'answer', session, ...ANSWER });
      stranger.send({ kind: 'candidate', session, candidate: CANDIDATE });
      stranger.send({ kind: 'decline', session, code: 'c', message: 'm' });
    }
    // The answer to this comes after the server has dealt with all of those.
    stranger.send({ kind: 'visit', name: 'garden' });
    expect(await stranger.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    const candidate = { ...CANDIDATE, sdpMid: 'own' };
    host.send({ kind: 'candidate', session: own, candidate });
    expect(await visitor.next()).toEqual({ kind: 'candidate', session: null, candidate });
    // Nor did it count as an answer: the visitor still waits and is told when its host goes.
    await disconnectHost(server, host);
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'asleep' });
  });

  it('that was replaced cannot speak for the name any more', async () => {
    const { server, identity, host, visitor } = await introduced();
    const newer = await connect(server);
    expect((await claim(newer, 'garden', identity)).kind).toBe('claimed');
    expect(await host.next()).toEqual({ kind: 'replaced' });
    expect((await host.ended).code).toBe(1000);
    // Its goodbye must not take the newer one away.
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'asleep' });
    visitor.send({ kind: 'visit', name: 'garden' });
    expect((await visitor.next()).kind).toBe('site');
    visitor.send({ kind: 'offer', ...OFFER });
    expect((await newer.next()).kind).toBe('offer');
  });
});
