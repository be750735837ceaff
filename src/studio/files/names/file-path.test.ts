import { describe, expect, it } from 'vitest';
import { MAX_PATH_LENGTH } from '../../host.ts';
import { compareFiles, type NamedFile, parseFilePath } from './file-path.ts';

describe('a path that was typed', () => {
  it('is taken without blanks around it and without a slash at the beginning', () => {
    expect(parseFilePath(' /photos/my cat.jpg ')).toEqual({ ok: true, path: 'photos/my cat.jpg' });
  });

  it('is composed as the store has it, however it was typed', () => {
    expect(parseFilePath('cafe\u0301.html')).toEqual({ ok: true, path: 'caf\u00e9.html' });
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
    `photos/${'ä'.repeat(128)}`,
    'half \ud83e',
  ])('is refused with a sentence when it is %j', (typed) => {
    const parsed = parseFilePath(typed);
    expect(parsed).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) });
  });
});

describe('the order of files', () => {
  const named = (name: string, path = name): NamedFile => {
    return { name, path, size: 0, modified: 0, type: '', status: 'live' };
  };
  const sorted = (files: NamedFile[]) => files.sort(compareFiles).map(({ name }) => name);

  it('begins with index.html and 404.html, then goes by name with numbers by value', () => {
    const names = ['b10.css', 'about.html', '404.html', 'b9.css', 'index.html'];
    expect(sorted(names.map((name) => named(name)))).toEqual([
      'index.html',
      '404.html',
      'about.html',
      'b9.css',
      'b10.css',
    ]);
  });

  it('has the files of public/ before the code', () => {
    const files = [
      named('peerserver.json'),
      named('style.css', 'public/style.css'),
      named('routes/index.ts'),
      named('index.html', 'public/index.html'),
    ];
    expect(sorted(files)).toEqual([
      'index.html',
      'style.css',
      'peerserver.json',
      'routes/index.ts',
    ]);
  });
});
