/** `peerserver connect`: programs that know nothing of PeerServer use a site over a local port. */
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startInstance } from './instance/instance.ts';
import { MemoryWatch } from './instance/memory-watch.ts';
import { hostFolder } from './instance/node-hosts.ts';
import { connectLocally, curl, hostProgram, startCurl } from './instance/program-processes.ts';
import { until } from './instance/until.ts';

const MIB = 1024 * 1024;
const LARGE_BYTES = 300_000_000;
/** How far above its baseline the host's process may get, bytes. */
const ROOM = 64 * MIB;

/** Without the last one, curl shows a table of its progress whatever it was told before. */
const PARALLEL = [
  '--parallel',
  '--parallel-immediate',
  '--parallel-max',
  '100',
  '--no-progress-meter',
];

const instance = await startInstance({ whenDone: afterAll });
const folder = await mkdtemp(join(tmpdir(), 'peerserver-large-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const largeFile = join(folder, 'large.bin');
const largeHash = await makeLargeFile(largeFile, LARGE_BYTES);

/** Bytes that nothing can compress and that are the same each time. @returns their SHA-256 */
async function makeLargeFile(path: string, bytes: number): Promise<string> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  const hash = createHash('sha256');
  async function* pieces() {
    for (let made = 0; made < bytes; ) {
      const piece = cipher.update(Buffer.alloc(Math.min(MIB, bytes - made)));
      hash.update(piece);
      made += piece.length;
      yield piece;
    }
  }
  await pipeline(pieces, createWriteStream(path));
  return hash.digest('hex');
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

it('carries a download of 300 MB, whole and in a resumed rest, and the host stays small', {
  timeout: 240_000,
}, async () => {
  const identityFile = join(folder, 'garden.key');
  const host = await hostFolder(instance, { name: 'large', folder, identityFile });
  const local = await connectLocally(host.address);
  // One request first: what a process loads when it is first used is no part of what a transfer takes.
  expect((await curl('-I', `${local.origin}/large.bin`)).code).toBe(0);
  const memory = await MemoryWatch.start(host.pid);
  const whole = join(folder, 'whole.bin');
  const { stdout } = await curl('-o', whole, '-w', '%{http_code}', `${local.origin}/large.bin`);
  expect(stdout).toBe('200');
  expect(await hashOfFile(whole)).toBe(largeHash);
  await rm(whole);

  const part = join(folder, 'part.bin');
  const cut = startCurl('--limit-rate', '30M', '-o', part, `${local.origin}/large.bin`);
  await until('a good part to be there', async () => (await sizeOf(part)) > 20 * MIB);
  const growth = await memory.stop();
  await host.stop();
  // 18: the transfer was cut short. It must never look like a whole one.
  expect((await cut.finished).code).toBe(18);
  const partBytes = await sizeOf(part);
  expect(partBytes).toBeLessThan(LARGE_BYTES);

  const again = await hostFolder(instance, { name: 'large', folder, identityFile });
  expect(again.address).toBe(host.address);
  const rest = await curl('-C', '-', '-o', part, '-w', '%{http_code}', `${local.origin}/large.bin`);
  expect(rest).toMatchObject({ code: 0, stdout: '206' });
  expect(await hashOfFile(part)).toBe(largeHash);
  expect(growth).toBeLessThan(ROOM);
});

/** Of messages in their order, text told from bytes. */
function digestOf(messages: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const message of messages) {
    hash.update(`${typeof message} ${message.length}:`).update(message);
  }
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

const entry = 'e2e/fixtures/program-site.ts';
const program = await hostProgram(instance, { name: 'program', entry, whenDone: afterAll });
const { origin } = await connectLocally(instance.shareUrl('program'), { whenDone: afterAll });
const hostPid = program.pid;

describe('a site with a handler of its own', () => {
  /** Curl's answer as text; fails when the transfer did. */
  async function ask(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await curl(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  }

  it.each([
    { how: 'with its length', args: [] },
    { how: 'in chunks of unknown number', args: ['-H', 'Transfer-Encoding: chunked'] },
  ])('carries an upload of 300 MB $how, and the host stays small', async ({ args }) => {
    await ask(`${origin}/request`);
    const memory = await MemoryWatch.start(hostPid);
    const answer = await ask('-X', 'PUT', '-T', largeFile, ...args, `${origin}/hash`);
    const growth = await memory.stop();
    expect(JSON.parse(answer)).toEqual({ bytes: LARGE_BYTES, sha256: largeHash });
    expect(growth).toBeLessThan(ROOM);
  });

  it('carries 100 requests at the same time', async () => {
    const memory = await MemoryWatch.start(hostPid);
    const urls = Array.from({ length: 100 }, () => `${origin}/together`);
    const answer = await ask(...PARALLEL, ...urls);
    expect(answer).toBe('together\n'.repeat(100));
    expect(await memory.stop()).toBeLessThan(ROOM);
  });

  it('passes method, target, fields and body as the client sent them', async () => {
    const answer = JSON.parse(
      await ask(
        ...['-X', 'PATCH', '-d', 'a=1', '-A', 'a client', '-H', 'X-Twice: 1', '-H', 'X-Twice: 2'],
        ...['-H', 'Connection: X-Hop', '-H', 'X-Hop: secret', '-H', 'Accept: text/css'],
        `${origin}/request?q=%20a`,
      ),
    );
    expect(answer).toEqual({
      method: 'PATCH',
      target: '/request?q=%20a',
      headers: [
        ['host', new URL(instance.siteUrl('program')).host],
        ['user-agent', 'a client'],
        ['x-twice', '1'],
        ['x-twice', '2'],
        ['accept', 'text/css'],
        ['content-length', '3'],
        ['content-type', 'application/x-www-form-urlencoded'],
      ],
      body: 'a=1',
    });
  });

  it('sends what comes piece by piece on as it comes', async () => {
    const listening = startCurl('-N', `${origin}/events`);
    // The stream has no end, so what is seen has come before it.
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      await until(event.trim(), async () => listening.output().includes(event));
    }
    listening.kill();
    await listening.finished;
  });

  it("keeps no cookies itself: the client's own jar does", async () => {
    const jar = join(folder, 'cookies.txt');
    await ask('-c', jar, `${origin}/cookies/set`);
    expect(await readFile(jar, 'utf8')).toContain('#HttpOnly_localhost');
    const withJar = JSON.parse(await ask('-b', jar, `${origin}/request`));
    expect(withJar.headers).toContainEqual(['cookie', expect.stringContaining('flavour=plain')]);
    expect(withJar.headers).toContainEqual(['cookie', expect.stringContaining('secret=1')]);
    const without = JSON.parse(await ask(`${origin}/request`));
    expect(without.headers.map(([name]: [string]) => name)).not.toContain('cookie');
  });

  it.each([
    '/half',
    '/half-of-known-length',
  ])('lets no client take the half of %s for the whole', async (path) => {
    expect((await curl('-o', '/dev/null', `${origin}${path}`)).code).toBe(18);
    // 56 is a reset: in HTTP/1.0 an orderly end of the connection can be the end of the body.
    expect((await curl('--http1.0', '-o', '/dev/null', `${origin}${path}`)).code).toBe(56);
  });

  it('says in plain words that the host failed', async () => {
    const answer = await ask('-i', `${origin}/fail`);
    expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    expect(answer).toContain('\r\npeerserver-error: host-failed\r\n');
    expect(answer).toMatch(/\r\n\r\nThe handler failed\.\n$/);
  });

  it.each([
    '/nothing',
    '/unchanged',
  ])('ends %s without a body, and the connection serves on', async (path) => {
    const answer = await ask('-i', `${origin}${path}`, `${origin}/request`);
    expect(answer).toContain('"method":"GET"');
    expect(answer).not.toMatch(/chunked/i);
  });

  it('moves a redirect to the site itself to the local address, and no other', async () => {
    expect(JSON.parse(await ask('-L', `${origin}/absolute`)).target).toBe('/request?from=absolute');
    expect(await ask('-i', `${origin}/elsewhere`)).toContain('location: http://example.com/\r\n');
  });

  it('tells the handler when the client gives up', async () => {
    const before = JSON.parse(await ask(`${origin}/seen`)).cancelled;
    const running = startCurl('-N', `${origin}/forever`);
    await until('some of it', async () => running.output().length > 0);
    running.kill();
    await running.finished;
    await until('the handler to be told', async () => {
      return JSON.parse(await ask(`${origin}/seen`)).cancelled === before + 1;
    });
  });

  it('takes no more of an upload than the handler reads', async () => {
    const memory = await MemoryWatch.start(hostPid);
    // Curl tells how much it has sent when it is stopped by its own time limit.
    const { code, stdout } = await curl(
      ...['-X', 'PUT', '-T', largeFile, '--max-time', '5', '-w', '%{size_upload}'],
      `${origin}/slow-reader`,
    );
    expect(code).toBe(28);
    // Windows and sockets fill up; the rest stays where it is.
    expect(Number(stdout)).toBeLessThan(40 * MIB);
    expect(await memory.stop()).toBeLessThan(ROOM);
  });

  it('spares the client an upload that the host refuses at once', async () => {
    const args = ['-X', 'PUT', '-T', largeFile, '-H', 'Expect: 100-continue'];
    const answer = await ask('-i', ...args, `${origin}/refuse`);
    expect(answer).toContain('HTTP/1.1 413 ');
    expect(answer).toContain('Too large, unseen.');
  });

  describe('WebSocket', () => {
    /** Opens one, or tells why not. */
    async function openSocket(path: string, protocols: string[] = []): Promise<WebSocket> {
      const socket = new WebSocket(origin.replace('http', 'ws') + path, protocols);
      await once(socket, 'open');
      return socket;
    }

    it('echoes 10,000 messages in order, and the host stays small', async () => {
      const memory = await MemoryWatch.start(hostPid);
      const socket = await openSocket('/echo');
      const sent = Array.from({ length: 10_000 }, (_, index) =>
        index % 2 === 0 ? `message ${index}` : Buffer.alloc(1 + (index % 2000), index),
      );
      const received: (string | Buffer)[] = [];
      const all = new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer, isBinary) => {
          received.push(isBinary ? data : data.toString());
          if (received.length === sent.length) resolve();
        });
      });
      for (const message of sent) socket.send(message);
      await all;
      expect(digestOf(received)).toBe(digestOf(sent));
      const closed = once(socket, 'close');
      socket.close(1000, 'enough');
      expect((await closed)[0]).toBe(1000);
      expect(await memory.stop()).toBeLessThan(ROOM);
      expect(JSON.parse(await ask(`${origin}/seen`)).closes.at(-1)).toBe('1000 enough');
    });

    it('agrees on a subprotocol, and passes close codes and reasons both ways', async () => {
      const socket = await openSocket('/echo', ['a', 'b']);
      expect(socket.protocol).toBe('b');
      const closed = once(socket, 'close');
      socket.send('close 4321 with words');
      const [code, reason] = await closed;
      expect([code, String(reason)]).toEqual([4321, 'with words']);

      const second = await openSocket('/echo');
      second.close(3001, 'own words');
      await once(second, 'close');
      await until('the host to be told', async () =>
        (await ask(`${origin}/seen`)).includes('3001 own words'),
      );
      const third = await openSocket('/echo');
      third.terminate();
      await until('the host to be told', async () =>
        (await ask(`${origin}/seen`)).includes('1006'),
      );
    });

    it("passes a refusal's status, fields and body", async () => {
      const socket = new WebSocket(`${origin.replace('http', 'ws')}/no-socket`);
      const [, response] = await once(socket, 'unexpected-response');
      expect(response).toMatchObject({ statusCode: 418, headers: { 'x-why': 'no' } });
      response.setEncoding('utf8');
      expect((await response.toArray()).join('')).toBe('No sockets here.'.repeat(10_000));
    });

    it('takes no more from the client than the host reads, and the other way round', async () => {
      const memory = await MemoryWatch.start(hostPid);
      const deaf = await openSocket('/deaf');
      for (let count = 0; count < 200; count += 1) deaf.send(Buffer.alloc(MIB));
      const flood = await openSocket('/flood');
      flood.pause();
      // Until both have come to a stop.
      let before: string;
      let after = 'nothing yet';
      do {
        before = after;
        await pause(500);
        after = `${deaf.bufferedAmount} ${JSON.parse(await ask(`${origin}/seen`)).flooded}`;
      } while (after !== before);
      const [unsent, flooded] = after.split(' ').map(Number);
      expect(unsent).toBeGreaterThan(150 * MIB);
      expect(flooded).toBeLessThan(50 * MIB);
      expect(await memory.stop()).toBeLessThan(ROOM);
      deaf.terminate();
      flood.terminate();
    });
  });

  it('serves programs that would rather speak another protocol', async () => {
    expect(await ask('--http2', '-d', 'a=1', `${origin}/request`)).toContain('"body":"a=1"');
  });

  it('refuses requests under names that a web page could have pointed here', async () => {
    const answer = await ask('-i', '-H', 'Host: evil.example', `${origin}/request`);
    expect(answer).toContain('HTTP/1.1 403 ');
    expect(answer).not.toContain('"method"');
    expect(await ask('-i', '-X', 'TRACE', `${origin}/request`)).toContain('HTTP/1.1 405 ');
  });
});

it('ends with 0 when it is interrupted, with a goodbye to WebSockets and no warning', async () => {
  await hostProgram(instance, { name: 'interrupted', entry });
  const local = await connectLocally(instance.shareUrl('interrupted'));
  const running = Array.from({ length: 20 }, () => startCurl('-N', `${local.origin}/forever`));
  for (const one of running) await until('some of it', async () => one.output().length > 0);
  const socket = new WebSocket(`${local.origin.replace('http', 'ws')}/echo`);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  expect(await local.stop()).toBe(0);
  expect((await closed)[0]).toBe(1001);
  for (const one of running) expect((await one.finished).code).toBe(18);
  // Nothing but a line for each request.
  for (const line of local.log().trimEnd().split('\n')) {
    expect(line).toMatch(/^\d\d:\d\d:\d\d {2}GET \/(forever|echo) {2}/);
  }
});
