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
    expect(site.hostKey).toBe(identity.publicKey);

    visitor.send({ kind: 'offer', ...OFFER });
    expect(await host.next()).toEqual({
      kind: 'offer',
      session: site.session,
      resumed: false,
      iceServers: [],
      ...OFFER,
    });
    host.send({ kind: 'candidate', session: site.session, candidate: CANDIDATE });
    host.send({ kind: 'answer', session: site.session, ...ANSWER });
    expect(await visitor.next()).toEqual({
      kind: 'candidate',
      session: null,
      candidate: CANDIDATE,
    });
    expect(await visitor.next()).toEqual({ kind: 'answer', ...ANSWER });
    visitor.send({ kind: 'candidate', session: null, candidate: CANDIDATE });
    expect(await host.next()).toEqual({
      kind: 'candidate',
      session: site.session,
      candidate: CANDIDATE,
    });
  });

  it('relays that the host declines', async () => {
    const { host, visitor, site } = await introduced();
    visitor.send({ kind: 'offer', ...OFFER });
    await host.next();
    const reason = { code: 'stream-refused', message: 'Full.' };
    host.send({ kind: 'decline', session: site.session, ...reason });
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
    visitor.send({ kind: 'offer', ...OFFER });
    await host.next();
    host.webSocket.terminate();
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'asleep' });

    await connectHost(server, 'garden', identity);
    visitor.send({ kind: 'visit', name: 'garden' });
    expect((await visitor.next()).kind).toBe('site');
  });

  it('tells a visitor that offers to a host that has left since', async () => {
    const { server, host, visitor, site } = await introduced();
    visitor.send({ kind: 'offer', ...OFFER });
    await host.next();
    host.send({ kind: 'answer', session: site.session, ...ANSWER });
    expect((await visitor.next()).kind).toBe('answer');
    await disconnectHost(server, host);
    visitor.send({ kind: 'offer', ...OFFER });
    expect(await visitor.next()).toEqual({ kind: 'absent', reason: 'asleep' });
  });
});

describe('coming back to a session', () => {
  it('keeps the session, and the host learns that it knows it', async () => {
    const { server, identity, host, visitor, site } = await introduced();
    visitor.send({ kind: 'offer', ...OFFER });
    await host.next();
    visitor.close();
    await visitor.ended;

    const again = await connect(server);
    again.send({ kind: 'resume', session: site.session, token: site.token });
    expect(await again.next()).toEqual({
      kind: 'site',
      session: site.session,
      token: site.token,
      hostKey: identity.publicKey,
      iceServers: [],
    });
    again.send({ kind: 'offer', ...OFFER });
    expect(await host.next()).toMatchObject({ session: site.session, resumed: true });
  });

  it('needs the token of that session', async () => {
    const { server, visitor, site } = await introduced();
    const { site: other } = await connectVisitor(server, 'garden');
    const thief = await connect(server);
    for (const token of [other.token, '', `${site.token.slice(0, -1)}é`]) {
      thief.send({ kind: 'resume', session: site.session, token });
      expect(await thief.next()).toMatchObject({ kind: 'error', code: 'unknown-session' });
    }
    // The rightful visitor has noticed nothing.
    visitor.send({ kind: 'candidate', session: null, candidate: CANDIDATE });
    expect(await visitor.next()).toMatchObject({ kind: 'error', code: 'not-now' });
  });

  it('takes the session over from a socket that the server still believes open', async () => {
    const { server, host, visitor, site } = await introduced();
    const again = await connect(server);
    again.send({ kind: 'resume', session: site.session, token: site.token });
    expect((await again.next()).kind).toBe('site');
    expect((await visitor.ended).code).toBe(1000);
    again.send({ kind: 'offer', ...OFFER });
    expect(await host.next()).toMatchObject({ kind: 'offer', session: site.session });
  });

  it('says that the host is asleep and keeps the session for when it wakes', async () => {
    const { server, identity, host, visitor, site } = await introduced();
    visitor.close();
    await visitor.ended;
    await disconnectHost(server, host);
    const again = await connect(server);
    again.send({ kind: 'resume', session: site.session, token: site.token });
    expect(await again.next()).toEqual({ kind: 'absent', reason: 'asleep' });
    await connectHost(server, 'garden', identity);
    again.send({ kind: 'resume', session: site.session, token: site.token });
    expect(await again.next()).toMatchObject({ kind: 'site', session: site.session });
  });

  it('ends when the name is given back', async () => {
    const { server, host, visitor, site } = await introduced();
    visitor.close();
    await visitor.ended;
    host.send({ kind: 'release' });
    host.send({ kind: 'release' });
    expect(await host.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    await connectHost(server, 'garden');
    const again = await connect(server);
    again.send({ kind: 'resume', session: site.session, token: site.token });
    expect(await again.next()).toMatchObject({ kind: 'error', code: 'unknown-session' });
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
    visitor.send({ kind: 'offer', ...OFFER });
    expect((await host.next()).kind).toBe('offer');
  });

  it('of a host is answered with an error and changes nothing', async () => {
    const { host, visitor } = await introduced();
    for (const message of [
      { kind: 'visit', name: 'garden' },
      { kind: 'claim', name: 'meadow', key: 'k', signature: 's' },
      { kind: 'resume', session: 's', token: 't' },
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
  it('may not answer a session that is another host’s, or that was never there', async () => {
    const { server, visitor, host, site } = await introduced();
    visitor.send({ kind: 'offer', ...OFFER });
    await host.next();
    const stranger = await connectHost(server, 'meadow');
    for (const session of [site.session, 'nothing']) {
      stranger.send({ kind: 'answer', session, ...ANSWER });
      expect(await stranger.next()).toMatchObject({ kind: 'error', code: 'unknown-session' });
      stranger.send({ kind: 'candidate', session, candidate: CANDIDATE });
      expect(await stranger.next()).toMatchObject({ kind: 'error', code: 'unknown-session' });
      stranger.send({ kind: 'decline', session, code: 'c', message: 'm' });
      expect(await stranger.next()).toMatchObject({ kind: 'error', code: 'unknown-session' });
    }
    host.send({ kind: 'answer', session: site.session, ...ANSWER });
    expect(await visitor.next()).toEqual({ kind: 'answer', ...ANSWER });
  });

  it('may answer a visitor that has just hung up', async () => {
    const { server, host, visitor, site } = await introduced();
    visitor.send({ kind: 'offer', ...OFFER });
    await host.next();
    visitor.close();
    await visitor.ended;
    host.send({ kind: 'answer', session: site.session, ...ANSWER });
    const { socket: other, site: second } = await connectVisitor(server, 'garden');
    other.send({ kind: 'offer', ...OFFER });
    // The next thing that it hears is the next offer, not an error.
    expect(await host.next()).toMatchObject({ kind: 'offer', session: second.session });
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
