import { expect, test } from 'vitest';
import { requestHeadOf, type VisibleRequest } from './request-head.ts';

const around = {
  origin: 'http://garden.localhost:8890',
  userAgent: 'Browser/1',
  languages: ['de', 'en'],
};

function headOf(request: Partial<VisibleRequest>) {
  const head = requestHeadOf(
    {
      method: 'GET',
      url: 'http://garden.localhost:8890/a%20b?q=1#hash',
      headers: [],
      mode: 'no-cors',
      destination: 'image',
      referrer: 'http://garden.localhost:8890/',
      ...request,
    },
    around,
  );
  return { ...head, headers: Object.fromEntries(head.headers) };
}

test('the target is path and query, to the letter and without the hash', () => {
  expect(headOf({}).target).toBe('/a%20b?q=1');
  expect(headOf({ url: 'http://garden.localhost:8890/?' }).target).toBe('/?');
});

test('fields that a service worker does not see are made', () => {
  expect(headOf({}).headers).toEqual({
    host: 'garden.localhost:8890',
    referer: 'http://garden.localhost:8890/',
    'user-agent': 'Browser/1',
    'accept-language': 'de,en;q=0.9',
    'sec-fetch-dest': 'image',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-site': 'same-origin',
  });
});

test("the shell's frame asks as the site's main document", () => {
  const { headers } = headOf({ mode: 'navigate', destination: 'iframe' });
  expect(headers).toMatchObject({ 'sec-fetch-dest': 'document', 'sec-fetch-user': '?1' });
});

test('a fetch() has the destination "empty"', () => {
  expect(headOf({ mode: 'cors', destination: '' }).headers['sec-fetch-dest']).toBe('empty');
});

test('the origin is named where something is sent, not where something is read', () => {
  expect(headOf({ method: 'POST', mode: 'cors' }).headers.origin).toBe(around.origin);
  expect(headOf({ method: 'GET', mode: 'cors' }).headers.origin).toBeUndefined();
});

test('a page without referrer gets none made', () => {
  expect(headOf({ referrer: '' }).headers.referer).toBeUndefined();
  expect(headOf({ referrer: 'about:client' }).headers.referer).toBeUndefined();
});

test('what the page has set itself is kept', () => {
  expect(headOf({ headers: [['Accept-Language', 'fr']] }).headers['accept-language']).toBe('fr');
});

test('a form sent from another origin into a frame says so', () => {
  const foreign = { method: 'POST', mode: 'navigate', destination: 'iframe' };
  expect(headOf({ ...foreign, referrer: 'http://evil.localhost:8890/' }).headers).toMatchObject({
    origin: 'http://evil.localhost:8890',
    'sec-fetch-site': 'cross-site',
  });
  expect(headOf({ ...foreign, referrer: '' }).headers).toMatchObject({
    origin: 'null',
    'sec-fetch-site': 'cross-site',
  });
  expect(headOf({ ...foreign, method: 'GET', referrer: '' }).headers).toMatchObject({
    'sec-fetch-site': 'none',
  });
});

test('languages are written as browsers write them, each a little less wanted', () => {
  const languageOf = (languages: readonly string[]) =>
    requestHeadOf(
      {
        method: 'GET',
        url: 'http://garden.localhost:8890/',
        headers: [],
        mode: 'cors',
        destination: '',
        referrer: '',
      },
      { ...around, languages },
    ).headers.find(([name]) => name === 'accept-language')?.[1];
  expect(languageOf(['en-US'])).toBe('en-US,en;q=0.9');
  expect(languageOf(['en-US', 'en'])).toBe('en-US,en;q=0.9');
  expect(languageOf(['de-AT', 'de-DE', 'fr'])).toBe('de-AT,de-DE;q=0.9,de;q=0.8,fr;q=0.7');
  expect(languageOf([])).toBeUndefined();
});

test('a page that wants no cache used says so to the host, as to any server (a GET: http-cache/)', () => {
  expect(headOf({ method: 'POST', cache: 'no-cache' }).headers).toMatchObject({
    'cache-control': 'max-age=0',
  });
  for (const cache of ['reload', 'no-store']) {
    expect(headOf({ method: 'HEAD', cache }).headers).toMatchObject({
      pragma: 'no-cache',
      'cache-control': 'no-cache',
    });
  }
  expect(headOf({ method: 'HEAD', cache: 'default' }).headers).not.toHaveProperty('cache-control');
});

test('a page that sends no referrer hides its origin only where browsers do', () => {
  const hidden = { method: 'POST', referrer: '', referrerPolicy: 'no-referrer' };
  expect(headOf({ ...hidden, mode: 'cors' }).headers.origin).toBe(around.origin);
  expect(headOf({ ...hidden, mode: 'no-cors' }).headers.origin).toBe('null');
});

test('an origin that the browser shows counts more than the referrer', () => {
  const form = { method: 'POST', mode: 'navigate', destination: 'iframe', referrer: '' };
  const headers: [string, string][] = [['origin', around.origin]];
  expect(headOf({ ...form, headers }).headers).toMatchObject({ 'sec-fetch-site': 'same-origin' });
});

test('a form of a sandboxed page of the site is not the site’s own', () => {
  const form = { method: 'POST', mode: 'navigate', destination: 'iframe' };
  expect(headOf({ ...form, headers: [['origin', 'null']] }).headers).toMatchObject({
    origin: 'null',
    'sec-fetch-site': 'cross-site',
  });
});

test('a tag behind the address is no part of it', () => {
  const url = 'http://garden.localhost:8890/a?b#peerserver-request?id=1';
  expect(headOf({ url }).target).toBe('/a?b');
});
