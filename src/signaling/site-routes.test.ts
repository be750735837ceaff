import { describe, expect, it } from 'vitest';
import { http, startTestServer, writeFiles } from './test-server.ts';

const host = 'garden.localhost';
const navigation = { 'Sec-Fetch-Dest': 'document', Accept: 'text/html' };

async function startWithShell() {
  const server = await startTestServer();
  await writeFiles(server.folder, {
    'index.html': '<!doctype html><title>Studio</title>',
    'assets/studio.js': 'studio',
    'visitor/shell.html': '<!doctype html><title>Shell</title>',
    'visitor/shell.csp': "default-src 'none';\n  script-src 'sha256-abc'\n",
    'visitor/preview.html': '<!doctype html><html><head></head>Preview</html>',
    'visitor/preview.csp': "default-src 'none'\n",
    'visitor/service-worker.js': 'self',
    'visitor/shell.js': 'shell',
  });
  return server;
}

describe('a site’s origin', () => {
  it.each([
    '/',
    '/a/deep/link?q=1',
    '/photo.jpg',
    '/assets/studio.js',
    '/%zz',
    '/../x',
    '/server/x',
  ])('answers a navigation to %s with the shell and its policy, kept by nobody', async (path) => {
    const server = await startWithShell();
    const { status, headers, body } = await http(server, path, { host, headers: navigation });
    expect(status).toBe(200);
    expect(body).toContain('Shell');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-security-policy']).toBe("default-src 'none'; script-src 'sha256-abc'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['a frame', { 'Sec-Fetch-Dest': 'iframe' }],
    ['a browser that does not say what for', { Accept: 'text/html,*/*;q=0.8' }],
  ])('answers %s with the shell', async (_, headers) => {
    const server = await startWithShell();
    expect((await http(server, '/', { host, headers })).body).toContain('Shell');
  });

  it.each([
    ['/photo.jpg', { 'Sec-Fetch-Dest': 'image', Accept: 'image/*' }],
    ['/app.js', { 'Sec-Fetch-Dest': 'script', Accept: '*/*' }],
    ['/', { 'Sec-Fetch-Dest': 'empty', Accept: 'text/html' }],
    ['/', { 'Sec-Fetch-Dest': 'serviceworker' }],
    ['/assets/studio.js', { Accept: '*/*' }],
    ['/index.html', { Accept: '*/*' }],
    ['/favicon.ico', {}],
  ])('fails %s as the service worker would when it is asked for as %j', async (path, headers) => {
    const answer = await http(await startWithShell(), path, { host, headers });
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({
      'peerserver-error': 'cannot-connect',
      'cache-control': 'no-store',
      'content-type': 'text/plain; charset=utf-8',
    });
    expect(answer.body).toContain('did not reach the site');
  });

  it('fails a write of a page’s, too', async () => {
    const answer = await http(await startWithShell(), '/order', {
      host,
      method: 'POST',
      headers: { 'Sec-Fetch-Dest': 'empty', Accept: '*/*' },
    });
    expect([answer.status, answer.headers['peerserver-error']]).toEqual([503, 'cannot-connect']);
  });

  it('cuts an event source off, which would take any answer for the last', async () => {
    const headers = { 'Sec-Fetch-Dest': 'empty', Accept: 'text/event-stream' };
    const answer = http(await startWithShell(), '/events', { host, headers });
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('answers a HEAD of a document without a body', async () => {
    const answer = await http(await startWithShell(), '/', {
      host,
      method: 'HEAD',
      headers: navigation,
    });
    expect(answer).toMatchObject({ status: 200, body: '' });
  });

  it('explains why a form that was sent too early was not delivered', async () => {
    const answer = await http(await startWithShell(), '/order', {
      host,
      method: 'POST',
      headers: navigation,
    });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect(answer.body).toContain('not delivered');
  });

  it('serves the service worker for the whole origin, asked about anew each time', async () => {
    const server = await startWithShell();
    const path = '/.peerserver/service-worker.js';
    const { status, headers, body } = await http(server, path, { host });
    expect([status, body]).toEqual([200, 'self']);
    expect(headers['content-type']).toMatch(/javascript/);
    expect(headers['service-worker-allowed']).toBe('/');
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('serves the visitor’s other files, and nothing that is outside its folder', async () => {
    const server = await startWithShell();
    const get = (path: string) => http(server, path, { host, headers: navigation });
    expect((await get('/.peerserver/shell.js')).body).toBe('shell');
    expect((await get('/.peerserver/shell.js')).headers['service-worker-allowed']).toBeUndefined();
    const shell = await get('/.peerserver/shell.html');
    expect(shell.headers['content-security-policy']).toContain("'sha256-abc'");
    for (const path of [
      '/.peerserver/',
      '/.peerserver/nothing.js',
      '/.peerserver/shell.csp',
      '/.peerserver/../index.html',
      '/.peerserver/%2e%2e/index.html',
      '/.peerserver/..%2findex.html',
      '/.peerserver//index.html',
      '/.peerserver/names/garden',
    ]) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    }
    const post = await http(server, '/.peerserver/shell.js', { host, method: 'POST' });
    expect(post.status).toBe(405);
  });

  it('is the same for every valid name, claimed or not, and there is none for others', async () => {
    const server = await startWithShell();
    const get = (name: string) => http(server, '/', { host: name, headers: navigation });
    expect((await get('never-claimed.localhost')).status).toBe(200);
    for (const name of ['www.localhost', 'a.b.localhost', '-x.localhost', 'ab--c.localhost']) {
      const answer = await get(name);
      expect(answer.status).toBe(404);
      expect(answer.body).toContain('There is no such site');
    }
  });

  it('says what is missing when the shell is not built', async () => {
    const server = await startTestServer();
    const answer = await http(server, '/', { host, headers: navigation });
    expect(answer.status).toBe(503);
  });
});

describe('the preview of a site', () => {
  it('may be framed by the studio only, and is told who that is', async () => {
    const server = await startWithShell();
    const answer = await http(server, '/.peerserver/preview?to=%2F', { host, headers: navigation });
    expect(answer.status).toBe(200);
    const policy = answer.headers['content-security-policy'];
    expect(policy).toBe(`default-src 'none'; frame-ancestors ${server.appOrigin}`);
    expect(answer.body).toContain(`<meta name="peerserver-app" content="${server.appOrigin}" />`);
  });

  it('is not given out without that', async () => {
    const server = await startWithShell();
    for (const path of ['/.peerserver/preview.html', '/.peerserver/preview.csp']) {
      expect((await http(server, path, { host })).status).toBe(404);
    }
  });
});
