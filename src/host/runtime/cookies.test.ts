import { describe, expect, it } from 'vitest';
import { SiteCookies } from './cookies.ts';
import { RUNTIME_LIMITS } from './limits.ts';

describe('the cookies of a request', () => {
  it('are read by name, decoded, the first of a name', () => {
    const cookies = new SiteCookies('a=1; b=%C3%BC; a=2; c="x y"; bad=%zz; empty=; =no; nothing');
    expect({ ...cookies.all() }).toEqual({ a: '1', b: 'ü', c: 'x y', bad: '%zz', empty: '' });
    expect(cookies.get('d')).toBeUndefined();
  });

  it('are harmless whatever their names', () => {
    const cookies = new SiteCookies('__proto__=x; constructor=y');
    expect(Object.keys(cookies.all())).toEqual(['__proto__', 'constructor']);
  });

  it('are looked at up to a limit', () => {
    const header = Array.from({ length: 10_000 }, (_, index) => `c${index}=1`).join(';');
    expect(Object.keys(new SiteCookies(header).all())).toHaveLength(RUNTIME_LIMITS.requestCookies);
  });
});

describe('the cookies of an answer', () => {
  it('are sent once per name, domain and path', () => {
    const cookies = new SiteCookies(null);
    cookies.set('a', '1');
    cookies.set('a', '2', { path: '/x' });
    cookies.set('a', '3');
    expect(cookies.lines()).toEqual(['a=2; Path=/x', 'a=3; Path=/']);
  });

  it('have all attributes', () => {
    const cookies = new SiteCookies(null);
    const expires = new Date(0);
    cookies.set('a', '', { domain: 'x.org', maxAge: 1.5, expires, secure: true, sameSite: 'None' });
    expect(cookies.lines()).toEqual([
      'a=; Path=/; Domain=x.org; Max-Age=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; SameSite=None',
    ]);
  });

  it.each<[string, (cookies: SiteCookies) => void]>([
    ['a name with a space', (cookies) => cookies.set('a b', '')],
    ['a path with another attribute', (cookies) => cookies.set('a', '', { path: '/; HttpOnly' })],
    ['a date that is none', (cookies) => cookies.set('a', '', { expires: new Date('x') })],
    ['an age that is none', (cookies) => cookies.set('a', '', { maxAge: Number.NaN })],
    ['another SameSite', (cookies) => cookies.set('a', '', { sameSite: 'x' as 'lax' })],
    ['a value that browsers do not keep', (cookies) => cookies.set('a', 'x'.repeat(5000))],
    [
      'too many of them',
      (cookies) => {
        for (let count = 0; count < 51; count += 1) cookies.set(`c${count}`, '');
      },
    ],
  ])('are refused with %s', (_, act) => {
    expect(() => act(new SiteCookies(null))).toThrow();
  });
});
