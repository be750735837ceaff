import { describe, expect, it } from 'vitest';
import {
  claim,
  connect,
  connectHost,
  connectVisitor,
  createIdentity,
  openSocket,
  refusalOf,
  startTestServer,
} from './test-server.ts';

describe('a WebSocket', () => {
  it('from the app’s own pages may claim and visit', async () => {
    const server = await startTestServer();
    const socket = await connect(server, { origin: server.appOrigin });
    expect((await claim(socket, 'garden', await createIdentity())).kind).toBe('claimed');
    await connectVisitor(server, 'garden', { origin: server.appOrigin });
  });

  it('from a site’s own pages may visit that site only', async () => {
    const server = await startTestServer();
    await connectHost(server, 'garden');
    await connectHost(server, 'meadow');
    const choice = {
      host: 'garden.localhost',
      origin: `http://garden.localhost:${server.port}`,
    };
    const socket = await connect(server, choice);
    socket.send({ kind: 'visit', name: 'meadow' });
    expect(await socket.next()).toMatchObject({ kind: 'error', code: 'not-now' });
    expect(await claim(socket, 'garden', await createIdentity())).toMatchObject({
      kind: 'error',
      code: 'not-now',
    });
    socket.send({ kind: 'visit', name: 'garden' });
    expect((await socket.next()).kind).toBe('site');
  });

  it('without an Origin is a program’s and may do everything', async () => {
    const server = await startTestServer();
    const socket = await connect(server, { host: 'garden.localhost' });
    expect((await claim(socket, 'garden', await createIdentity())).kind).toBe('claimed');
  });

  it.each([
    ['localhost', 'https://evil.example'],
    ['localhost', 'null'],
    ['localhost', 'http://localhost'],
    ['localhost', 'https://localhost:PORT'],
    ['localhost', 'http://garden.localhost:PORT'],
    ['garden.localhost', 'http://localhost:PORT'],
    ['garden.localhost', 'http://meadow.localhost:PORT'],
    ['garden.localhost', 'http://garden.localhost:PORT.evil.example'],
  ])('to %s from the foreign origin %s is refused with 403', async (host, origin) => {
    const server = await startTestServer();
    const written = origin.replace('PORT', String(server.port));
    expect((await refusalOf(openSocket(server, { host, origin: written }))).status).toBe(403);
    expect(server.stats().sockets).toBe(0);
  });

  it.each([
    'evil.example',
    'www.localhost',
    'a.garden.localhost',
    'user@localhost',
    '127.0.0.1',
  ])('to the host %s is refused with 421', async (host) => {
    const server = await startTestServer();
    expect((await refusalOf(openSocket(server, { host }))).status).toBe(421);
  });

  it('anywhere else than at its path is refused with 404', async () => {
    const server = await startTestServer();
    for (const path of ['/', '/signal', '/.peerserver/signal/x', '/.peerserver/names/x']) {
      expect((await refusalOf(openSocket(server, { path }))).status).toBe(404);
    }
  });

  it('is judged by the public address when a proxy stands in front', async () => {
    const server = await startTestServer({
      publicUrl: 'https://peer.example',
      sitesDomain: 'sites.example',
    });
    // The proxy passes the Host that it was asked for, here with the port that is the default anyway.
    const headers = { Host: 'garden.sites.example:443' };
    await connect(server, { headers, origin: 'https://garden.sites.example' });
    const wrong = openSocket(server, { headers, origin: 'http://garden.sites.example' });
    expect((await refusalOf(wrong)).status).toBe(403);
  });
});
