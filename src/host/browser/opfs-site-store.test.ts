import { expect, test } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import {
  FIRST_CHUNK_BYTES,
  MAX_CACHED_BLOB_BYTES,
  MAX_HASHED_BYTES,
  READ_CHUNK_BYTES,
} from './blob-store.ts';
import { OpfsSiteStore } from './opfs-site-store.ts';
import type { SiteChange } from './public-api.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

async function openStore(disk = new MemoryDisk()) {
  return { disk, store: await OpfsSiteStore.open(disk.root(), () => 1_800_000_000_000) };
}

async function liveBytes(store: OpfsSiteStore, path: string): Promise<Uint8Array | undefined> {
  const file = await store.liveFiles.lookup(path);
  if (!file) return undefined;
  return new Uint8Array(await new Response(await file.read()).arrayBuffer());
}

async function liveText(store: OpfsSiteStore, path: string): Promise<string | undefined> {
  const bytes = await liveBytes(store, path);
  return bytes && new TextDecoder().decode(bytes);
}

/** Bytes that differ from their neighbours, so that a wrong offset shows. */
function pattern(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8)) % 251;
  return bytes;
}

/** As `toEqual`, which takes seconds for a megabyte. */
function expectSameBytes(actual: unknown, expected: Uint8Array): void {
  if (!(actual instanceof Uint8Array)) throw new Error('There must be bytes.');
  expect(actual.length).toBe(expected.length);
  expect(Buffer.compare(actual, expected)).toBe(0);
}

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

test('at most 16 readers at a time are given larger pieces (S5)', async () => {
  const { store } = await openStore();
  await store.write('film', pattern(8 * 1024 * 1024), { publish: true });
  /** Takes the first 3 MiB of the film. */
  const startReader = async () => {
    const body = await (await store.liveFiles.lookup('film'))?.read();
    if (!(body instanceof ReadableStream)) throw new Error('A large file must be streamed.');
    const reader = body.getReader();
    for (let taken = 0; taken < 3 * 1024 * 1024; ) {
      const { value } = await reader.read();
      expect(value?.length).toBe(FIRST_CHUNK_BYTES);
      taken += value?.length ?? 0;
    }
    return reader;
  };
  const nextSize = async (reader: Awaited<ReturnType<typeof startReader>>) =>
    (await reader.read()).value?.length;
  const first = await startReader();
  expect(await nextSize(first)).toBe(READ_CHUNK_BYTES);
  for (let count = 1; count < 16; count += 1) {
    expect(await nextSize(await startReader())).toBe(READ_CHUNK_BYTES);
  }
  const late = await startReader();
  expect(await nextSize(late)).toBe(FIRST_CHUNK_BYTES);
  await first.cancel();
  expect(await nextSize(late)).toBe(READ_CHUNK_BYTES);
});

test('content that nothing needs any more is removed; what can be taken back or is being read stays', async () => {
  const { disk, store } = await openStore();
  const content = pattern(MAX_CACHED_BLOB_BYTES * 4);
  await store.write('big', content, { publish: true });
  const body = await (await store.liveFiles.lookup('big'))?.read();
  if (!(body instanceof ReadableStream)) throw new Error('A large file must be streamed.');
  await store.remove('big', { publish: true });
  // More steps than are kept, so that the removal cannot be taken back any more.
  for (let step = 0; step < 60; step += 1) await store.write('note', `text ${step}`);
  const blobCount = () => disk.files().filter((path) => path.startsWith('blobs/')).length;
  expect(disk.usedBytes).toBeGreaterThan(content.length);
  expectSameBytes(new Uint8Array(await new Response(body).arrayBuffer()), content);
  await store.write('note', 'last');
  expect(disk.usedBytes).toBeLessThan(content.length);
  // 50 steps back, the current one, and what the index before needs.
  expect(blobCount()).toBeLessThanOrEqual(52);
});

test('a full disk is an error that says what to do, and nothing is lost', async () => {
  const { disk, store } = await openStore();
  await store.write('index.html', 'precious', { publish: true });
  const files = disk.files();
  disk.quota = disk.usedBytes + 5000;
  const saving = store.write('film', new Blob([pattern(MAX_HASHED_BYTES + 1)]), { publish: true });
  await expect(saving).rejects.toThrow(/no room left.*Remove large files/);
  await expect(saving).rejects.toBeInstanceOf(PeerServerError);
  expect(disk.files().filter((path) => path.startsWith('blobs/'))).toEqual(
    files.filter((path) => path.startsWith('blobs/')),
  );
  expect(await liveText(store, 'index.html')).toBe('precious');
  const { store: again } = await openStore(disk.afterRestart());
  expect(await liveText(again, 'index.html')).toBe('precious');
});

test('removing a large file makes room, although the removal could be taken back until then', async () => {
  const { disk, store } = await openStore();
  await store.write('one', pattern(600_000), { publish: true });
  disk.quota = 1_000_000;
  await store.remove('one', { publish: true });
  await store.write('two', pattern(700_000), { publish: true });
  expectSameBytes(await liveBytes(store, 'two'), pattern(700_000));
});

test('a closed store finishes what is under way and refuses the rest', async () => {
  const { store } = await openStore();
  const reason = new PeerServerError('storage-failed', 'Another tab has it.');
  await store.write('a', '1', { publish: true });
  const closing = store.close(reason);
  await expect(store.write('b', '2')).rejects.toBe(reason);
  await expect(store.remove('a')).rejects.toBe(reason);
  await closing;
  expect(await liveText(store, 'a')).toBe('1');
});

test('a damaged file is an error and not a short answer, and saving it again repairs it', async () => {
  const { disk, store } = await openStore();
  await store.write('a', 'whole text', { publish: true });
  const damaged = disk.afterRestart();
  const blob = damaged.files().find((path) => path.startsWith('blobs/')) ?? '';
  damaged.damage(blob, (bytes) => bytes.slice(0, 4));
  const { store: again } = await openStore(damaged);
  await expect(liveText(again, 'a')).rejects.toThrow(/damaged.*Upload it again/);
  await again.write('a', 'whole text', { publish: true });
  const { store: repaired } = await openStore(damaged.afterRestart());
  expect(await liveText(repaired, 'a')).toBe('whole text');
});
