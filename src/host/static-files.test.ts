import { expect, test } from 'vitest';
import { PeerServerError } from '../protocol/errors.ts';
import type { RequestHandler } from '../protocol/http-message.ts';
import { OpfsSiteStore } from './browser/opfs-site-store.ts';
import { MemoryDisk } from './browser/testing/memory-disk.ts';
import { siteHandler } from './dispatch.ts';
import { startPage } from './static-files.ts';
import { ask } from './testing/request.ts';

/** Half a second past a full second, since headers carry seconds. */
const SAVED_AT = Date.UTC(2030, 0, 1, 12, 0, 0, 500);
const SAVED_AT_HTTP = 'Tue, 01 Jan 2030 12:00:00 GMT';

async function site(files: Record<string, string>): Promise<RequestHandler> {
  return siteHandler((await storeWith(files)).liveFiles);
}

async function storeWith(files: Record<string, string>): Promise<OpfsSiteStore> {
  const store = await OpfsSiteStore.open(new MemoryDisk().root(), { now: () => SAVED_AT });
  const list = Object.entries(files).map(([path, content]) => ({ path, content }));
  await store.writeMany(list, { publish: true });
  return store;
}

const PLAIN = {
  'index.html': '<h1>home</h1>',
  'style.css': 'body {}',
  'docs/index.html': 'docs',
  'docs/a b#?%.txt': 'odd name',
  '🦦.txt': 'otter',
  'a:b/index.html': 'colon',
  LICENSE: 'words',
  'digits.txt': '0123456789',
};

test('a file is answered with its type, length, tag and date', async () => {
  const answer = await ask(await site(PLAIN), '/style.css?v=3');
  expect(answer.status).toBe(200);
  expect(answer.text).toBe('body {}');
  expect(answer.headers).toEqual({
    'content-type': 'text/css; charset=utf-8',
    'content-length': '7',
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
    'last-modified': SAVED_AT_HTTP,
  });
});

