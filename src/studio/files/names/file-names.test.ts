import { describe, expect, it } from 'vitest';
import {
  isProject,
  isSiteCode,
  nameOfPath,
  parseFileName,
  pathOfName,
  uploadPlaces,
} from './file-names.ts';

describe('what files are called', () => {
  it.each([
    ['public/index.html', 'index.html'],
    ['public/photos/cat.jpg', 'photos/cat.jpg'],
    ['routes/index.ts', 'routes/index.ts'],
    ['templates/page.hbs', 'templates/page.hbs'],
    ['migrations/0001.sql', 'migrations/0001.sql'],
    ['server.ts', 'server.ts'],
    ['peerserver.json', 'peerserver.json'],
    ['lib/birds.ts', 'lib/birds.ts'],
    ['lib/birds.js', './lib/birds.js'],
    ['style.css', './style.css'],
    ['public/lib/birds.ts', 'public/lib/birds.ts'],
    ['public/routes/a.html', 'public/routes/a.html'],
    ['public/peerserver.json', 'public/peerserver.json'],
    ['public/public/a.html', 'public/public/a.html'],
    ['public/server.js', 'public/server.js'],
  ])('in a project, %s is called %s, and the name leads back', (path, name) => {
    expect(nameOfPath(path, true)).toBe(name);
    expect(pathOfName(name, true)).toBe(path);
  });

  it('is their paths in a site without dynamic files', () => {
    for (const path of ['index.html', 'public/index.html', 'lib/a.js']) {
      expect(nameOfPath(path, false)).toBe(path);
      expect(pathOfName(path, false)).toBe(path);
    }
  });

  it.each([
    ['/about.html', 'public/about.html'],
    [' notes/today.txt', 'public/notes/today.txt'],
    ['routes/items/[id].ts', 'routes/items/[id].ts'],
    ['./lib/birds.js', 'lib/birds.js'],
  ])('is read from what was typed: %j', (typed, path) => {
    expect(parseFileName(typed, true)).toEqual({ ok: true, path });
  });

  it.each(['', './', '../a.html', './../a', 'a/./b'])('is refused when it is %j', (typed) => {
    expect(parseFileName(typed, true)).toMatchObject({ ok: false });
  });

  it('depends on peerserver.json at the root', () => {
    expect(isProject(['public/index.html', 'peerserver.json'])).toBe(true);
    expect(isProject(['index.html', 'public/peerserver.json'])).toBe(false);
  });
});

it('code is what lies beside public/ in a project', () => {
  const files = ['peerserver.json', 'routes/a.ts', 'public/a.js'].map((path) => ({ path }));
  const code = (path: string) => isSiteCode(path, files);
  expect([code('routes/a.ts'), code('public/a.js')]).toEqual([true, false]);
  expect(isSiteCode('routes/a.ts', [{ path: 'routes/a.ts' }])).toBe(false);
});

describe('where an upload goes', () => {
  const placed = (paths: string[], project: boolean) => paths.map(uploadPlaces(paths, project));

  it('is public/ in a project, but for what has a meaning of its own', () => {
    const paths = ['photo.jpg', 'dist/game.d.ts', 'routes/a.ts', 'public/b.html', 'server.ts'];
    expect(placed(paths, true)).toEqual([
      'public/photo.jpg',
      'public/dist/game.d.ts',
      'routes/a.ts',
      'public/b.html',
      'server.ts',
    ]);
  });

  it('is where it lies when it is a whole project, or goes into a site that is none', () => {
    const whole = ['peerserver.json', 'lib/a.ts', 'specs.json'];
    expect(placed(whole, true)).toEqual(whole);
    expect(placed(whole, false)).toEqual(whole);
    expect(placed(['photo.jpg'], false)).toEqual(['photo.jpg']);
  });
});
