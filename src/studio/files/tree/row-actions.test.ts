import { expect, it } from 'vitest';
import { namedFiles } from '../testing/named-files.ts';
import { buildTree, rowsOf } from './file-tree.ts';
import { menuOfRow, type RowDoings } from './row-actions.ts';

const nothing = () => {};
const doings: RowDoings = {
  open: nothing,
  ask: nothing,
  move: nothing,
  duplicate: nothing,
  download: nothing,
  copyAddress: nothing,
  remove: nothing,
  upload: nothing,
  searchIn: nothing,
};

it('offers of a folder that was just made only what can be done to it', () => {
  const tree = buildTree(namedFiles(['full/a.txt']), false, ['empty/']);
  const rows = rowsOf(tree, { toggled: new Map(), filtered: false });
  const labels = (key: string) => {
    const row = rows.find((other) => other.key === key);
    if (!row) throw new Error(`no row ${key}`);
    return menuOfRow(row, [key], false, doings).map(({ label }) => label);
  };
  const adding = ['New file here…', 'New folder…', 'Upload here…', 'Search here…'];
  expect(labels('empty/')).toEqual([...adding, 'Delete']);
  const moving = ['Rename…', 'Duplicate', 'Move…', 'Download'];
  expect(labels('full/')).toEqual([...adding, ...moving, 'Delete']);
});
