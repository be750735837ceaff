import { expect, it } from 'vitest';
import { OpfsSiteStore } from './opfs-site-store.ts';
import { projectFiles } from './project-files.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

const { signal } = new AbortController();

it('gives live files only, and tells of changes of these only', async () => {
  const store = await OpfsSiteStore.open(new MemoryDisk().root());
  const files = projectFiles(store);
  const told: (readonly string[])[] = [];
  const stop = files.subscribe((paths) => told.push(paths));

  await store.write('routes/b.ts', 'one – öäü', { publish: true });
  await store.write('routes/a.ts', 'two', { publish: true });
  await store.write('routes/b.ts', 'draft');
  await store.write('routes/c.ts', 'draft');
  expect(await files.list(signal)).toEqual(['routes/a.ts', 'routes/b.ts']);
  expect(await files.readText('routes/b.ts', signal)).toBe('one – öäü');
  await expect(files.readText('routes/c.ts', signal)).rejects.toMatchObject({
    code: 'storage-failed',
  });
  await store.publish();
  expect(told).toEqual([['routes/b.ts'], ['routes/a.ts'], ['routes/b.ts', 'routes/c.ts']]);

  stop();
  await store.remove('routes/a.ts', { publish: true });
  expect(told).toHaveLength(3);
});
