import { expect, it } from 'vitest';
import { nextEntry } from './menu.tsx';

it.each([
  ['ArrowDown', 0, 1],
  ['ArrowDown', 2, 0],
  ['ArrowDown', -1, 0],
  ['ArrowUp', 0, 2],
  ['ArrowUp', -1, 2],
  ['Home', 2, 0],
  ['End', 0, 2],
  ['a', 1, undefined],
])('leads by %s from entry %i of three to %s', (key, now, next) => {
  expect(nextEntry(key, now, 3)).toBe(next);
});
