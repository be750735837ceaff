import { describe, expect, it } from 'vitest';
import { findRenames } from './find-renames.ts';

const files = (...paths: string[]) => paths.map((path) => ({ path, size: 3 }));
const found = (before: string[], after: string[]) =>
  Object.fromEntries(findRenames(files(...before), files(...after)));

describe('a renamed file', () => {
  it('is the one that came when another went', () => {
    expect(found(['a', 'b'], ['b', 'c/d'])).toEqual({ a: 'c/d' });
  });

  it('is found in a folder that was moved', () => {
    expect(found(['x', 'a/b/1', 'a/b/c/2'], ['x', 'z/1', 'z/c/2'])).toEqual({
      'a/b/1': 'z/1',
      'a/b/c/2': 'z/c/2',
    });
    expect(found(['a/1', 'a/2'], ['1', '2'])).toEqual({ 'a/1': '1', 'a/2': '2' });
  });

  it.each([
    [['a', 'b'], ['b']],
    [['a'], ['a', 'b']],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    [
      ['a', 'b', 'c'],
      ['c', 'd'],
    ],
  ])('is none in %j that became %j', (before, after) => {
    expect(found(before, after)).toEqual({});
  });

  it('is none when another file came than the one that went', () => {
    expect(findRenames([{ path: 'a', size: 3 }], [{ path: 'b', size: 4 }]).size).toBe(0);
  });
});
