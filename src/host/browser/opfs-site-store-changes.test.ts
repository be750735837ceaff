import { expect, test } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import {
  FIRST_CHUNK_BYTES,
  MAX_CACHED_BLOB_BYTES,
  MAX_HASHED_BYTES,
  READ_CHUNK_BYTES,
} from './blob-store.ts';
import type { FileContent, SiteChange } from './public-api.ts';
import { expectSameBytes, liveBytes, liveText, openStore, pattern } from './testing/stored-site.ts';

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

test.each<[string, () => FileContent]>([
  ['in memory', () => pattern(6_000_000)],
  ['on its way from the disk', () => new Blob([pattern(MAX_HASHED_BYTES + 1)])],
])('a full disk is an error that says what to do, and nothing is lost: a file %s', async (_, film) => {
  const { disk, store } = await openStore();
  await store.write('index.html', 'precious', { publish: true });
  const files = disk.files();
  disk.quota = disk.usedBytes + 5000;
  const saving = store.write('film', film(), { publish: true });
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

test('a file or a folder is copied with its draft, and nothing is replaced', async () => {
  const { store } = await openStore();
  await store.writeMany(
    [
      { path: 'a/x.txt', content: 'x' },
      { path: 'a/b/y.txt', content: 'y' },
    ],
    {
      publish: true,
    },
  );
  await store.write('a/x.txt', 'draft');
  await store.copy('a', 'c');
  await store.copy('a/x.txt', 'live.txt', { publish: true });
  const shown = store.list().map(({ path, status }) => `${path} ${status}`);
  expect(shown).toEqual([
    'a/b/y.txt live',
    'a/x.txt changed',
    'c/b/y.txt new',
    'c/x.txt new',
    'live.txt live',
  ]);
  expect(await store.readText('c/x.txt')).toBe('draft');
  for (const taken of ['c', 'c/x.txt', 'a']) {
    await expect(store.copy('a', taken)).rejects.toMatchObject({ code: 'bad-input' });
  }
  await expect(store.copy('nowhere', 'd')).rejects.toMatchObject({ code: 'storage-failed' });
  await expect(store.copy('live.txt', 'live.txt/d')).rejects.toMatchObject({ code: 'bad-input' });
  await store.copy('a', 'a/copy');
  expect(await store.readText('a/copy/b/y.txt')).toBe('y');
});

test('what visitors get can be read beside the draft', async () => {
  const { store } = await openStore();
  await store.write('a.html', 'live', { publish: true });
  await store.write('a.html', 'draft');
  await store.write('new.html', 'new');
  const live = await store.readLive('a.html');
  expect(await live?.text()).toBe('live');
  expect(live?.type).toBe('text/html');
  expect(await store.readText('a.html')).toBe('draft');
  expect(await store.readLive('new.html')).toBeUndefined();
  await store.remove('a.html');
  expect(await (await store.readLive('a.html'))?.text()).toBe('live');
});

test('a renaming moves what visitors get and the draft each for itself, and publishes nothing', async () => {
  const { store } = await openStore();
  await store.write('p/a.html', 'live', { publish: true });
  await store.write('p/a.html', 'draft');
  await store.write('p/secret.html', 'secret');
  await store.rename('p', 'q', { publish: true });
  expect(await store.readText('q/a.html')).toBe('draft');
  expect(await liveText(store, 'q/a.html')).toBe('live');
  expect(await liveText(store, 'q/secret.html')).toBeUndefined();
  expect(await liveText(store, 'p/a.html')).toBeUndefined();
  // What is in the way was removed before, if only from the draft.
  await store.write('r/b.html', 'old', { publish: true });
  await store.remove('r');
  await store.rename('q/a.html', 'r', { publish: true });
  expect([...store.livePaths()]).toEqual(['r']);
});

test('of two files that would get the same path none is moved', async () => {
  const { store } = await openStore();
  const files = ['a/x.txt', 'b/x.txt'].map((path) => ({ path, content: path }));
  await store.writeMany(files);
  const moved = store.renameMany([
    { from: 'a/x.txt', to: 'x.txt' },
    { from: 'b/x.txt', to: 'x.txt' },
  ]);
  await expect(moved).rejects.toMatchObject({ code: 'bad-input' });
  expect(store.list().map(({ path }) => path)).toEqual(['a/x.txt', 'b/x.txt']);
});

test('files are moved and others written in one step, or nothing of it is done', async () => {
  const { store } = await openStore();
  await store.write('index.html', 'page', { publish: true });
  const changes: SiteChange[] = [];
  store.subscribe((change) => changes.push(change));
  const files = [{ path: 'settings.json', content: '{}' }];
  const clash = [{ from: 'index.html', to: 'settings.json/index.html' }];
  const refused = store.renameMany(clash, { publish: true, files });
  await expect(refused).rejects.toMatchObject({ code: 'bad-input' });
  expect([...store.livePaths()]).toEqual(['index.html']);
  const moves = [{ from: 'index.html', to: 'public/index.html' }];
  await store.renameMany(moves, { publish: true, files });
  expect([...store.livePaths()].sort()).toEqual(['public/index.html', 'settings.json']);
  expect(changes).toHaveLength(1);
});

test('kept files come back as they were, draft and live, though nothing else needs their contents', async () => {
  const { store } = await openStore();
  await store.write('a.html', 'live', { publish: true });
  await store.write('a.html', 'draft');
  await store.write('new.html', 'new');
  const kept = store.keep(['a.html', 'new.html', 'later.html']);
  expect(kept.bytes).toBe('live'.length + 'draft'.length + 'new'.length);
  await store.removeMany(['a.html', 'new.html'], { publish: true });
  await store.write('later.html', 'later', { publish: true });
  // More steps than the store's own undo remembers.
  for (let step = 0; step < 60; step += 1) await store.write('typed.txt', `${step}`);
  await kept.restore();
  expect(await store.readText('a.html')).toBe('draft');
  expect(await liveText(store, 'a.html')).toBe('live');
  expect(await liveText(store, 'new.html')).toBeUndefined();
  expect(store.list().map(({ path }) => path)).toEqual(['a.html', 'new.html', 'typed.txt']);

  kept.release();
  await expect(kept.restore()).rejects.toMatchObject({ code: 'storage-failed' });
});

test('what is kept gives way where there is no room', async () => {
  const { disk, store } = await openStore();
  await store.write('film.mp4', pattern(40_000), { publish: true });
  const kept = store.keep(['film.mp4']);
  await store.remove('film.mp4', { publish: true });
  disk.quota = disk.usedBytes + 10_000;
  await store.write('other.mp4', pattern(30_000), { publish: true });
  expect(await liveBytes(store, 'other.mp4')).toHaveLength(30_000);
  const message = expect.stringContaining('had to make room');
  await expect(kept.restore()).rejects.toMatchObject({ code: 'storage-failed', message });
});
