import { expect, test } from 'vitest';
import { FIRST_CHUNK_BYTES, MAX_CACHED_BLOB_BYTES, MAX_HASHED_BYTES } from './blob-store.ts';
import type { SiteChange } from './public-api.ts';
import { expectSameBytes, liveBytes, liveText, openStore, pattern } from './testing/stored-site.ts';

test('a written file is in the draft, and live only once it is published', async () => {
  const { store } = await openStore();
  await store.write('index.html', 'one');
  expect(await store.readText('index.html')).toBe('one');
  expect(await liveText(store, 'index.html')).toBeUndefined();
  expect(store.list()).toMatchObject([{ path: 'index.html', size: 3, status: 'new' }]);
  await store.publish();
  expect(await liveText(store, 'index.html')).toBe('one');
  await store.write('index.html', 'two');
  expect(store.list()).toMatchObject([{ status: 'changed', type: 'text/html' }]);
  expect(await liveText(store, 'index.html')).toBe('one');
  await store.publish(['index.html']);
  expect(await liveText(store, 'index.html')).toBe('two');
  expect(store.list()).toMatchObject([{ status: 'live' }]);
});

test('saving the same text twice in one millisecond publishes it', async () => {
  const { store } = await openStore();
  await store.write('a.txt', 'same');
  await store.write('a.txt', 'same', { publish: true });
  expect(await liveText(store, 'a.txt')).toBe('same');
});

test('publishing one file leaves the other drafts alone, and a removal can be published', async () => {
  const { store } = await openStore();
  await store.writeMany([
    { path: 'a', content: '1' },
    { path: 'b', content: '1' },
  ]);
  await store.publish(['a']);
  expect(await liveText(store, 'b')).toBeUndefined();
  await store.remove('a');
  expect(await liveText(store, 'a')).toBe('1');
  await store.publish(['a']);
  expect(await liveText(store, 'a')).toBeUndefined();
});

test('everything is there again after the site is opened anew', async () => {
  const { disk, store } = await openStore();
  const path = 'photos/🦦 & #1?.txt';
  await store.write(path, 'an otter', { publish: true });
  await store.write('__proto__', 'a file like any other');
  const { store: again } = await openStore(disk.afterRestart());
  expect(await liveText(again, path)).toBe('an otter');
  expect(await again.readText('__proto__')).toBe('a file like any other');
  expect(again.list()).toEqual(store.list());
});

test('no name in the file system comes from a user', async () => {
  const { disk, store } = await openStore();
  await store.write('secret name.html', 'x');
  expect(disk.files().join()).not.toContain('secret');
});

test('a small file that was served once is served without touching the disk', async () => {
  const { disk, store } = await openStore();
  await store.write('small.bin', pattern(1024), { publish: true });
  const { disk: cold, store: reopened } = await openStore(disk.afterRestart());
  expect(await liveBytes(reopened, 'small.bin')).toEqual(pattern(1024));
  const before = cold.operations.length;
  const file = reopened.liveFiles.lookup('small.bin');
  if (!file || file instanceof Promise) throw new Error('The look-up must be synchronous.');
  const body = file.read({ start: 10, end: 19 });
  expect(body).toEqual(pattern(1024).subarray(10, 20));
  expect(cold.operations.length).toBe(before);
});

test('a large file is read in slices, and a range of it exactly', async () => {
  const { store } = await openStore();
  const content = pattern(MAX_CACHED_BLOB_BYTES * 3 + 5);
  await store.write('film.mp4', content, { publish: true });
  expectSameBytes(await liveBytes(store, 'film.mp4'), content);
  const file = await store.liveFiles.lookup('film.mp4');
  const whole = await file?.read();
  if (!(whole instanceof ReadableStream)) throw new Error('A large file must be streamed.');
  const reader = whole.getReader();
  expect((await reader.read()).value?.length).toBe(FIRST_CHUNK_BYTES);
  await reader.cancel();
  const part = await file?.read({ start: 300_000, end: 300_009 });
  expect(part).toEqual(content.subarray(300_000, 300_010));
});

