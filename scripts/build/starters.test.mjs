import { readdir, readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { root } from '../setup.mjs';
import { packStarter, readFolder } from './starters.mjs';

describe('the list of starters', () => {
  it('has a line for each folder, in a format that the studio can show', async () => {
    const list = JSON.parse(await readFile(`${root}/starters/starters.json`, 'utf8'));
    const entries = await readdir(`${root}/starters`, { withFileTypes: true });
    const folders = entries
      .filter((entry) => entry.isDirectory() && entry.name !== 'previews')
      .map((entry) => entry.name);
    expect(list.map(({ id }) => id).sort()).toEqual(folders.sort());
    for (const starter of list) {
      expect(Object.keys(starter)).toEqual(['id', 'title', 'description', 'features', 'start']);
      expect(starter.description).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('packing a starter', () => {
  const text = (words) => Buffer.from(words);

  it('gives the same bytes for the same files, in whatever order they were read', () => {
    const one = packStarter({ 'a.txt': text('a'), 'b/c.txt': text('c') });
    const other = packStarter({ 'b/c.txt': text('c'), 'a.txt': text('a') });
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
  });

  it('holds the files with their paths, as a folder of the project would', async () => {
    const files = unzipSync(packStarter(await readFolder(`${root}/starters/empty`)));
    expect(Object.keys(files)).toEqual([
      'peerserver.json',
      'public/404.html',
      'public/index.html',
      'public/style.css',
      'routes/index.ts',
    ]);
    expect(strFromU8(files['public/index.html'])).toContain('Hello, world.');
  });
});
