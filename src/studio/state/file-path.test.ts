import { describe, expect, it } from 'vitest';
import { MAX_PATH_LENGTH } from '../host.ts';
import { compareFilePaths, parseFilePath } from './file-path.ts';

describe('a path that was typed', () => {
  it('is taken without blanks around it and without a slash at the beginning', () => {
    expect(parseFilePath(' /photos/my cat.jpg ')).toEqual({ ok: true, path: 'photos/my cat.jpg' });
  });

  it.each([
    '',
    '/',
    'photos/',
    'a//b',
    '../secret',
    'a/./b',
    'a\\b',
    'a\u0000b',
    '.peerserver/signal',
    'a'.repeat(MAX_PATH_LENGTH + 1),
  ])('is refused with a sentence when it is %j', (typed) => {
    const parsed = parseFilePath(typed);
    expect(parsed).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) });
  });
});

describe('the order of files', () => {
  it('begins with index.html and 404.html, then goes by name with numbers by value', () => {
    const paths = ['b10.css', 'about.html', '404.html', 'b9.css', 'index.html'];
    expect(paths.sort(compareFilePaths)).toEqual([
      'index.html',
      '404.html',
      'about.html',
      'b9.css',
      'b10.css',
    ]);
  });
});
