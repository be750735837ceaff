import { describe, expect, it } from 'vitest';
import {
  CANDIDATE,
  claim,
  connect,
  connectHost,
  connectVisitor,
  createIdentity,
  http,
  OFFER,
  openSocket,
  refusalOf,
  startTestServer,
} from './test-server.ts';

/** That the limit hit its cause alone: a host and a visitor still find each other. */
async function expectServerGoesOn(server: Awaited<ReturnType<typeof startTestServer>>) {
  const host = await connectHost(server, 'bystander');
  const { socket } = await connectVisitor(server, 'bystander');
  socket.send({ kind: 'offer', ...OFFER });
  expect((await host.next()).kind).toBe('offer');
}

describe('a limit', () => {
  it('of messages a second closes the socket that floods, and no other', async () => {
    const server = await startTestServer({ limits: { messagesPerSecond: 20 } });
    const bystander = await connect(server);
    const socket = await connect(server);
    for (let i = 0; i < 2000; i += 1) socket.webSocket.send('{"kind":"release"}');
    expect((await socket.ended).code).toBe(1008);
    for (let i = 0; i < 20; i += 1) {
      expect(await socket.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    }
    expect(await socket.next()).toMatchObject({ kind: 'error', code: 'too-many' });
    bystander.send({ kind: 'release' });
    expect(await bystander.next()).toMatchObject({ code: 'not-now' });
    await expectServerGoesOn(server);
  });

  it('of claims a minute holds for an address, whatever the sockets', async () => {
    const server = await startTestServer({ limits: { claimsPerMinute: 3 } });
    const identity = await createIdentity();
    for (const name of ['one', 'two', 'three']) await connectHost(server, name, identity);
    const socket = await connect(server);
    expect(await claim(socket, 'four', identity)).toMatchObject({ code: 'too-many' });
    expect((await socket.ended).code).toBe(1008);
    expect(server.stats().hosts).toBe(3);
  });

  it('of visits a minute counts those that fail, too', async () => {
    const server = await startTestServer({ limits: { visitsPerMinute: 3 } });
    const socket = await connect(server);
    for (let i = 0; i < 3; i += 1) {
      socket.send({ kind: 'visit', name: 'garden' });
      expect((await socket.next()).kind).toBe('absent');
    }
    socket.send({ kind: 'visit', name: 'garden' });
    expect(await socket.next()).toMatchObject({ code: 'too-many' });
    expect((await socket.ended).code).toBe(1008);
  });

  it('of sockets from one address is answered with 429, and freed by those who leave', async () => {
    const server = await startTestServer({ limits: { socketsPerAddress: 2 } });
    const [first] = [await connectHost(server, 'garden'), await connect(server)];
    expect((await refusalOf(openSocket(server))).status).toBe(429);
    first.close();
    await server.logged('A host went offline.');
    await connect(server);
  });

  it('of sockets per address counts each client behind a trusted proxy by itself', async () => {
    const server = await startTestServer({ limits: { socketsPerAddress: 1 }, trustProxy: true });
    const from = (address: string) => ({ headers: { 'X-Forwarded-For': `6.6.6.6, ${address}` } });
    await connect(server, from('192.0.2.1'));
    await connect(server, from('192.0.2.2'));
    expect((await refusalOf(openSocket(server, from('192.0.2.2')))).status).toBe(429);
  });

  it('of sockets per address is not evaded by a header that nobody vouches for', async () => {
    const server = await startTestServer({ limits: { socketsPerAddress: 1 } });
    await connect(server, { headers: { 'X-Forwarded-For': '192.0.2.1' } });
    const other = openSocket(server, { headers: { 'X-Forwarded-For': '192.0.2.2' } });
    expect((await refusalOf(other)).status).toBe(429);
  });

  it('of sockets in all is answered with 503', async () => {
    const server = await startTestServer({ limits: { sockets: 1 } });
    await connect(server);
    expect((await refusalOf(openSocket(server))).status).toBe(503);
  });

  it('of connections drops what comes beyond it', async () => {
    const server = await startTestServer({ limits: { connections: 2 } });
    const [first] = [await connectHost(server, 'garden'), await connect(server)];
    await expect(http(server, '/.peerserver/health')).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|EPIPE/),
    });
    first.close();
    await server.logged('A host went offline.');
    expect((await http(server, '/.peerserver/health')).status).toBe(200);
  });

  it('of names per key refuses one more, until one is given back', async () => {
    const server = await startTestServer({ limits: { namesPerKey: 2 } });
    const identity = await createIdentity();
    const first = await connectHost(server, 'one', identity);
    await connectHost(server, 'two', identity);
    const socket = await connect(server);
    expect(await claim(socket, 'three', identity)).toMatchObject({
      kind: 'refused',
      code: 'too-many-names',
    });
    first.send({ kind: 'release' });
    await server.logged('A host went offline.');
    expect((await claim(socket, 'three', identity)).kind).toBe('claimed');
  });

  it('of leases in all refuses new names and keeps the old', async () => {
    const server = await startTestServer({ limits: { leases: 1 } });
    const identity = await createIdentity();
    await connectHost(server, 'garden', identity);
    const socket = await connect(server);
    expect(await claim(socket, 'meadow', await createIdentity())).toMatchObject({
      kind: 'refused',
      code: 'too-many-names',
    });
    await connectHost(server, 'garden', identity);
  });

  it('of visitors waiting for one host turns away those beyond it', async () => {
    const server = await startTestServer({ limits: { waitingPerHost: 2 } });
    await connectHost(server, 'garden');
    await connectVisitor(server, 'garden');
    await connectVisitor(server, 'garden');
    const third = await connect(server);
    third.send({ kind: 'visit', name: 'garden' });
    expect(await third.next()).toMatchObject({ kind: 'error', code: 'too-many' });
    await expectServerGoesOn(server);
  });

  it('of name look-ups a minute is answered with 429', async () => {
    const server = await startTestServer({ limits: { nameChecksPerMinute: 2 } });
    const look = () => http(server, '/.peerserver/names/garden');
    expect([(await look()).status, (await look()).status]).toEqual([200, 200]);
    expect((await look()).status).toBe(429);
    expect((await http(server, '/.peerserver/health')).status).toBe(200);
  });

  it('of queued bytes cuts off a host that does not read what it is sent', async () => {
    const server = await startTestServer({
      limits: { queuedBytes: 64 * 1024, messagesPerSecond: 100_000 },
    });
    const host = await connectHost(server, 'garden');
    const { socket } = await connectVisitor(server, 'garden');
    host.webSocket.pause();
    // Loopback itself takes some megabytes; the visitor sends until it is told that the host has gone.
    socket.send({ kind: 'offer', ...OFFER });
    const candidate = { ...CANDIDATE, candidate: 'x'.repeat(2000) };
    const text = JSON.stringify({ kind: 'candidate', candidate });
    const told = socket.next();
    let isTold = false;
    void told.then(() => {
      isTold = true;
    });
    while (!isTold) {
      await new Promise<void>((resolve, reject) => {
        socket.webSocket.send(text, (error) => (error ? reject(error) : resolve()));
      });
    }
    expect(await told).toEqual({ kind: 'absent', reason: 'asleep' });
    await server.logged('A peer that does not read was cut off.');
    await expectServerGoesOn(server);
  });

  it('of silence closes whoever holds no name, and spares hosts', async () => {
    const server = await startTestServer({ limits: { heartbeatMs: 1000, idleMs: 1000 } });
    const host = await connectHost(server, 'garden');
    const { socket } = await connectVisitor(server, 'garden');
    const nobody = await connect(server);
    server.clock.advance(1000);
    expect((await socket.ended).code).toBe(1000);
    expect((await nobody.ended).code).toBe(1000);
    expect(host.webSocket.readyState).toBe(host.webSocket.OPEN);
  });

  it('of patience with heartbeats finds a dead host, and only that one', async () => {
    const server = await startTestServer();
    const dead = await connect(server, { autoPong: false });
    expect((await claim(dead, 'garden', await createIdentity())).kind).toBe('claimed');
    const alive = await connectHost(server, 'meadow');
    const pinged = Promise.all(
      [dead, alive].map(
        ({ webSocket }) => new Promise((resolve) => webSocket.once('ping', resolve)),
      ),
    );
    server.clock.advance(30_000);
    await pinged;
    // Its answer to this comes behind its pong.
    alive.send({ kind: 'visit', name: 'x' });
    await alive.next();
    server.clock.advance(30_000);
    await server.logged('A host went offline.');
    expect(server.stats().hosts).toBe(1);
    expect(alive.webSocket.readyState).toBe(alive.webSocket.OPEN);
  });
});
