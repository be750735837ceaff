import { expect, test } from 'vitest';
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS, retryPause } from './retry-pause.ts';

test('pauses double up to the longest, and chance makes them up to half shorter', () => {
  expect([1, 2, 3].map((failures) => retryPause(failures, 0))).toEqual([1000, 2000, 4000]);
  expect(retryPause(1, 0.9999)).toBe(FIRST_PAUSE_MS / 2);
  expect(retryPause(1_000_000, 0)).toBe(LONGEST_PAUSE_MS);
  expect(retryPause(1_000_000, 0.5)).toBe(LONGEST_PAUSE_MS * 0.75);
});