test('a file too large to be hashed is stored from its stream, never as one array', async () => {
  const { store } = await openStore();
  const blob = new Blob([pattern(MAX_HASHED_BYTES), pattern(10)]);
  Object.defineProperty(blob, 'arrayBuffer', {
    value: () => {
      throw new Error('The whole file must not be held in memory.');
    },
  });
  await store.write('big.iso', blob, { publish: true });
  const first = (await store.liveFiles.lookup('big.iso'))?.etag;
  expect((await store.read('big.iso')).size).toBe(MAX_HASHED_BYTES + 10);
  await store.write('big.iso', blob, { publish: true });
  expect((await store.liveFiles.lookup('big.iso'))?.etag).not.toBe(first);
});

test('a picked file that has vanished is named as the reason, and not the storage', async () => {
  const { store } = await openStore();
  const gone = new DOMException('A requested file could not be found.', 'NotFoundError');
  const small = new Blob(['x']);
  Object.defineProperty(small, 'arrayBuffer', { value: () => Promise.reject(gone) });
  const large = new Blob([new Uint8Array(MAX_HASHED_BYTES + 1)]);
  const stream = () => new ReadableStream({ pull: () => Promise.reject(gone) });
  Object.defineProperty(large, 'stream', { value: stream });
  for (const content of [small, large]) {
    for (const options of [{}, { onProgress: () => {} }]) {
      await expect(store.write('picked.bin', content, options)).rejects.toMatchObject({
        code: 'storage-failed',
        message: expect.stringMatching(/^A file cannot be read.*Choose it again\.$/),
      });
    }
  }
  expect(store.list()).toEqual([]);
});

test('the same content has the same tag wherever and whenever it is stored', async () => {
  const { disk, store } = await openStore();
  await store.writeMany(
    [
      { path: 'a', content: 'twin' },
      { path: 'b', content: new Blob(['twin']) },
    ],
    { publish: true },
  );
  const [a, b] = [await store.liveFiles.lookup('a'), await store.liveFiles.lookup('b')];
  expect(a?.etag).toMatch(/^"[0-9a-f]{64}"$/);
  expect(b?.etag).toBe(a?.etag);
  expect(disk.files().filter((path) => path.startsWith('blobs/'))).toHaveLength(1);
});

test('folders are renamed and removed with all in them', async () => {
  const { store } = await openStore();
  await store.writeMany([
    { path: 'a/x', content: 'x' },
    { path: 'a/b/y', content: 'y' },
    { path: 'ab', content: 'not in the folder' },
  ]);
  await store.rename('a', 'c');
  expect(store.list().map(({ path }) => path)).toEqual(['ab', 'c/b/y', 'c/x']);
  await expect(store.rename('c', 'ab')).rejects.toMatchObject({ code: 'bad-input' });
  await expect(store.rename('c', 'c/d')).rejects.toMatchObject({ code: 'bad-input' });
  await expect(store.rename('nowhere', 'd')).rejects.toMatchObject({ code: 'storage-failed' });
  await store.remove('c');
  expect(store.list().map(({ path }) => path)).toEqual(['ab']);
});

test('several files and folders are moved or removed in one step, all or none', async () => {
  const { store } = await openStore();
  const paths = ['a/1.txt', 'a/2.txt', 'b.txt', 'c.txt', 'd/e.txt'];
  await store.writeMany(
    paths.map((path) => ({ path, content: path })),
    { publish: true },
  );
  const names = () => store.list().map(({ path }) => path);

  const taken = store.renameMany([
    { from: 'a', to: 'z' },
    { from: 'b.txt', to: 'd' },
  ]);
  await expect(taken).rejects.toMatchObject({ code: 'bad-input' });
  await expect(store.removeMany(['a', 'nowhere'])).rejects.toMatchObject({
    code: 'storage-failed',
  });
  expect(names()).toEqual(paths);

  // Two that change places, and a folder.
  await store.renameMany(
    [
      { from: 'b.txt', to: 'c.txt' },
      { from: 'c.txt', to: 'b.txt' },
      { from: 'a', to: 'd/a' },
    ],
    { publish: true },
  );
  expect(names()).toEqual(['b.txt', 'c.txt', 'd/a/1.txt', 'd/a/2.txt', 'd/e.txt']);
  expect(await store.readText('b.txt')).toBe('c.txt');
  expect(await (await store.readLive('d/a/1.txt'))?.text()).toBe('a/1.txt');
  expect(await store.undo()).toBe(true);
  expect(names()).toEqual(paths);

  await store.removeMany(['a', 'a/1.txt', 'd/e.txt'], { publish: true });
  expect(names()).toEqual(['b.txt', 'c.txt']);
  expect(await store.undo()).toBe(true);
  expect(names()).toEqual(paths);
});

