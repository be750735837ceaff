import {
  appendFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { siteHandler } from '../dispatch.ts';
import { ask } from '../testing/request.ts';
import { MAX_HASHED_BYTES, openFolder, READ_CHUNK_BYTES, UNSETTLED_MS } from './open-folder.ts';

let outside: string;
let folder: string;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'peerserver-folder-'));
  folder = join(outside, 'site');
  await mkdir(join(folder, 'docs'), { recursive: true });
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await mkdir(join(outside, 'site-2'));
  await writeFile(join(outside, 'site-2', 'secret.txt'), 'secret');
  await writeFile(join(folder, 'index.html'), 'home');
  await writeFile(join(folder, 'docs', 'index.html'), 'docs');
});

afterEach(() => rm(outside, { recursive: true }));

async function handler() {
  return siteHandler(await openFolder(folder));
}

test('files and directories are served, changes at once', async () => {
  const site = await handler();
  expect((await ask(site, '/')).text).toBe('home');
  expect((await ask(site, '/docs')).headers.location).toBe('./docs/');
  expect((await ask(site, '/docs/')).text).toBe('docs');
  const { etag = '' } = (await ask(site, '/')).headers;
  // The same length, and most likely within one tick of the file system's clock.
  await writeFile(join(folder, 'index.html'), 'HOME');
  const next = await ask(site, '/', { headers: [['if-none-match', etag]] });
  expect(next).toMatchObject({ status: 200, text: 'HOME' });
  await rm(join(folder, 'index.html'));
  expect((await ask(site, '/')).status).toBe(404);
});

test.each([
  ['page.html', Buffer.from('<p>Grüße 🦦', 'utf8'), 'text/html; charset=utf-8'],
  ['old.html', Buffer.from('<meta charset="iso-8859-1"><p>Grüße', 'latin1'), 'text/html'],
  ['old.css', Buffer.from('p::after { content: "ü" }', 'latin1'), 'text/css'],
  ['words.txt', Buffer.from('plain', 'utf8'), 'text/plain; charset=utf-8'],
  ['large.html', Buffer.alloc(MAX_HASHED_BYTES + 1, 'ü', 'latin1'), 'text/html'],
  ['large.js', Buffer.alloc(MAX_HASHED_BYTES + 1, ' '), 'text/javascript; charset=utf-8'],
  ['photo.png', Buffer.from([0x89, 0x50]), 'image/png'],
])('the type of %s says UTF-8 only where it does not overrule the page', async (name, bytes, type) => {
  await writeFile(join(folder, name), bytes);
  const site = await handler();
  expect((await ask(site, `/${name}`)).headers['content-type']).toBe(type);
  await rename(join(folder, name), join(folder, '404.html'));
  if (name.endsWith('.html')) {
    expect((await ask(site, '/nothing')).headers['content-type']).toBe(type);
  }
});

test('an unchanged file is 304, even after it was touched or replaced by its equal', async () => {
  const site = await handler();
  const { etag = '' } = (await ask(site, '/')).headers;
  await writeFile(join(folder, 'copy'), 'home');
  await rename(join(folder, 'copy'), join(folder, 'index.html'));
  const next = await ask(site, '/', { headers: [['if-none-match', etag]] });
  expect(next.status).toBe(304);
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/docs/../../secret.txt',
])('nothing outside the folder is reached by %s', async (target) => {
  expect((await ask(await handler(), target)).text).not.toContain('secret');
});

test('the folder itself refuses paths that leave it, whoever asks', async () => {
  const files = await openFolder(folder);
  for (const path of [
    '../secret.txt',
    '..',
    '',
    '.',
    'docs/../../secret.txt',
    '/etc/passwd',
    'a\0b',
  ]) {
    expect(await files.lookup(path)).toBeUndefined();
    expect(await files.has(path)).toBe(false);
  }
});

test('links that lead out of the folder are refused, links within it are followed', async () => {
  await symlink(join(outside, 'secret.txt'), join(folder, 'leak.txt'));
  await symlink(outside, join(folder, 'up'));
  await symlink(join(outside, 'site-2'), join(folder, 'sibling'));
  await symlink('docs', join(folder, 'manual'));
  await symlink('loop', join(folder, 'loop'));
  const site = await handler();
  for (const target of ['/leak.txt', '/up/secret.txt', '/sibling/secret.txt', '/loop']) {
    expect((await ask(site, target)).status).toBe(404);
  }
  expect((await ask(site, '/manual/')).text).toBe('docs');
});

