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
});

test('fields that a service worker does not see are made', () => {
  expect(headOf({}).headers).toEqual({
    host: 'garden.localhost:8890',
    referer: 'http://garden.localhost:8890/',
    'user-agent': 'Browser/1',
    'accept-language': 'de, en',
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
