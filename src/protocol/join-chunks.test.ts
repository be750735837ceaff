import { expect, it } from 'vitest';
import { joinChunks } from './join-chunks.ts';

const bytes = (...values: number[]) => new Uint8Array(values);

it('puts chunks together in their order', () => {
  expect(joinChunks([bytes(1, 2), bytes(3), bytes(4, 5)], 5)).toEqual(bytes(1, 2, 3, 4, 5));
  expect(joinChunks([], 0)).toEqual(bytes());
});

it('gives back a single chunk as it is', () => {
  const only = bytes(1, 2);
  expect(joinChunks([only], 2)).toBe(only);
});
