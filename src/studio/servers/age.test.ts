import { expect, it } from 'vitest';
import { describeAge } from './age.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;

it.each([
  [0, 'just now'],
  [-5 * HOUR, 'just now'],
  [59_000, 'just now'],
  [60_000, '1 minute ago'],
  [2.5 * HOUR, '2 hours ago'],
  [25 * HOUR, 'yesterday'],
  [13 * 24 * HOUR, '13 days ago'],
  [19 * 24 * HOUR, '3 Nov 2026'],
])('says of %i ms ago “%s”', (age, words) => {
  expect(describeAge(NOW - age, NOW)).toBe(words);
});
