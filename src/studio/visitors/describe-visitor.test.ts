import { expect, it } from 'vitest';
import { formatAge } from './describe-visitor.ts';

const MINUTE = 60_000;

it.each([
  [0, 'just now'],
  [MINUTE - 1, 'just now'],
  [MINUTE, '1 min'],
  [59.9 * MINUTE, '59 min'],
  [60 * MINUTE, '1 h'],
  [185 * MINUTE, '3 h 5 min'],
  [24 * 60 * MINUTE, '1 d'],
  [52.5 * 60 * MINUTE, '2 d 4 h'],
])('an age of %d ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});
