import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHidden, parseRequestPath } from './request-path.ts';

test('a path is divided first and decoded after that', () => {
  expect(parseRequestPath('/photos/a%20b%23%3F.jpg?size=2')).toEqual({
    ok: true,
    segments: ['photos', 'a b#?.jpg'],
    directory: false,
    query: '?size=2',
  });
  expect(parseRequestPath('/')).toMatchObject({ segments: [], directory: true, query: '' });
  expect(parseRequestPath('/%F0%9F%A6%A6/')).toMatchObject({ segments: ['🦦'], directory: true });
  expect(parseRequestPath('/a%252e%252e')).toMatchObject({ segments: ['a%2e%2e'] });
});

test.each([
  '/../secret',
  '/a/../../secret',
  '/./a',
  '/%2e%2e/secret',
  '/%2E%2e%2fsecret',
  '/..%2fsecret',
  '/a%2fb',
  '/..%5csecret',
  '/a%5cb',
  '/a\\b',
  '/a%00.html',
  '/%',
  '/%zz',
  '/%e0%a4',
  '/%c0%ae%c0%ae/secret',
  '/%ff',
  '/a#b',
  'a',
  '',
  'http://elsewhere/',
  '*',
])('the target %j is refused', (target) => {
  expect(parseRequestPath(target)).toMatchObject({ ok: false, status: 400 });
});

test('empty parts lead nowhere', () => {
  expect(parseRequestPath('//elsewhere.example')).toMatchObject({ ok: false, status: 404 });
  expect(parseRequestPath('/a//b')).toMatchObject({ ok: false, status: 404 });
});

const hostileTarget = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '.',
        '..',
        '%2e',
        '%2E',
        '%2f',
        '%5c',
        '\\',
        '%00',
        '%',
        '?',
        '#',
        '%25',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => `/${parts.join('')}`);

test('whatever is asked for, what is let through stays within the site', () => {
  fc.assert(
    fc.property(hostileTarget, (target) => {
      const path = parseRequestPath(target);
      if (!path.ok) return;
      for (const segment of path.segments) {
        expect(segment).not.toMatch(/[/\\\0]/);
        expect(['', '.', '..']).not.toContain(segment);
      }
      // What a file system would make of it is below the root.
      const place = new URL(path.segments.map(encodeURIComponent).join('/'), 'http://x/root/');
      expect(place.pathname.startsWith('/root/')).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('every possible file name arrives as it is', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/[/\\\0]/.test(text) && text !== '.' && text !== '..');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      const target = `/${names.map(encodeURIComponent).join('/')}`;
      expect(parseRequestPath(target)).toMatchObject({ ok: true, segments: names });
    }),
  );
});

test('names that begin with a dot are hidden, but for .well-known', () => {
  expect(isHidden(['.git', 'config'])).toBe(true);
  expect(isHidden(['a', '.env'])).toBe(true);
  expect(isHidden(['.well-known', 'security.txt'])).toBe(false);
  expect(isHidden(['a.b', 'c.'])).toBe(false);
});
