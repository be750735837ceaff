import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSignalingServer } from './server.ts';
import {
  ANSWER,
  connect,
  connectHost,
  connectVisitor,
  http,
  keepingLogger,
  OFFER,
  startTestServer,
  temporaryFolder,
} from './test-server.ts';

describe('startSignalingServer', () => {
  it('answers on IPv4 and, where there is any, on IPv6, when the host is localhost', async () => {
    const server = await startTestServer({ host: 'localhost' });
    expect((await http(server, '/.peerserver/health')).status).toBe(200);
    const answer = await fetch(`http://[::1]:${server.port}/.peerserver/health`).catch(
      (error: Error & { cause?: { code?: string } }) => error.cause?.code,
    );
    // Without IPv6 there is no such address; a refused connection would mean that nobody listened.
    expect(typeof answer === 'string' ? answer : answer?.status).toBeOneOf([
      200,
      'EADDRNOTAVAIL',
      'EAFNOSUPPORT',
      'ENETUNREACH',
    ]);
  });

  it('says how to choose another port when this one is taken', async () => {
    const first = await startTestServer();
    await expect(startTestServer({ port: first.port })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(new RegExp(`Port ${first.port} is in use.*--port`)),
    });
  });

  it('does not share a port with somebody on the other loopback address', async () => {
    const other = createServer();
    other.listen(0, '::1');
    // An error means that this machine has no IPv6, so that nobody can be in the way there.
    const isThere = await once(other, 'listening').then(
      () => true,
      () => false,
    );
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = isThere && typeof address === 'object' ? (address?.port ?? 0) : 0;
    const starting = startTestServer({ host: 'localhost', port });
    if (isThere) await expect(starting).rejects.toMatchObject({ code: 'bad-input' });
    else await starting;
  });

  it.each([
    [{ publicUrl: 'peer.example' }, 'public address'],
    [{ publicUrl: 'https://peer.example', sitesDomain: 'https://x' }, 'sites domain'],
    [{ host: '127.0.0.2' }, '--public-url'],
    [{ iceServers: Array.from({ length: 17 }, () => ({ urls: ['stun:s'] })) }, 'ICE servers'],
  ])('refuses %j with a clear message', async (options, message) => {
    await expect(startTestServer(options)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message),
    });
  });

  it('does not start when it is cancelled before', async () => {
    await expect(startTestServer({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('cannot start with leases that it may not read', async () => {
    const folder = await temporaryFolder();
    await expect(startTestServer({ leasesFile: folder })).rejects.toMatchObject({
      code: 'storage-failed',
    });
  });

  it('runs with the real clock too', async () => {
    const folder = await temporaryFolder();
    const { logger } = keepingLogger();
    const server = await startSignalingServer({
      port: 0,
      host: 'localhost',
      assetsDir: folder,
      leasesFile: join(folder, 'leases.json'),
      iceServers: [],
      logger,
      signal: new AbortController().signal,
    });
    expect((await fetch(`${server.appOrigin}/.peerserver/health`)).status).toBe(200);
    await server.close();
  });
});

describe('closing', () => {
  it('says goodbye to everybody, writes the leases and frees the port', async () => {
    const server = await startTestServer();
    const host = await connectHost(server, 'garden');
    const { socket: visitor } = await connectVisitor(server, 'garden');
    const idle = await connect(server);
    await Promise.all([server.close(), server.close()]);
    for (const socket of [host, visitor, idle]) expect((await socket.ended).code).toBe(1001);
    const written = JSON.parse(await readFile(join(server.folder, 'leases.json'), 'utf8'));
    expect(written.leases).toMatchObject([{ name: 'garden' }]);
    await startTestServer({ port: server.port });
  });

  it('is caused by the signal as well', async () => {
    const controller = new AbortController();
    const server = await startTestServer({ signal: controller.signal });
    const host = await connectHost(server, 'garden');
    controller.abort();
    expect((await host.ended).code).toBe(1001);
    await server.close();
  });

  it('does not wait for a peer that does not answer the goodbye', async () => {
    const server = await startTestServer();
    const stuck = await connectHost(server, 'garden');
    stuck.webSocket.pause();
    const closing = server.close();
    server.clock.advance(1000);
    await closing;
  });
});

describe('the counters', () => {
  it('count each message of a handshake to the byte', async () => {
    const server = await startTestServer();
    const host = await connectHost(server, 'garden');
    const { socket: visitor } = await connectVisitor(server, 'garden');
    const before = server.stats();
    const offer = JSON.stringify({ kind: 'offer', ...OFFER });
    visitor.webSocket.send(offer);
    const relayed = await host.next();
    if (relayed.kind !== 'offer') throw new Error(relayed.kind);
    const answer = JSON.stringify({ kind: 'answer', session: relayed.session, ...ANSWER });
    host.webSocket.send(answer);
    const arrived = await visitor.next();
    const after = server.stats();
    expect(after.signal.messagesIn - before.signal.messagesIn).toBe(2);
    expect(after.signal.messagesOut - before.signal.messagesOut).toBe(2);
    expect(after.signal.bytesIn - before.signal.bytesIn).toBe(offer.length + answer.length);
    expect(after.signal.bytesOut - before.signal.bytesOut).toBe(
      JSON.stringify(relayed).length + JSON.stringify(arrived).length,
    );
    expect(after).toMatchObject({ sockets: 2, hosts: 1, sessions: 1 });
  });

  it('count every byte on the network, of open connections and of closed ones', async () => {
    const server = await startTestServer();
    const before = server.stats().network;
    const { body } = await http(server, '/.peerserver/config.json');
    const afterHttp = server.stats().network;
    expect(afterHttp.bytesIn - before.bytesIn).toBeGreaterThan(40);
    expect(afterHttp.bytesOut - before.bytesOut).toBeGreaterThan(body.length);
    const socket = await connect(server);
    const open = server.stats().network;
    expect(open.bytesOut).toBeGreaterThan(afterHttp.bytesOut + 100);
    socket.close();
    await server.close();
    expect(server.stats().network.bytesOut).toBeGreaterThanOrEqual(open.bytesOut);
  });
});
