import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashInputs } from './stamp.mjs';

describe('hashInputs', () => {
  let folder;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver.stamp-'));
    await mkdir(join(folder, 'src/room'), { recursive: true });
    await writeFile(join(folder, 'src/room/a.ts'), 'one');
    await writeFile(join(folder, 'package-lock.json'), '{}');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is the same for the same files', () => {
    expect(hashInputs(folder)).toBe(hashInputs(folder));
  });

  it.each([
    ['src/room/a.ts', 'two'],
    ['src/room/b.ts', 'one'],
    ['package-lock.json', '{ }'],
  ])('changes with %s', async (file, text) => {
    const before = hashInputs(folder);
    await writeFile(join(folder, file), text);
    expect(hashInputs(folder)).not.toBe(before);
  });

  it('does not change with a test, which is in no bundle', async () => {
    const before = hashInputs(folder);
    await writeFile(join(folder, 'src/room/a.test.ts'), 'test');
    expect(hashInputs(folder)).toBe(before);
  });
});
