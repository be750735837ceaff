import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { connectHost, http, startTestServer, writeFiles } from './test-server.ts';

const SCRIPT = 'console.log("studio");\n'.repeat(100);

async function startWithApp() {
  const server = await startTestServer();
  await writeFiles(server.folder, {
    'index.html': '<!doctype html><title>Studio</title>',
    'favicon.ico': 'icon',
    'assets/studio-abc123.js': SCRIPT,
    'assets/studio-abc123.js.br': brotliCompressSync(SCRIPT),
    'assets/style-abc123.css': 'body{}',
    'assets/data.wasm': 'wasm',
    '.secret': 'secret',
    'visitor/shell.html': '<!doctype html><title>Shell</title>',
  });
  return server;
}

describe('the app’s origin', () => {
  it.each([
    '/',
    '/?from=mail',
    '/server/garden',
    '/server/garden/',
    '/learn/',
    '/learn/hello-world',
  ])('answers %s with the studio, asked about anew each time', async (path) => {
    const { status, headers, body } = await http(await startWithApp(), path);
    expect(status).toBe(200);
    expect(body).toContain('Studio');
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('gives the studio a policy that lets it run its own scripts, frame sites and the sandbox only', async () => {
    const server = await startWithApp();
    const policy = (await http(server, '/')).headers['content-security-policy'];
    expect(policy).toContain("script-src 'self';");
    const frames = `http://*.localhost:${server.port} http://localhost:${server.port}/sandbox.html blob:`;
    expect(policy).toContain(`frame-src ${frames};`);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('serves the sandbox with its own policy, and not without', async () => {
    const server = await startWithApp();
    await writeFiles(server.folder, { 'sandbox.html': '<!doctype html><title>Sandbox</title>' });
    expect((await http(server, '/sandbox.html')).status).toBe(404);
    await writeFiles(server.folder, { 'sandbox.csp': "default-src 'none'; sandbox allow-scripts" });
    const { status, headers, body } = await http(server, '/sandbox.html');
    expect(status).toBe(200);
    expect(body).toContain('Sandbox');
    expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox allow-scripts");
    expect((await http(server, '/sandbox.csp')).status).toBe(404);
  });

  it.each([
    ['/assets/studio-abc123.js', /javascript/],
    ['/assets/style-abc123.css', /^text\/css/],
    ['/assets/data.wasm', /^application\/wasm/],
  ])('serves %s with its type, to be kept for ever', async (path, type) => {
    const { status, headers } = await http(await startWithApp(), path);
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(type);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it('sends the compressed file to whom understands it', async () => {
    const server = await startWithApp();
    const path = '/assets/studio-abc123.js';
    const small = await http(server, path, { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(small.headers['content-encoding']).toBe('br');
    expect(small.headers['content-type']).toMatch(/javascript/);
    expect(small.headers.vary).toBe('Accept-Encoding');
    expect(Number(small.headers['content-length'])).toBeLessThan(SCRIPT.length);
    const plain = await http(server, path);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body).toBe(SCRIPT);
  });

  it('answers 304 to whom has the file already', async () => {
    const server = await startWithApp();
    const { etag = '' } = (await http(server, '/')).headers;
    const again = await http(server, '/', { headers: { 'If-None-Match': etag } });
    expect([again.status, again.body]).toEqual([304, '']);
  });

  it('shows a rebuilt app at once and does not stumble over removed files', async () => {
    const server = await startWithApp();
    await http(server, '/assets/style-abc123.css');
    await rm(join(server.folder, 'assets/style-abc123.css'));
    await writeFiles(server.folder, { 'assets/style-def456.css': 'p{}' });
    expect((await http(server, '/assets/style-abc123.css')).status).toBe(404);
    expect((await http(server, '/assets/style-def456.css')).body).toBe('p{}');
  });

  it('sends whole files, whatever range is asked for', async () => {
    const server = await startWithApp();
    for (const range of ['bytes=0-3', 'bytes=9-2', 'bytes=x', 'bytes=-99999999']) {
      const answer = await http(server, '/favicon.ico', { headers: { Range: range } });
      expect([answer.status, answer.body]).toEqual([200, 'icon']);
    }
  });

  it.each([
    '/nothing',
    '/.secret',
    '/leases.json',
    '/../leases.json',
    '/assets/../../etc/passwd',
    '/%2e%2e/leases.json',
    '/assets/%00',
    '/assets/%zz',
    '/assets',
    '//etc/passwd',
    '/visitor/shell.html',
    '/%76isitor/shell.html',
    '/.peerserver/service-worker.js',
    '/server/garden/deep',
    '/learn/nothing',
    '/connect/',
  ])('answers %s with 404', async (path) => {
    const server = await startWithApp();
    const { status, headers } = await http(server, path);
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('answers somebody who opens such an address with a page that leads home', async () => {
    const server = await startWithApp();
    for (const headers of [{ 'Sec-Fetch-Dest': 'document' }, { Accept: 'text/html,*/*' }]) {
      const { status, headers: answered, body } = await http(server, '/whatever', { headers });
      expect(status).toBe(404);
      expect(answered['content-type']).toMatch(/^text\/html/);
      expect(body).toContain('<a href="/">');
      // Or browsers would ask for an icon, which the policy forbids.
      expect(body).toContain('<link rel="icon" href="data:,">');
      expect(answered['content-security-policy']).toContain('img-src data:');
    }
  });

  it('answers a HEAD without a body, and other methods with 405', async () => {
    const server = await startWithApp();
    expect(await http(server, '/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    const post = await http(server, '/', { method: 'POST' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('says what is missing when the app is not built', async () => {
    const { status, body } = await http(await startTestServer(), '/');
    expect(status).toBe(503);
    expect(body).toContain('Build it');
  });
});

describe('a pointer address', () => {
  it.each([
    ['/connect/garden', '/'],
    ['/connect/Garden/', '/'],
    ['/connect/garden?q=1', '/?q=1'],
    ['/connect/garden/a%20b/%2e%2e/c?x=%2F&y=/../z', '/a%20b/%2e%2e/c?x=%2F&y=/../z'],
    ['/connect/garden//evil.example/', '//evil.example/'],
    ['/connect/garden/%2f%2fevil.example', '/%2f%2fevil.example'],
    ['/connect/garden/\\evil.example', '/\\evil.example'],
    ['/connect/garden/@evil.example', '/@evil.example'],
  ])('%s leads to the site’s own origin, the rest to the letter', async (path, rest) => {
    const server = await startTestServer();
    const { status, headers } = await http(server, path);
    expect(status).toBe(302);
    expect(headers.location).toBe(`http://garden.localhost:${server.port}${rest}`);
    expect(new URL(headers.location ?? '').host).toBe(`garden.localhost:${server.port}`);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it.each([
    '/connect/www/',
    '/connect/-x',
    '/connect/xn--a/',
    '/connect/A%20b!/',
    '/connect/garden.evil.example/',
    '/connect/garden@evil.example/',
    '/connect/%3Cscript%3E/',
    '/server/www',
  ])('%s is answered with a page that says what is wrong', async (path) => {
    const { status, headers, body } = await http(await startTestServer(), path);
    expect(status).toBe(404);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(body).toContain('There is no such site');
    expect(body).not.toContain('script');
  });

  it('leaves no trace of path or query in the log', async () => {
    const server = await startWithApp();
    await http(server, '/connect/garden/private-path?private-query');
    await http(server, '/private-path?private-query', { host: 'garden.localhost' });
    expect(JSON.stringify(server.logs)).not.toContain('private');
  });
});

describe('the question whether a name is free', () => {
  it('is answered for free, taken and impossible names', async () => {
    const server = await startTestServer();
    await connectHost(server, 'garden');
    const ask = async (name: string) => {
      const { status, headers, body } = await http(server, `/.peerserver/names/${name}`);
      expect([status, headers['content-type']]).toEqual([200, 'application/json']);
      return JSON.parse(body);
    };
    expect(await ask('Meadow')).toEqual({ name: 'meadow', state: 'free' });
    const taken = await ask('garden');
    expect(taken).toMatchObject({ name: 'garden', state: 'taken', message: expect.any(String) });
    expect(await ask(taken.suggestion)).toEqual({ name: taken.suggestion, state: 'free' });
    for (const wish of ['A%20b!', 'www', '%zz', '', 'a'.repeat(64), 'a/b']) {
      const invalid = await ask(wish);
      expect(invalid).toMatchObject({ state: 'invalid', message: expect.any(String) });
      expect(await ask(invalid.suggestion)).toMatchObject({ state: 'free' });
    }
  });
});

describe('the server', () => {
  it('tells its deployment and version on every origin', async () => {
    const server = await startTestServer();
    for (const host of ['localhost', 'garden.localhost']) {
      const { body } = await http(server, '/.peerserver/config.json', { host });
      expect(JSON.parse(body)).toEqual({
        appOrigin: `http://localhost:${server.port}`,
        sitesDomain: `localhost:${server.port}`,
        version: manifest.version,
      });
    }
  });

  it('says that it is well, whatever it is called', async () => {
    const server = await startTestServer();
    expect((await http(server, '/.peerserver/health', { host: '10.0.0.7' })).status).toBe(200);
  });

  it('does not answer for hosts that are not its own', async () => {
    const server = await startWithApp();
    for (const host of ['evil.example', '127.0.0.1', 'localhost.evil.example']) {
      const { status, body } = await http(server, '/', { host });
      expect(status).toBe(421);
      expect(body).toContain(`http://localhost:${server.port}/`);
    }
    const { status } = await http(server, '/', { headers: { Host: 'evil.example/@localhost' } });
    expect(status).toBe(421);
  });

  it('refuses a request for a whole URL, and a plain one for its WebSocket', async () => {
    const server = await startWithApp();
    expect((await http(server, 'http://evil.example/')).status).toBe(400);
    expect((await http(server, '/.peerserver/signal')).status).toBe(426);
  });
});
