import { Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { smallestChange } from './smallest-change.ts';

const change = (from: string, to: string) => {
  const found = smallestChange(Text.of(from.split('\n')), Text.of(to.split('\n')));
  return found && { ...found, insert: found.insert.toString() };
};

describe('the change from one text to another', () => {
  it.each([
    ['abc', 'abc', undefined],
    ['abc', 'aXc', { from: 1, to: 2, insert: 'X' }],
    ['one\ntwo', 'one\n\ntwo', { from: 4, to: 4, insert: '\n' }],
    ['aa', 'aaa', { from: 2, to: 2, insert: 'a' }],
    ['aaa', 'aa', { from: 2, to: 3, insert: '' }],
    ['', 'x', { from: 0, to: 0, insert: 'x' }],
  ])('%j to %j is %j', (from, to, expected) => {
    expect(change(from, to)).toEqual(expected);
  });
});
