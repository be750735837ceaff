import { describe, expect, it } from 'vitest';
import { namedFiles } from '../testing/named-files.ts';
import { buildTree, filterFiles, keysAround, rowsOf, type TreeRow } from './file-tree.ts';

const PROJECT = [
  'peerserver.json',
  'public/index.html',
  'public/photos/cat.jpg',
  'public/photos/old/dog.jpg',
  'routes/index.ts',
  'templates/page.hbs',
  'migrations/0001.sql',
];

/** Rows as text, by two blanks a level. */
function drawn(rows: readonly TreeRow[]): string[] {
  return rows.map((row) => {
    switch (row.kind) {
      case 'group':
        return `${row.node.group.title} (${row.node.root.count})`;
      case 'folder':
        return `${'  '.repeat(row.depth + 1)}${row.open ? '-' : '+'} ${row.node.name}`;
      case 'file':
        return `${'  '.repeat(row.depth + 1)}${row.base}`;
      default:
        return `  <${row.kind}>`;
    }
  });
}

const shape = (toggled: [string, boolean][] = [], filtered = false) => ({
  toggled: new Map(toggled),
  filtered,
});

describe('the tree of files', () => {
  it('has groups, and in each a folder’s files before the folders in it', () => {
    const tree = buildTree(namedFiles(PROJECT), true);
    expect(drawn(rowsOf(tree, shape()))).toEqual([
      'Pages and assets (3)',
      '  index.html',
      '  - photos',
      '    cat.jpg',
      '    - old',
      '      dog.jpg',
      'Dynamic Files (2)',
      '  peerserver.json',
      '  - routes',
      '    index.ts',
      'Templates (1)',
      '  page.hbs',
      'Database (1)',
      '  0001.sql',
      '  <database-link>',
    ]);
  });

  it('is one group where there is no code', () => {
    const tree = buildTree(namedFiles(['index.html', 'public/a.html', 'routes/b.ts']), false);
    expect(drawn(rowsOf(tree, shape()))).toEqual([
      'Pages and assets (3)',
      '  index.html',
      '  - public',
      '    a.html',
      '  - routes',
      '    b.ts',
    ]);
  });

  it('says what an empty group is for', () => {
    const rows = rowsOf(buildTree(namedFiles(['peerserver.json']), true), shape());
    expect(drawn(rows).filter((line) => line === '  <hint>')).toHaveLength(3);
  });

  it('shows folders that hold nothing yet, until they do', () => {
    const tree = buildTree(namedFiles(['index.html']), false, ['new/deep/']);
    expect(drawn(rowsOf(tree, shape()))).toEqual([
      'Pages and assets (1)',
      '  index.html',
      '  - new',
      '    - deep',
    ]);
  });

  it('folds what was folded, and large folders from the beginning', () => {
    const many = Array.from({ length: 31 }, (_, index) => `big/${index}.txt`);
    const tree = buildTree(namedFiles(['index.html', ...many]), false);
    expect(drawn(rowsOf(tree, shape()))).toHaveLength(3);
    expect(drawn(rowsOf(tree, shape([['big/', true]])))).toHaveLength(3 + many.length);
    expect(drawn(rowsOf(tree, shape([['/pages', false]])))).toEqual(['Pages and assets (32)']);
  });

  it('opens everything, and leaves out what is empty, while something is looked for', () => {
    const found = filterFiles(namedFiles(PROJECT), ' DOG');
    const rows = rowsOf(buildTree(found, true), shape([['public/photos/', false]], true));
    expect(drawn(rows)).toEqual([
      'Pages and assets (1)',
      '  - photos',
      '    - old',
      '      dog.jpg',
    ]);
  });

  it('tells what must be open for a file to be seen', () => {
    expect(keysAround('public/photos/old/dog.jpg', true)).toEqual([
      '/pages',
      'public/photos/',
      'public/photos/old/',
    ]);
    expect(keysAround('routes/a.ts', true)).toEqual(['/dynamic', 'routes/']);
  });

  it('has a key for each row that no other row has, whatever files are called', () => {
    const odd = ['pages', 'pages/hint', 'database-page', 'a', 'b/a', '__proto__', 'constructor/x'];
    const rows = rowsOf(buildTree(namedFiles([...odd, 'peerserver.json']), true), shape());
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    expect(rows.filter(({ kind }) => kind === 'file')).toHaveLength(odd.length + 1);
  });
});
