import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cookieFile } from './cookie-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerserver-cookies-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('what was saved last is found again, and nothing where nothing was saved', async () => {
  const path = join(folder, 'garden.cookies');
  expect(await cookieFile(path).load()).toBeUndefined();
  await cookieFile(path).save('{"a":1}');
  await cookieFile(path).save('{"b":"é"}');
  expect(await cookieFile(path).load()).toBe('{"b":"é"}');
});

test('only its owner can read it, and nothing is left beside it', async () => {
  const path = join(folder, 'garden.cookies');
  await cookieFile(path).save('secret');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['garden.cookies']);
});

test('a place that cannot be written or read fails in words', async () => {
  const nowhere = join(folder, 'missing', 'garden.cookies');
  await expect(cookieFile(nowhere).save('x')).rejects.toMatchObject({ code: 'storage-failed' });
  await expect(cookieFile(folder).load()).rejects.toMatchObject({ code: 'storage-failed' });
});
