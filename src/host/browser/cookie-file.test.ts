import { expect, test } from 'vitest';
import { parseSiteName } from '../../address/site-name.ts';
import { cookieFile } from './cookie-file.ts';
import { removeSiteDirectory, siteDirectory } from './site-directories.ts';
import { MemoryDisk } from './testing/memory-disk.ts';

test('what was saved last is found again, and nothing where nothing was saved', async () => {
  const disk = new MemoryDisk();
  expect(await cookieFile(disk.root()).load()).toBeUndefined();
  await cookieFile(disk.root()).save('{"a":1}');
  await cookieFile(disk.root()).save('{"b":"é"}');
  expect(await cookieFile(disk.afterRestart().root()).load()).toBe('{"b":"é"}');
});

test('they go with their server', async () => {
  const disk = new MemoryDisk();
  const root = async () => disk.root();
  const name = parseSiteName('garden');
  if (!name.ok) throw new Error(name.message);
  await cookieFile(await siteDirectory(root, name.name)).save('{"a":1}');
  await removeSiteDirectory(root, name.name);
  expect(await cookieFile(await siteDirectory(root, name.name)).load()).toBeUndefined();
});

test('a save without room fails in words, and leaves the cookies of before', async () => {
  const disk = new MemoryDisk();
  await cookieFile(disk.root()).save('before');
  disk.quota = 10;
  await expect(cookieFile(disk.root()).save('x'.repeat(100))).rejects.toMatchObject({
    code: 'storage-failed',
  });
  expect(await cookieFile(disk.root()).load()).toBe('before');
});
