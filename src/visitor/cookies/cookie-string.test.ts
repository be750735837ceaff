import fc from 'fast-check';
import { parseDate } from 'tough-cookie';
import { describe, expect, test } from 'vitest';
import { parseSetCookie } from '../../host/cookies/set-cookie.ts';
import { parseCookieDate } from './cookie-date.ts';
import { formatWrittenCookie, parseWrittenCookie, pathMatches, withLife } from './cookie-string.ts';

const DOCUMENT = { host: 'garden.localhost', path: '/shop/page', now: Date.UTC(2030, 0, 1) };

/** Attributes and pairs as scripts write them, well and badly. */
const attribute = fc.oneof(
  fc.constantFrom(
    'Path=/',
    'path = /shop',
    'PATH=shop',
    'Path',
    'Domain=garden.localhost',
    'domain=.Garden.Localhost',
    'Domain=localhost',
    'Domain=',
    'Max-Age=10',
    'max-age=0',
    'Max-Age=-1',
    'Max-Age=1e3',
    'Max-Age=99999999999',
    'Secure',
    'secure=no',
    'SameSite=Strict',
    'samesite=lax',
    'SameSite=None',
    'SameSite=other',
    'Partitioned',
    'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    'Expires=Tue, 01-Jan-30 00:00:09 GMT',
    'Expires=never',
    '',
  ),
  fc.string({ maxLength: 8 }),
);
const pair = fc.oneof(
  fc.constantFrom(
    'a=1',
    'a',
    '=a',
    '==a',
    'a=b=c',
    '__Host-a=1',
    '__Secure-a=1',
    '__HOST-a',
    ' a = 1 ',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({
    maxLength: 12,
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  }),
);

describe('what a script has written is read as the host reads it', () => {
  test('cookies', () => {
    fc.assert(
      fc.property(pair, fc.array(attribute, { maxLength: 5 }), (first, attributes) => {
        const text = [first, ...attributes].join('; ');
        // A tab is the one thing on which they may differ: here it is dropped wherever it stands.
        fc.pre(!text.includes('\t'));
        const atHost = parseSetCookie(text, DOCUMENT);
        const written = parseWrittenCookie(text, DOCUMENT);
        expect(written).toEqual(atHost && withoutHttpOnly(atHost));
      }),
      { numRuns: 3000 },
    );
  });

  test('and what the host is told of it means the same', () => {
    fc.assert(
      fc.property(pair, fc.array(attribute, { maxLength: 5 }), (first, attributes) => {
        const written = parseWrittenCookie([first, ...attributes].join('; '), DOCUMENT);
        fc.pre(written !== undefined);
        const told = withLife(formatWrittenCookie(written, DOCUMENT.host), written, DOCUMENT.now);
        // The host knows nothing of the document.
        const atHost = parseSetCookie(told, { ...DOCUMENT, path: '/' });
        const ends = written.expires !== null && written.expires <= DOCUMENT.now;
        const expires = ends ? 0 : written.expires;
        expect(atHost).toEqual({ ...written, expires, httpOnly: false });
      }),
      { numRuns: 3000 },
    );
  });

  test('dates', () => {
    const token = fc.oneof(
      fc.constantFrom(
        'Thu,',
        '01',
        'Jan',
        '1970',
        '00:00:00',
        'GMT',
        '31',
        'feb',
        '70',
        '1:2:3',
        '32',
        '1600',
        '24:00:00',
        '9th',
        '12:00:00x',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const text = tokens.join(' ');
        // The library reads letters above U+00FF as the end of a token; a cookie holds bytes only.
        fc.pre([...text].every((character) => character <= '\u00ff'));
        expect(parseCookieDate(text)).toEqual(parseDate(text)?.getTime());
      }),
      { numRuns: 3000 },
    );
  });
});

function withoutHttpOnly({ httpOnly, ...cookie }: NonNullable<ReturnType<typeof parseSetCookie>>) {
  return httpOnly ? undefined : cookie;
}

test.each([
  ['/', '/', true],
  ['/a', '/', true],
  ['/a', '/a', true],
  ['/a/b', '/a', true],
  ['/ab', '/a', false],
  ['/a', '/a/', false],
  ['/', '/a', false],
])('a page at %s has a cookie of %s: %s', (path, cookiePath, expected) => {
  expect(pathMatches(path, cookiePath)).toBe(expected);
});

test.each(['a\tb=1', 'a=1\t2', 'a=1;\tPath=/'])('a tab is dropped with its cookie: %j', (text) => {
  expect(parseWrittenCookie(text, DOCUMENT)).toBeUndefined();
  // Which costs nothing where it stands in name or value: the host would refuse it.
  if (!text.includes(';')) expect(parseSetCookie(text, DOCUMENT)).toBeUndefined();
});

test('an attribute that is too long does not count, whatever it says; the one before it does', () => {
  const long = `Expires=${' '.repeat(1000)}Thu, 01 Jan 1970 00:00:00 GMT${'x'.repeat(1000)}`;
  expect(parseWrittenCookie(`a=1; ${long}`, DOCUMENT)?.expires).toBeNull();
  const path = `Path=/${'x'.repeat(1024)}`;
  expect(parseWrittenCookie(`a=1; Path=/shop; ${path}`, DOCUMENT)?.path).toBe('/shop');
});

test('what is left of a life is told as a duration, and none as a deletion', () => {
  const cookie = parseWrittenCookie('a=1; Max-Age=10', DOCUMENT);
  if (!cookie) throw new Error('This is no cookie.');
  const life = (ms: number) => withLife('a=1', cookie, DOCUMENT.now + ms);
  expect([0, 8_001, 10_000, 99_000].map(life)).toEqual([
    'a=1; Max-Age=10',
    'a=1; Max-Age=2',
    'a=1; Max-Age=0',
    'a=1; Max-Age=0',
  ]);
  expect(withLife('a=1', { ...cookie, expires: null }, DOCUMENT.now)).toBe('a=1');
});

test('a cookie is at most 4096 bytes of name and value, and lives 400 days at most', () => {
  expect(parseWrittenCookie(`a=${'x'.repeat(4095)}`, DOCUMENT)).toBeDefined();
  expect(parseWrittenCookie(`a=${'x'.repeat(4096)}`, DOCUMENT)).toBeUndefined();
  expect(parseWrittenCookie('a=1; Max-Age=99999999', DOCUMENT)?.expires).toBe(
    DOCUMENT.now + 400 * 24 * 60 * 60 * 1000,
  );
});
