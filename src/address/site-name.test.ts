import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NAME_LENGTH, mendName, parseSiteName, suggestName } from './site-name.ts';

describe('parseSiteName', () => {
  it.each([
    'garden',
    'a',
    '7',
    'my-site-2',
    'a--b',
    'a'.repeat(MAX_NAME_LENGTH),
  ])('accepts %s', (input) => {
    expect(parseSiteName(input)).toEqual({ ok: true, name: input });
  });

  it('forgives capitals and blanks around the name', () => {
    expect(parseSiteName('  Garden ')).toEqual({ ok: true, name: 'garden' });
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['A b!', 'characters'],
    ['a.b', 'characters'],
    ['gärten', 'characters'],
    ['a%20b', 'characters'],
    ['a/b', 'characters'],
    ['a\nb', 'characters'],
    ['-x', 'hyphen-at-end'],
    ['x-', 'hyphen-at-end'],
    ['-', 'hyphen-at-end'],
    ['xn--a', 'punycode'],
    ['ab--c', 'punycode'],
    ['a'.repeat(64), 'too-long'],
    ['www', 'reserved'],
    ['WWW', 'reserved'],
  ])('says what is wrong with %j: %s', (input, problem) => {
    expect(parseSiteName(input)).toMatchObject({ ok: false, problem });
  });

  it('gives every accepted name back unchanged when it is read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abz09-. A') }), (input) => {
        const first = parseSiteName(input);
        if (first.ok) expect(parseSiteName(first.name)).toEqual(first);
      }),
    );
  });
});

describe('mendName', () => {
  it.each([
    ['Bad Name!', 'bad-name'],
    ['--x__y--', 'x-y'],
    ['x'.repeat(99), 'x'.repeat(MAX_NAME_LENGTH)],
    ['www', undefined],
    ['\u00a7\u00a7', undefined],
  ])('makes of %j the name that may have been meant: %s', (input, name) => {
    expect(mendName(input)).toBe(name);
  });
});

describe('suggestName', () => {
  it('keeps what was typed and adds an animal', () => {
    expect(suggestName('My Garden!', 0)).toBe('my-garden-badger');
  });

  it('offers an animal with a number when nothing typed is usable', () => {
    expect(suggestName('§§§', 0)).toMatch(/^badger-\d+$/);
    expect(suggestName('', 0)).toMatch(/^badger-\d+$/);
  });

  it('has a larger number to offer at each attempt', () => {
    expect(suggestName('garden', 0.5, 1)).toMatch(/^garden-\d{3}$/);
    expect(suggestName('garden', 0.5, 3)).toMatch(/^garden-\d{5}$/);
  });

  it('offers a valid name whatever was typed and whatever the chance', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.string(), chance, fc.nat(30), (input, random, attempt) => {
        const name = suggestName(input, random, attempt);
        expect(parseSiteName(name)).toEqual({ ok: true, name });
      }),
    );
  });
});