test('what is stored of large content is told while it flows', async () => {
  const { store } = await openStore();
  const seen: number[] = [];
  const large = new Blob([new Uint8Array(20_000_000)]);
  const files = [
    { path: 'large.bin', content: large },
    { path: 'small.txt', content: 'small' },
  ];
  await store.writeMany(files, {
    onProgress: ({ done, total }) => {
      expect(total).toBe(20_000_005);
      seen.push(done);
    },
  });
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.at(-1)).toBe(20_000_005);
});

test('a renamed file is gone under its old name and live under the new one when published', async () => {
  const { store } = await openStore();
  await store.write('old.txt', 'text', { publish: true });
  await store.rename('old.txt', 'new.txt', { publish: true });
  expect(await liveText(store, 'old.txt')).toBeUndefined();
  expect(await liveText(store, 'new.txt')).toBe('text');
});

test('changes can be taken back one by one, and the draft as a whole', async () => {
  const { store } = await openStore();
  await store.write('a', 'one', { publish: true });
  await store.write('a', 'two');
  await store.remove('a');
  expect(await store.undo()).toBe(true);
  expect(await store.readText('a')).toBe('two');
  await store.undo({ publish: true });
  expect(await store.readText('a')).toBe('one');
  await store.write('a', 'three');
  await store.write('b', 'new');
  await store.discardDraft();
  expect(store.list()).toMatchObject([{ path: 'a', status: 'live' }]);
  await store.undo();
  expect(await store.readText('b')).toBe('new');
  for (let steps = 0; steps < 3; steps += 1) await store.undo();
  expect(await store.undo()).toBe(false);
  expect(store.list()).toEqual([]);
});

test.each([
  '',
  '/a',
  'a/',
  'a//b',
  '../a',
  'a/./b',
  'a\\b',
  'a\0b',
  'x'.repeat(1025),
])('the path %j is refused', async (path) => {
  const { store } = await openStore();
  await expect(store.write(path, 'x')).rejects.toMatchObject({ code: 'bad-input' });
  expect(store.list()).toEqual([]);
});

test('a name cannot be a file and a folder at once, and nothing is stored of such an upload', async () => {
  const { disk, store } = await openStore();
  await store.write('a', 'file');
  const blobs = disk.files();
  const upload = [
    { path: 'b', content: 'fine' },
    { path: 'a/c', content: 'not fine' },
  ];
  await expect(store.writeMany(upload)).rejects.toMatchObject({ code: 'bad-input' });
  expect(store.list()).toHaveLength(1);
  expect(disk.files()).toEqual(blobs);
});

test('a name with a decomposed accent is the same as with a composed one', async () => {
  const { store } = await openStore();
  await store.write('cafe\u0301.html', 'x', { publish: true });
  expect(await liveText(store, 'caf\u00e9.html')).toBe('x');
});

test('subscribers hear of each change after it is stored', async () => {
  const { store } = await openStore();
  const changes: SiteChange[] = [];
  const end = store.subscribe((change) => changes.push(change));
  await store.write('a', '1');
  await store.publish();
  await store.publish();
  end();
  await store.remove('a');
  expect(changes).toEqual([
    { version: 2, draft: ['a'], live: [] },
    { version: 3, draft: [], live: ['a'] },
    { version: 4, draft: [], live: [] },
  ]);
});

test('a cancelled save changes nothing and leaves nothing behind', async () => {
  const { disk, store } = await openStore();
  const abort = new AbortController();
  const endless = new Blob([pattern(MAX_HASHED_BYTES + 1)]);
  const saving = store.write('a', endless, { signal: abort.signal });
  abort.abort();
  await expect(saving).rejects.toMatchObject({ code: 'cancelled' });
  expect(store.list()).toEqual([]);
  expect(disk.files()).toEqual([]);
});

test('saves at the same time all take place', async () => {
  const { disk, store } = await openStore();
  const paths = Array.from({ length: 20 }, (_, index) => `file-${index}`);
  await Promise.all(paths.map((path) => store.write(path, `content of ${path}`)));
  const { store: again } = await openStore(disk.afterRestart());
  expect(again.list().map(({ path }) => path)).toEqual(paths.toSorted());
});
