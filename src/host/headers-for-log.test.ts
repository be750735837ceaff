import { expect, test } from 'vitest';
import {
  headersForLog,
  MAX_LOGGED_HEADER_CHARACTERS,
  MAX_LOGGED_HEADERS,
} from './headers-for-log.ts';

test('an ordinary message’s header fields are kept as they are', () => {
  const headers = [
    ['accept', 'text/html'],
    ['cookie', 'a=1; b=2'],
  ] as const;
  expect(headersForLog(headers)).toEqual(headers);
});

test('a field that is too long is cut, and what follows is left out', () => {
  const kept = headersForLog([
    ['accept', '*/*'],
    ['x-long', 'é'.repeat(48 * 1024)],
    ['x-last', '1'],
  ]);
  expect(kept.map(([name]) => name)).toEqual(['accept', 'x-long']);
  expect(kept[1]?.[1]).toMatch(/^é+…$/);
  const characters = kept.flat().join('').length;
  expect(characters).toBeLessThanOrEqual(MAX_LOGGED_HEADER_CHARACTERS + 1);
});

test('a field with a name that is too long is left out', () => {
  expect(headersForLog([['x'.repeat(48 * 1024), 'short']])).toEqual([]);
});

test('a great number of short fields is cut, too', () => {
  const many = Array.from({ length: 10_000 }, () => ['a', ''] as const);
  expect(headersForLog(many)).toHaveLength(MAX_LOGGED_HEADERS);
});
