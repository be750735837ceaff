import { describe, expect, it } from 'vitest';
import {
  addressOfFile,
  addressOfRoute,
  groupsOf,
  nextMigrationNumber,
} from '../tree/file-groups.ts';
import { type MadeFile, newFileOf } from './new-file.ts';

function make(id: string, typed: string): MadeFile {
  const group = groupsOf(true).find((other) => other.id === id);
  if (!group) throw new Error(id);
  return newFileOf(group).make(typed, '0003');
}

describe('a new file of a group', () => {
  it.each([
    ['pages', 'about', 'about.html'],
    ['pages', ' photos/mine.css ', 'photos/mine.css'],
    ['dynamic', '/', 'routes/index.ts'],
    ['dynamic', 'hello', 'routes/hello.ts'],
    ['dynamic', '/plants/[id]/', 'routes/plants/[id].ts'],
    ['dynamic', 'routes/a.js', 'routes/a.js'],
    ['templates', 'plant', 'templates/plant.hbs'],
    ['templates', 'templates/parts/head.hbs', 'templates/parts/head.hbs'],
    ['database', 'Add plants!', 'migrations/0003_add_plants.sql'],
    ['database', '0003_more.sql', 'migrations/0003_more.sql'],
    ['database', 'Grün & Blau', 'migrations/0003_grün_blau.sql'],
  ])('in %s, %j is %s', (id, typed, path) => {
    expect(make(id, typed)).toMatchObject({ ok: true, path });
  });

  it.each([
    ['pages', ' '],
    ['pages', 'photos/'],
    ['dynamic', ''],
    ['dynamic', '/search?q=1'],
    ['database', '!!!'],
  ])('in %s, %j is refused with a sentence', (id, typed) => {
    expect(make(id, typed)).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) });
  });

  it('has something to begin with, and no name becomes markup', () => {
    expect(make('dynamic', '/plants/[id]')).toMatchObject({
      content: expect.stringContaining('params.id'),
    });
    expect(make('pages', 'a<b>&c')).toMatchObject({
      content: expect.stringContaining('<h1>A&lt;b>&amp;c</h1>'),
    });
  });
});

it.each([
  [[], '0001'],
  [['migrations/0001.sql', 'migrations/0002_b.sql'], '0003'],
  [['migrations/00009_x.sql'], '00010'],
  [['migrations/notes.md', 'public/9.sql', 'migrations/old/7.sql'], '0001'],
])('the migration after %j has the number %s', (paths, number) => {
  expect(nextMigrationNumber(paths)).toBe(number);
});

it.each([
  ['routes/index.ts', '/'],
  ['routes/items/[id].tsx', '/items/[id]'],
  ['routes/a/index.js', '/a'],
  ['routes/_shared.ts', undefined],
  ['routes/lib/_x/y.ts', undefined],
  ['routes/.well-known/x.ts', '/.well-known/x'],
  ['routes/types.d.ts', undefined],
  ['routes/notes.md', undefined],
  ['lib/a.ts', undefined],
])('the route %s answers %s', (path, address) => {
  expect(addressOfRoute(path)).toBe(address);
});

it('files that visitors get have an address as it is typed', () => {
  expect(addressOfFile('public/a b#1.html', true)).toBe('/a%20b%231.html');
  expect(addressOfFile('public/index.html', true)).toBe('/');
  expect(addressOfFile('photos/index.html', false)).toBe('/photos/');
  expect(addressOfFile('routes/a.ts', true)).toBeUndefined();
});
