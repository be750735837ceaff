import { expect, test } from 'vitest';
import { MAX_NAME_BYTES, MAX_PATH_LENGTH, normalizeSitePath } from './site-path.ts';

test.each([
  'a',
  'a b/#%?.txt',
  'x'.repeat(MAX_NAME_BYTES),
  '🌻'.repeat(63),
  '...',
  'a/.peerserver',
])('%j is a path', (path) => {
  expect(normalizeSitePath(path)).toBe(path);
});

test('a decomposed name becomes a composed one', () => {
  expect(normalizeSitePath('e\u0301')).toBe('é');
});

test.each([
  '',
  '/a',
  'a/',
  'a//b',
  './a',
  'a/../b',
  'a\\b',
  'a\0b',
  'a\ud83c',
  '.peerserver/site.json',
  '🌻'.repeat(64),
  `${'a/'.repeat(MAX_PATH_LENGTH / 2)}b`,
])('%j is none', (path) => {
  expect(() => normalizeSitePath(path)).toThrow(expect.objectContaining({ code: 'bad-input' }));
});
