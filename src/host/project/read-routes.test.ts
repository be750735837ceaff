import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRoutes } from './read-routes.ts';

function table(...files: string[]) {
  const { table, problems } = readRoutes(files, 0);
  expect(problems).toEqual([]);
  return table;
}

describe('readRoutes', () => {
  it.each([
    ['routes/index.ts', '/'],
    ['routes/items.tsx', '/items'],
    ['routes/items/index.js', '/items'],
    ['routes/a/b/c.mjs', '/a/b/c'],
    ['routes/feed.xml.ts', '/feed.xml'],
    ['routes/two-words.jsx', '/two-words'],
    ['routes/.well-known/me.ts', '/.well-known/me'],
    ['routes/index/index.ts', '/index'],
    ['routes/grüße dort.ts', '/gr%C3%BC%C3%9Fe%20dort'],
    // As some file systems spell the same letter.
    ['routes/gru\u0308n.ts', '/gr%C3%BCn'],
  ])('takes %s for the address %s', (file, pathname) => {
    expect(table(file).match(pathname)).toEqual({ file, params: {} });
  });

  it.each([
    ['routes/[id].ts', '/42', { id: '42' }],
    ['routes/items/[id]/edit.ts', '/items/a%20b/edit', { id: 'a b' }],
    ['routes/[a]/[b].ts', '/1/2', { a: '1', b: '2' }],
    ['routes/[id].ts', '/a%2Fb', { id: 'a/b' }],
    ['routes/[...rest].ts', '/a/b%20c/d', { rest: 'a/b c/d' }],
    ['routes/files/[owner]/[...path].ts', '/files/ann/x/y.txt', { owner: 'ann', path: 'x/y.txt' }],
    ['routes/[__proto__].ts', '/x', Object.fromEntries([['__proto__', 'x']])],
  ])('gives the parameters of %s for %s', (file, pathname, params) => {
    expect(table(file).match(pathname)?.params).toEqual(params);
  });

  it.each([
    ['routes/items.ts', '/items/'],
    ['routes/items/index.ts', '/items/'],
    ['routes/items/[id].ts', '/items/4/'],
    ['routes/docs/[...rest].ts', '/docs/a/'],
  ])('makes no difference of a slash at the end: %s answers %s', (file, pathname) => {
    expect(table(file).match(pathname)?.file).toBe(file);
  });

  it.each([
    ['routes/items.ts', '/Items'],
    ['routes/items.ts', '/items/4'],
    ['routes/items.ts', '//items'],
    ['routes/items.ts', 'items'],
    ['routes/items/index.ts', '/items/index'],
    ['routes/[id].ts', '/'],
    ['routes/[id].ts', '/%zz'],
    ['routes/[id].ts', '/%ff'],
    ['routes/[id].ts', '/%00'],
    ['routes/[id].ts', '/..'],
    ['routes/[id].ts', '/%2e%2E'],
    ['routes/docs/[...rest].ts', '/docs'],
    ['routes/docs/[...rest].ts', '/docs/'],
    ['routes/docs/[...rest].ts', '/docs/a/..%2f..%2fsecret'],
    ['routes/docs/[...rest].ts', '/docs/a//b'],
  ])('has no match of %s for %s', (file, pathname) => {
    expect(table(file).match(pathname)).toBeUndefined();
  });

  it.each([
    'routes/_lib.ts',
    'routes/_parts/head.ts',
    'routes/.hidden.ts',
    'routes/types.d.ts',
    'routes/style.css',
    'routes/items.ts.bak',
    'lib/items.ts',
    'routes.ts',
    'public/routes/a.ts',
  ])('takes %s for no route', (file) => {
    expect(table(file).files).toEqual([]);
  });

  it('prefers a word to a parameter to a rest, at each part from the left', () => {
    const routes = table(
      'routes/[...all].ts',
      'routes/[kind]/new.ts',
      'routes/[kind]/[id].ts',
      'routes/items/[id].ts',
      'routes/items/[...path].ts',
      'routes/items/new.ts',
    );
    const file = (pathname: string) => routes.match(pathname)?.file;
    expect(file('/items/new')).toBe('routes/items/new.ts');
    expect(file('/items/7')).toBe('routes/items/[id].ts');
    expect(file('/items/7/8')).toBe('routes/items/[...path].ts');
    expect(file('/trees/new')).toBe('routes/[kind]/new.ts');
    expect(file('/trees/7')).toBe('routes/[kind]/[id].ts');
    expect(file('/trees')).toBe('routes/[...all].ts');
    expect(file('/items')).toBe('routes/[...all].ts');
    expect(file('/trees/7/8')).toBe('routes/[...all].ts');
  });

  it('goes back when the more specific way ends', () => {
    const routes = table('routes/a/[x]/c.ts', 'routes/[y]/b/d.ts');
    expect(routes.match('/a/b/d')).toEqual({ file: 'routes/[y]/b/d.ts', params: { y: 'a' } });
  });

  it.each([
    ['routes/[].ts', 'neither a word nor a parameter'],
    ['routes/item-[id].ts', 'neither a word nor a parameter'],
    ['routes/[[...rest]].ts', 'neither a word nor a parameter'],
    ['routes/[1st].ts', 'neither a word nor a parameter'],
    ['routes/[...rest]/edit.ts', 'not the last part'],
    ['routes/[id]/[id].ts', 'in it twice'],
  ])('says what is wrong with %s: %s', (file, text) => {
    const { table, problems } = readRoutes([file, 'routes/good.ts'], 5);
    expect(problems).toEqual([
      expect.objectContaining({
        at: 5,
        level: 'error',
        text: expect.stringContaining(text),
        place: { file },
      }),
    ]);
    expect(table.files).toEqual(['routes/good.ts']);
  });

  it.each([
    ['routes/items.ts', 'routes/items/index.ts'],
    ['routes/items.js', 'routes/items.ts'],
    ['routes/[a].ts', 'routes/[b].ts'],
    ['routes/[...a].ts', 'routes/[...b].ts'],
    ['routes/[a]/x.ts', 'routes/[b]/x.ts'],
  ])('says that %s and %s answer the same', (used, other) => {
    for (const order of [
      [used, other],
      [other, used],
    ]) {
      const { table, problems } = readRoutes(order, 0);
      expect(table.files).toEqual([used]);
      expect(problems).toMatchObject([
        { place: { file: other }, text: expect.stringContaining(used) },
      ]);
    }
  });

  it('lets two files call the same parameter by different names', () => {
    const routes = table('routes/[a]/x.ts', 'routes/[b]/y.ts');
    expect(routes.match('/1/x')?.params).toEqual({ a: '1' });
    expect(routes.match('/1/y')?.params).toEqual({ b: '1' });
  });

  const part = fc.constantFrom('a', 'b', 'index', '[x]', '[y]', '[...z]', '_p');
  const file = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => `routes/${parts.join('/')}.ts`);
  const pathname = fc
    .array(fc.constantFrom('a', 'b', 'c', 'index', ''), { maxLength: 5 })
    .map((parts) => `/${parts.join('/')}`);

  it('gives the same for the same files in whatever order', () => {
    const shuffled = fc
      .uniqueArray(file, { maxLength: 12 })
      .chain((files) =>
        fc.tuple(
          fc.constant(files),
          fc.shuffledSubarray(files, { minLength: files.length, maxLength: files.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, fc.array(pathname), ([files, others], pathnames) => {
        const [one, two] = [readRoutes(files, 0), readRoutes(others, 0)];
        expect(two.problems).toEqual(one.problems);
        expect(two.table.files).toEqual(one.table.files);
        for (const each of pathnames) expect(two.table.match(each)).toEqual(one.table.match(each));
      }),
    );
  });

  it('finds what trying all patterns in the order of their precedence finds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(file, { maxLength: 10 }), pathname, (files, path) => {
        const { table } = readRoutes(files, 0);
        expect(table.match(path)?.file).toBe(byTryingAll(table.files, path));
      }),
    );
  });
});

/** Precedence said in another way: the smallest of all matching patterns, part by part. */
function byTryingAll(files: readonly string[], pathname: string): string | undefined {
  const segments = pathname.slice(1).split('/');
  if (segments.at(-1) === '') segments.pop();
  if (segments.includes('')) return undefined;
  const rank = (part: string) => (part.startsWith('[...') ? '2' : part.startsWith('[') ? '1' : '0');
  const candidates = files.flatMap((file) => {
    const parts = file.slice('routes/'.length, -'.ts'.length).split('/');
    if (parts.at(-1) === 'index') parts.pop();
    const isRest = parts.at(-1)?.startsWith('[...') ?? false;
    const fits = isRest ? segments.length >= parts.length : segments.length === parts.length;
    const matches = parts.every((part, i) => part.startsWith('[') || part === segments[i]);
    return fits && matches ? [{ file, key: parts.map(rank).join('') }] : [];
  });
  return candidates.sort((a, b) => (a.key < b.key ? -1 : 1))[0]?.file;
}
