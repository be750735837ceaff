import { describe, expect, it } from 'vitest';
import { MAX_PATHS, relativeTo, sitePaths } from './site-paths.ts';

const PROJECT = [
  'peerserver.json',
  'public/index.html',
  'public/style.css',
  'public/shop/index.html',
  'routes/index.ts',
  'routes/plants/[id].ts',
  'routes/plants/index.ts',
  'routes/about.ts',
  'routes/_shared.ts',
  'lib/rows.ts',
  'templates/plant.hbs',
  'templates/items/row.hbs',
  'templates/layouts/main.hbs',
  'server.ts',
];

describe('the paths that fit', () => {
  it('are addresses where a page names them', () => {
    expect(sitePaths('address', 'public/index.html', PROJECT)).toEqual([
      '/',
      '/style.css',
      '/shop/',
      '/plants',
      '/about',
    ]);
    expect(sitePaths('address', 'a.html', ['a.html', 'b/c.png'])).toEqual(['/a.html', '/b/c.png']);
  });

  it('are modules where code imports', () => {
    expect(sitePaths('import', 'routes/about.ts', PROJECT)).toEqual([
      'peerserver',
      'hono',
      '../peerserver.json',
      './index.ts',
      './plants/[id].ts',
      './plants/index.ts',
      './_shared.ts',
      '../lib/rows.ts',
      '../server.ts',
    ]);
    const page = ['peerserver.json', 'public/a.js', 'public/lib/b.js', 'lib/rows.ts'];
    expect(sitePaths('import', 'public/a.js', page)).toEqual(['./lib/b.js']);
  });

  it('are templates for render, all others for a template, files of public for file', () => {
    expect(sitePaths('template', 'routes/a.ts', PROJECT)).toEqual(['plant', 'items/row']);
    expect(sitePaths('partial', 'templates/plant.hbs', PROJECT)).toEqual([
      'items/row',
      'layouts/main',
    ]);
    expect(sitePaths('public-file', 'routes/a.ts', PROJECT)).toEqual([
      'index.html',
      'style.css',
      'shop/index.html',
    ]);
  });

  it('are not more than anybody reads', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `f${index}.html`);
    expect(sitePaths('address', 'f0.html', many)).toHaveLength(MAX_PATHS);
  });

  it.each([
    ['a.ts', 'b.ts', './b.ts'],
    ['x/a.ts', 'b.ts', '../b.ts'],
    ['x/y/a.ts', 'x/z/b.ts', '../z/b.ts'],
  ])('from %s to %s are %s', (from, path, expected) => {
    expect(relativeTo(from, path)).toBe(expected);
  });
});
