import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSiteName } from '../address/site-name.ts';
import { claimBytes } from '../protocol/identity.ts';
import {
  claim,
  connect,
  connectHost,
  createIdentity,
  disconnectHost,
  startTestServer,
  writeFiles,
} from './test-server.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('a claim', () => {
  it('is granted for a free name, with the ICE servers', async () => {
    const iceServers = [{ urls: ['stun:stun.example'] }];
    const server = await startTestServer({ iceServers });
    const socket = await connect(server);
    const answer = await claim(socket, 'Garden', await createIdentity());
    expect(answer).toEqual({ kind: 'claimed', name: 'garden', iceServers });
    expect(server.stats().hosts).toBe(1);
  });

  it.each([
    'A b!',
    '-x',
    'xn--a',
    'a'.repeat(64),
    'www',
    '',
  ])('of %j is refused with a message and a valid name instead', async (name) => {
    const socket = await connect(await startTestServer());
    const answer = await claim(socket, name, await createIdentity());
    if (answer.kind !== 'refused') throw new Error(answer.kind);
    expect(answer.code).toBe('name-invalid');
    expect(answer.message).not.toBe('');
    expect(parseSiteName(answer.suggestion ?? '').ok).toBe(true);
  });

  it('of a name that another key holds is refused with one that is free', async () => {
    const server = await startTestServer();
    const host = await connectHost(server, 'garden');
    const other = await connect(server);
    const identity = await createIdentity();
    const answer = await claim(other, 'garden', identity);
    if (answer.kind !== 'refused') throw new Error(answer.kind);
    expect(answer.code).toBe('name-taken');
    // The same socket may go on with the suggestion.
    expect(await claim(other, answer.suggestion ?? '', identity)).toMatchObject({
      kind: 'claimed',
      name: answer.suggestion,
    });
    expect(host.webSocket.readyState).toBe(host.webSocket.OPEN);
  });

  it('stays refused while the holder is away, and is granted to the holder at once', async () => {
    const server = await startTestServer();
    const identity = await createIdentity();
    const host = await connectHost(server, 'garden', identity);
    await disconnectHost(server, host);
    const other = await connect(server);
    expect(await claim(other, 'garden', await createIdentity())).toMatchObject({
      kind: 'refused',
      code: 'name-taken',
    });
    await connectHost(server, 'garden', identity);
  });

  it('with somebody else’s signature is refused', async () => {
    const server = await startTestServer();
    const [holder, thief] = await Promise.all([createIdentity(), createIdentity()]);
    const host = await connectHost(server, 'garden', holder);
    const socket = await connect(server);
    const signature = await thief.sign(claimBytes('garden', socket.challenge, socket.server));
    socket.send({ kind: 'claim', name: 'garden', key: holder.publicKey, signature });
    expect(await socket.next()).toMatchObject({ kind: 'refused', code: 'bad-proof' });
    expect(host.webSocket.readyState).toBe(host.webSocket.OPEN);
  });

  it('with a signature over another name, another challenge or another server is refused', async () => {
    const server = await startTestServer();
    const identity = await createIdentity();
    const [socket, other] = await Promise.all([connect(server), connect(server)]);
    const { challenge, server: here } = socket;
    for (const bytes of [
      claimBytes('meadow', challenge, here),
      claimBytes('garden', other.challenge, here),
      // A server in the middle got these for the challenge that it had passed on.
      claimBytes('garden', challenge, 'evil.example'),
      claimBytes('garden', challenge, 'localhost'),
      claimBytes('garden', challenge, ''),
    ]) {
      const signature = await identity.sign(bytes);
      socket.send({ kind: 'claim', name: 'garden', key: identity.publicKey, signature });
      expect(await socket.next()).toMatchObject({ kind: 'refused', code: 'bad-proof' });
    }
  });

  it.each(['', 'AAAA', '!!', 'A'.repeat(87)])('with the key %j is refused', async (key) => {
    const socket = await connect(await startTestServer());
    const signed = claimBytes('garden', socket.challenge, socket.server);
    const signature = await (await createIdentity()).sign(signed);
    socket.send({ kind: 'claim', name: 'garden', key, signature });
    expect(await socket.next()).toMatchObject({ kind: 'refused', code: 'bad-proof' });
  });
});

describe('the server that a claim names', () => {
  it('is the public address when a proxy stands in front, without the default port', async () => {
    const server = await startTestServer({ publicUrl: 'https://Peer.example:443' });
    const identity = await createIdentity();
    const socket = await connect(server, { headers: { Host: 'peer.example' } });
    const signature = await identity.sign(claimBytes('garden', socket.challenge, 'peer.example'));
    socket.send({ kind: 'claim', name: 'garden', key: identity.publicKey, signature });
    expect((await socket.next()).kind).toBe('claimed');
  });
});

describe('a name that was given back', () => {
  it('can be claimed by anybody', async () => {
    const server = await startTestServer();
    const host = await connectHost(server, 'garden');
    host.send({ kind: 'release' });
    // Released at once: the same socket may claim again, and its answer comes after the release was done.
    expect((await claim(host, 'meadow', await createIdentity())).kind).toBe('claimed');
    await connectHost(server, 'garden');
  });
});

describe('leases', () => {
  it('survive a restart of the server', async () => {
    const first = await startTestServer();
    const identity = await createIdentity();
    await connectHost(first, 'garden', identity);
    await first.close();

    const second = await startTestServer({ leasesFile: join(first.folder, 'leases.json') });
    const other = await connect(second);
    expect(await claim(other, 'garden', await createIdentity())).toMatchObject({
      code: 'name-taken',
    });
    await connectHost(second, 'garden', identity);
  });

  it('are written a moment after a change, many changes at once', async () => {
    const server = await startTestServer();
    await connectHost(server, 'garden');
    await connectHost(server, 'meadow');
    const path = join(server.folder, 'leases.json');
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await server.close();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      format: 1,
      leases: [{ name: 'garden' }, { name: 'meadow' }],
    });
  });

  it('end 30 days after the host was last seen', async () => {
    const server = await startTestServer({ limits: { heartbeatMs: 365 * DAY } });
    const host = await connectHost(server, 'garden');
    await disconnectHost(server, host);
    server.clock.advance(30 * DAY);
    const other = await connect(server);
    const identity = await createIdentity();
    expect(await claim(other, 'garden', identity)).toMatchObject({ code: 'name-taken' });
    server.clock.advance(1);
    expect(await claim(other, 'garden', identity)).toMatchObject({ kind: 'claimed' });
  });

  it('that are damaged are put aside, and the server starts', async () => {
    const first = await startTestServer();
    await writeFiles(first.folder, { 'leases.json': '{"format":1,"leases":[{"na' });
    const second = await startTestServer({ leasesFile: join(first.folder, 'leases.json') });
    const line = second.logs.find((entry) => entry.level === 'error');
    expect(line?.text).toContain('damaged');
    const keptAs = `leases.json.damaged-${second.clock.now()}`;
    expect(await readFile(join(first.folder, keptAs), 'utf8')).toBe('{"format":1,"leases":[{"na');
    await connectHost(second, 'garden');
  });
});
