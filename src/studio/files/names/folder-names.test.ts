import { describe, expect, it } from 'vitest';
import { commonFolder } from '../actions/download-files.ts';
import { pastedItems } from '../upload/pasted-files.ts';
import { freeCopyPath, freePath, nameOfFolder, parseFolderName } from './folder-names.ts';

describe('folders', () => {
  it.each([
    ['public/photos/', 'photos/'],
    ['routes/items/', 'routes/items/'],
    ['lib/', './lib/'],
    ['templates/', 'templates/'],
  ])('in a project, %s is called %s, and the name leads back', (path, name) => {
    expect(nameOfFolder(path, true)).toBe(name);
    expect(parseFolderName(name, true)).toEqual({ ok: true, path });
  });

  it.each(['', '/', '../a', 'a//b'])('are refused when they are typed as %j', (typed) => {
    expect(parseFolderName(typed, true)).toMatchObject({ ok: false });
  });

  it('that several files have in common', () => {
    expect(commonFolder(['a/b/c.txt', 'a/b/d/e.txt'])).toBe('a/b/');
    expect(commonFolder(['a/b.txt', 'ab/c.txt'])).toBe('');
    expect(commonFolder(['a/b.txt'])).toBe('a/');
  });
});

describe('a name that is free', () => {
  const taken = (...paths: string[]) => new Set(paths);
  const has = (paths: Set<string>) => (path: string) => paths.has(path);

  it('is that of a copy', () => {
    expect(freeCopyPath('a/b.tar.gz', has(taken()))).toBe('a/b.tar-copy.gz');
    expect(freeCopyPath('a.html', has(taken('a-copy.html')))).toBe('a-copy-2.html');
    expect(freeCopyPath('a.b/README', has(taken()))).toBe('a.b/README-copy');
    expect(freeCopyPath('.hidden', has(taken()))).toBe('.hidden-copy');
    expect(freeCopyPath('photos/', has(taken('photos-copy/')))).toBe('photos-copy-2/');
  });

  it('is the file’s own, or has a number', () => {
    expect(freePath('a.html', has(taken()))).toBe('a.html');
    expect(freePath('a.html', has(taken('a.html', 'a-2.html')))).toBe('a-3.html');
  });
});

it('pictures without a name are called after the time, other files keep theirs', () => {
  const names = ['image.png', 'cat.png', 'image.PNG'];
  const files = names.map((name) => new File(['x'], name));
  const items = pastedItems(files, new Date(2026, 10, 2, 9, 5, 7));
  expect(items.map(({ path }) => path)).toEqual([
    'pasted-2026-11-02-090507.png',
    'cat.png',
    'pasted-2026-11-02-090507-2.png',
  ]);
});
