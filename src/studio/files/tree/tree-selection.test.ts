import { describe, expect, it } from 'vitest';
import { namedFiles } from '../testing/named-files.ts';
import { buildTree, rowsOf } from './file-tree.ts';
import {
  choosingAll,
  choosingOne,
  extending,
  keptSelection,
  rowAfterDelete,
  targetsOf,
  targetsOfDelete,
  toggling,
} from './tree-selection.ts';

const rows = rowsOf(buildTree(namedFiles(['a.txt', 'b.txt', 'p/c.txt', 'p/d.txt']), false), {
  toggled: new Map(),
  filtered: false,
});
const row = (key: string) => {
  const found = rows.find((other) => other.key === key);
  if (!found) throw new Error(`no row ${key}`);
  return found;
};
const sorted = (keys: Iterable<string>) => [...keys].sort();

describe('what is chosen in the list of files', () => {
  it('is a range from where the choice began, upwards and downwards', () => {
    const from = choosingOne('b.txt');
    expect(sorted(extending(from, rows, 'p/c.txt').chosen)).toEqual(['b.txt', 'p/', 'p/c.txt']);
    const up = extending(extending(from, rows, 'p/c.txt'), rows, 'a.txt');
    expect(sorted(up.chosen)).toEqual(['a.txt', 'b.txt']);
    // Groups are no files.
    expect(sorted(extending(from, rows, '/pages').chosen)).toEqual(['a.txt', 'b.txt']);
  });

  it('is one more or one less, with the first one counted', () => {
    const two = toggling(choosingOne('a.txt'), row('p/c.txt'));
    expect(sorted(two.chosen)).toEqual(['a.txt', 'p/c.txt']);
    expect(sorted(toggling(two, row('a.txt')).chosen)).toEqual(['p/c.txt']);
    expect(sorted(toggling(choosingOne('/pages'), row('a.txt')).chosen)).toEqual(['a.txt']);
  });

  it('is what an action is for, without what goes with its folder', () => {
    const all = choosingAll(choosingOne('a.txt'), rows);
    expect(sorted(targetsOf(all, 'a.txt'))).toEqual(['a.txt', 'b.txt', 'p/']);
    const two = toggling(choosingOne('a.txt'), row('b.txt'));
    expect(targetsOf(two, 'p/c.txt')).toEqual(['p/c.txt']);
    expect(targetsOf(two, '/pages')).toEqual([]);
  });

  it('is never a folder while the list is filtered: there may be files in it that nobody sees', () => {
    const shown = rowsOf(buildTree(namedFiles(['a.txt', 'p/c.txt']), false), {
      toggled: new Map(),
      filtered: true,
    });
    const all = choosingAll(choosingOne('a.txt'), shown);
    expect(sorted(all.chosen)).toEqual(['a.txt', 'p/c.txt']);
    expect(sorted(extending(choosingOne('a.txt'), shown, 'p/').chosen)).toEqual(['a.txt']);
    // With the focus on the folder itself, too.
    expect(sorted(targetsOfDelete(all, shown, 'p/'))).toEqual(['a.txt', 'p/c.txt']);
    expect(targetsOfDelete(choosingOne('p/'), shown, 'p/')).toEqual(['p/c.txt']);
    expect(targetsOfDelete(choosingOne('p/'), rows, 'p/')).toEqual(['p/']);
    // Chosen before something was typed into the filter.
    const before = toggling(choosingOne('a.txt'), row('p/'));
    expect(sorted(keptSelection(before, shown).chosen)).toEqual(['a.txt']);
  });

  it('leaves the focus to the next row that stays, else to the one before', () => {
    expect(rowAfterDelete(rows, 'a.txt', ['a.txt'])).toBe('b.txt');
    expect(rowAfterDelete(rows, 'a.txt', ['a.txt', 'b.txt'])).toBe('p/');
    expect(rowAfterDelete(rows, 'p/', ['p/'])).toBe('b.txt');
    expect(rowAfterDelete(rows, 'p/d.txt', ['p/d.txt'])).toBe('p/c.txt');
  });

  it('is forgotten when it is gone', () => {
    const two = toggling(choosingOne('a.txt'), row('b.txt'));
    expect(keptSelection(two, rows)).toBe(two);
    const left = rows.filter(({ key }) => key !== 'b.txt');
    const kept = keptSelection(two, left);
    expect(sorted(kept.chosen)).toEqual(['a.txt']);
    expect(kept.current).toBeUndefined();
  });
});