test('hidden names are refused, also behind a link', async () => {
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, '.git', 'config'), 'secret');
  await writeFile(join(folder, '.env'), 'secret');
  await symlink('.git', join(folder, 'git'));
  await symlink('.env', join(folder, 'env.txt'));
  const files = await openFolder(folder);
  for (const path of ['.git/config', '.env', 'git/config', 'env.txt']) {
    expect(await files.lookup(path)).toBeUndefined();
  }
});

test('names that no file system takes are simply not there', async () => {
  const site = await handler();
  expect((await ask(site, `/${'x'.repeat(5000)}`)).status).toBe(404);
  expect((await ask(site, '/index.html/more')).status).toBe(404);
});

test('a folder that does not exist, or is a file, is told in clear words', async () => {
  const missing = join(outside, 'missing');
  await expect(openFolder(missing)).rejects.toMatchObject({
    code: 'storage-failed',
    message: `There is no folder ${missing}. Check the path.`,
  });
  await expect(openFolder(join(outside, 'secret.txt'))).rejects.toThrow(/is a file/);
});

function large(bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, index) => (index * 7 + (index >> 8)) % 251));
}

test('a large file is streamed as it is read, ranges exactly', async () => {
  const content = large(MAX_HASHED_BYTES * 3 + 17);
  await writeFile(join(folder, 'film'), content);
  const files = await openFolder(folder, { now: () => Date.now() + 2 * UNSETTLED_MS });
  const film = await files.lookup('film');
  const body = await film?.read();
  if (!(body instanceof ReadableStream)) throw new Error('A large file must be streamed.');
  const reader = body.getReader();
  expect((await reader.read()).value?.length).toBe(READ_CHUNK_BYTES);
  await reader.cancel();
  const whole = await new Response((await film?.read()) ?? null).arrayBuffer();
  expect(Buffer.compare(Buffer.from(whole), content)).toBe(0);
  const range = { start: 262_100, end: 530_000 };
  const part = await new Response((await film?.read(range)) ?? null).arrayBuffer();
  expect(Buffer.compare(Buffer.from(part), content.subarray(262_100, 530_001))).toBe(0);
});

test('a large file gets a tag only once its times can tell versions apart', async () => {
  await writeFile(join(folder, 'film'), large(MAX_HASHED_BYTES + 1));
  const fresh = await (await openFolder(folder)).lookup('film');
  expect(fresh?.etag).toBeUndefined();
  const later = await openFolder(folder, { now: () => Date.now() + 2 * UNSETTLED_MS });
  const settled = await later.lookup('film');
  expect(settled?.etag).toMatch(/^"[0-9a-z-]+"$/);
  await appendFile(join(folder, 'film'), 'x');
  expect((await later.lookup('film'))?.etag).not.toBe(settled?.etag);
});

test('a file that shrinks or changes while it is sent is an error, never a short success', async () => {
  const content = large(READ_CHUNK_BYTES * 4);
  for (const harm of [
    (path: string) => truncate(path, READ_CHUNK_BYTES * 2),
    (path: string) => writeFile(path, Buffer.alloc(content.length)),
  ]) {
    const path = join(folder, 'film');
    await writeFile(path, content);
    const body = await (await (await openFolder(folder)).lookup('film'))?.read();
    if (!(body instanceof ReadableStream)) throw new Error('A large file must be streamed.');
    const reader = body.getReader();
    await reader.read();
    await harm(path);
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toThrow(/changed while it was being sent/);
  }
});

test('a file that changed between being looked up and being read is not sent under the old tag', async () => {
  const path = join(folder, 'film');
  await writeFile(path, large(MAX_HASHED_BYTES + 10));
  const film = await (await openFolder(folder)).lookup('film');
  await writeFile(path, large(MAX_HASHED_BYTES + 20));
  await expect((async () => film?.read())()).rejects.toMatchObject({ code: 'storage-failed' });
});