test.each([
  ['a.html', 'text/html; charset=utf-8'],
  ['a.js', 'text/javascript; charset=utf-8'],
  ['a.mjs', 'text/javascript; charset=utf-8'],
  ['a.json', 'application/json; charset=utf-8'],
  ['a.svg', 'image/svg+xml; charset=utf-8'],
  ['a.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['a.wasm', 'application/wasm'],
  ['a.PNG', 'image/png'],
  ['a.woff2', 'font/woff2'],
  ['a.mp4', 'video/mp4'],
  ['html', 'application/octet-stream'],
  ['example.com/html', 'application/octet-stream'],
])('the type of %s is %s', async (path, type) => {
  const answer = await ask(await site({ [path]: 'x' }), `/${path}`);
  expect(answer.headers['content-type']).toBe(type);
});

test('a directory is answered with its index.html', async () => {
  const handler = await site(PLAIN);
  expect((await ask(handler, '/')).text).toBe('<h1>home</h1>');
  expect((await ask(handler, '/?q')).text).toBe('<h1>home</h1>');
  expect((await ask(handler, '/docs/')).text).toBe('docs');
});

test('a directory without a slash is redirected to the one with it, with its query', async () => {
  const handler = await site(PLAIN);
  const moved = await ask(handler, '/docs?a=b');
  expect(moved.status).toBe(301);
  expect(moved.headers.location).toBe('./docs/?a=b');
  expect(moved.headers['cache-control']).toBe('no-cache');
  const { location = '' } = (await ask(handler, '/a%3Ab')).headers;
  expect(new URL(location, 'http://garden.localhost/a%3Ab').pathname).toBe('/a%3Ab/');
});

test('a file with a slash behind it is no directory', async () => {
  expect((await ask(await site(PLAIN), '/style.css/')).status).toBe(404);
});

test('names with blanks, signs and emoji are found', async () => {
  const handler = await site(PLAIN);
  expect((await ask(handler, '/docs/a%20b%23%3F%25.txt')).text).toBe('odd name');
  expect((await ask(handler, '/%F0%9F%A6%A6.txt')).text).toBe('otter');
});

test.each([
  '/../secret',
  '/%2e%2e/secret',
  '/docs%2findex.html',
  '/a%5cb',
  '/a%00',
  '/%',
  '/%zz',
])('the address %s is refused with a page that says so', async (target) => {
  const answer = await ask(await site({ ...PLAIN, '404.html': 'own page' }), target);
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('not valid');
});

test('what is not there is answered with 404.html, or a small page', async () => {
  const own = await ask(await site({ ...PLAIN, '404.html': 'own page' }), '/nothing/here');
  expect(own).toMatchObject({ status: 404, text: 'own page' });
  expect(own.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(own.headers['content-length']).toBe('8');
  const small = await ask(await site(PLAIN), '/nothing');
  expect(small.status).toBe(404);
  expect(small.text).toContain('<h1>Not found</h1>');
  expect(small.text).toContain('<a href="/">');
});

test('an app’s 200.html answers whoever goes to an address, and not what a page asks for', async () => {
  const page = ['accept', 'text/html,application/xhtml+xml,*/*;q=0.8'] as const;
  const files = { ...PLAIN, '200.html': '<script src="/app.js">', '404.html': 'own page' };
  const handler = await site(files);
  const app = await ask(handler, '/user/7?tab=2', { headers: [page] });
  expect(app).toMatchObject({ status: 200, text: '<script src="/app.js">' });
  expect(app.headers['content-type']).toBe('text/html; charset=utf-8');
  const again = [page, ['if-none-match', app.headers.etag ?? '']] as const;
  expect((await ask(handler, '/user/8', { headers: again })).status).toBe(304);
  expect((await ask(handler, '/app.js', { headers: [['accept', '*/*']] })).status).toBe(404);
  expect((await ask(handler, '/user/7', { headers: [page], method: 'POST' })).status).toBe(404);
  expect((await ask(handler, '/style.css', { headers: [page] })).text).toBe(PLAIN['style.css']);
  expect((await ask(await site(PLAIN), '/user/7', { headers: [page] })).status).toBe(404);
});

test('the small page does not lead to itself where the start page is missing', async () => {
  const handler = await site({ 'style.css': 'body {}' });
  for (const target of ['/', '/?q']) {
    const answer = await ask(handler, target);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('<a ');
  }
});

test('the start page of a project lies in its public folder', async () => {
  expect(await startPage((await storeWith(PLAIN)).liveFiles)).toBe('index.html');
  const project = await storeWith({ 'peerserver.json': '{}' });
  expect(await startPage(project.liveFiles)).toBe('public/index.html');
});

test('an address of the visitor’s never becomes markup', async () => {
  const answer = await ask(await site(PLAIN), '/<script>alert(1)</script>');
  expect(answer.text).not.toContain('<script>');
});

test('hidden files stay hidden, and .well-known does not', async () => {
  const handler = await site({
    '.env': 'secret',
    '.git/config': 'secret',
    '.well-known/security.txt': 'contact',
  });
  expect((await ask(handler, '/.env')).status).toBe(404);
  expect((await ask(handler, '/.git/config')).status).toBe(404);
  expect((await ask(handler, '/.well-known/security.txt')).text).toBe('contact');
});

test('HEAD has the headers of GET and no body', async () => {
  const handler = await site(PLAIN);
  for (const target of ['/', '/digits.txt', '/docs', '/nothing', '/%zz']) {
    const get = await ask(handler, target);
    const head = await ask(handler, target, { method: 'HEAD' });
    expect(head).toEqual({ ...get, text: '', hasBody: false });
  }
});

test('other methods are refused with those that are possible', async () => {
  const handler = await site(PLAIN);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await ask(handler, '/style.css', { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  }
});

test('a project serves its public folder and nothing else', async () => {
  const handler = await site({
    'peerserver.json': '{ "format": 1 }',
    'public/index.html': 'public home',
    'public/404.html': 'public 404',
    'routes/index.ts': 'secret',
    'index.html': 'not this one',
  });
  expect((await ask(handler, '/')).text).toBe('public home');
  expect((await ask(handler, '/routes/index.ts')).text).toBe('public 404');
  expect((await ask(handler, '/peerserver.json')).status).toBe(404);
  expect((await ask(handler, '/public/index.html')).status).toBe(404);
});

test('a visitor who has the file already gets 304 without a body', async () => {
  const handler = await site(PLAIN);
  const { etag = '' } = (await ask(handler, '/digits.txt')).headers;
  for (const value of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await ask(handler, '/digits.txt', { headers: [['if-none-match', value]] });
    expect(answer).toMatchObject({ status: 304, hasBody: false });
    expect(answer.headers).toMatchObject({ etag, 'cache-control': 'no-cache' });
    expect(answer.headers).not.toHaveProperty('content-length');
  }
  const since: [string, string] = ['if-modified-since', SAVED_AT_HTTP];
  expect((await ask(handler, '/digits.txt', { headers: [since] })).status).toBe(304);
  // A tag says more than a date.
  const both = { headers: [['if-none-match', '"other"'] as const, since] };
  expect((await ask(handler, '/digits.txt', both)).status).toBe(200);
});

test('the very next request after a save gets the new content', async () => {
  const store = await storeWith(PLAIN);
  const handler = siteHandler(store.liveFiles);
  const { etag = '' } = (await ask(handler, '/digits.txt')).headers;
  await store.write('digits.txt', '9876543210', { publish: true });
  const answer = await ask(handler, '/digits.txt', { headers: [['if-none-match', etag]] });
  expect(answer).toMatchObject({ status: 200, text: '9876543210' });
});

test('If-Match and If-Unmodified-Since guard against another version', async () => {
  const handler = await site(PLAIN);
  const { etag = '' } = (await ask(handler, '/digits.txt')).headers;
  const status = async (name: string, value: string) =>
    (await ask(handler, '/digits.txt', { headers: [[name, value]] })).status;
  expect(await status('if-match', etag)).toBe(200);
  expect(await status('if-match', '*')).toBe(200);
  expect(await status('if-match', `W/${etag}`)).toBe(412);
  expect(await status('if-match', '"other"')).toBe(412);
  expect(await status('if-unmodified-since', SAVED_AT_HTTP)).toBe(200);
  expect(await status('if-unmodified-since', 'Tue, 01 Jan 2030 11:59:59 GMT')).toBe(412);
  expect(await status('if-unmodified-since', 'rubbish')).toBe(200);
});

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-2', '89', 'bytes 8-9/10'],
  ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=9-9', '9', 'bytes 9-9/10'],
  ['Bytes = 0 - 0', '0', 'bytes 0-0/10'],
])('the range %s is %s', async (range, text, contentRange) => {
  const answer = await ask(await site(PLAIN), '/digits.txt', { headers: [['range', range]] });
  expect(answer).toMatchObject({ status: 206, text });
  expect(answer.headers).toMatchObject({
    'content-range': contentRange,
    'content-length': String(text.length),
    'content-type': 'text/plain; charset=utf-8',
    etag: expect.any(String),
  });
});

test.each([
  'bytes=10-',
  'bytes=99-100',
  'bytes=-0',
  'bytes=99999999999999999999-',
])('the range %s is not to be had', async (range) => {
  const answer = await ask(await site(PLAIN), '/digits.txt', { headers: [['range', range]] });
  expect(answer.status).toBe(416);
  expect(answer.headers['content-range']).toBe('bytes */10');
});

test.each([
  'bytes=0-1,3-4',
  'bytes=5-2',
  'bytes=-',
  'bytes=a-b',
  'lines=1-2',
  'bytes=0--1',
])('the range %j is ignored', async (range) => {
  const answer = await ask(await site(PLAIN), '/digits.txt', { headers: [['range', range]] });
  expect(answer).toMatchObject({ status: 200, text: '0123456789' });
});

test('a range of an empty file is not to be had', async () => {
  const handler = await site({ empty: '' });
  expect((await ask(handler, '/empty')).headers['content-length']).toBe('0');
  expect((await ask(handler, '/empty', { headers: [['range', 'bytes=0-']] })).status).toBe(416);
});

test('a download is resumed only from the same version', async () => {
  const handler = await site(PLAIN);
  const { etag = '' } = (await ask(handler, '/digits.txt')).headers;
  const resume = async (value: string) =>
    (
      await ask(handler, '/digits.txt', {
        headers: [
          ['range', 'bytes=5-'],
          ['if-range', value],
        ],
      })
    ).status;
  expect(await resume(etag)).toBe(206);
  expect(await resume('"other"')).toBe(200);
  expect(await resume(`W/${etag}`)).toBe(200);
  // Seconds cannot tell two saves apart.
  expect(await resume(SAVED_AT_HTTP)).toBe(200);
});

test('a file that cannot be read is a page with status 500, other faults are not hidden', async () => {
  const failing = (error: Error) =>
    siteHandler({
      has: () => false,
      lookup: () => {
        throw error;
      },
    });
  const answer = await ask(failing(new PeerServerError('storage-failed', 'disk')), '/');
  expect(answer.status).toBe(500);
  expect(answer.text).toContain('Try again');
  await expect(ask(failing(new TypeError('bug')), '/')).rejects.toThrow('bug');
});
