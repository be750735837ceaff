import { expect, test } from 'vitest';
import { ByteCache } from './byte-cache.ts';

test('what was used longest ago makes room', () => {
  const cache = new ByteCache(10);
  cache.set('a', new Uint8Array(4));
  cache.set('b', new Uint8Array(4));
  cache.get('a');
  cache.set('c', new Uint8Array(4));
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.length)).toEqual([4, undefined, 4]);
  expect(cache.bytes).toBe(8);
});

test('the limit holds whatever is put in, and one too large is not kept at all', () => {
  const cache = new ByteCache(10);
  cache.set('a', new Uint8Array(4));
  cache.set('huge', new Uint8Array(11));
  expect(cache.get('a')?.length).toBe(4);
  expect(cache.get('huge')).toBeUndefined();
  cache.set('a', new Uint8Array(9));
  expect(cache.bytes).toBe(9);
  cache.delete('a');
  cache.delete('a');
  expect(cache.bytes).toBe(0);
});
