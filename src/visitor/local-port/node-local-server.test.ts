import { expect, it } from 'vitest';
import {
  HOST,
  type LocalPort,
  plain,
  readAll,
  SITE,
  withLocalPort,
} from './local-port.test.support.ts';

let local: LocalPort;
withLocalPort((fresh) => {
  local = fresh;
});

it.each([
  ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', 501],
  ['TRACE', `TRACE / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 405],
  ['an unknown method', `FROB / HTTP/1.1\r\n${HOST}\r\n`, 501],
  ['a request without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  [
    'a foreign Host (DNS rebinding)',
    'GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    403,
  ],
  ['headers above the limit', `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(50_000)}\r\n\r\n`, 431],
  ['nonsense', 'GET \u0000\r\n\r\n', 400],
  // What two programs could read in two ways, so that one request hides in another.
  [
    'both a length and chunks',
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'two lengths',
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    400,
  ],
  [
    'chunks that are not the last coding',
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ['a blank before the colon', `GET / HTTP/1.1\r\n${HOST}A : b\r\n\r\n`, 400],
  ['a bare line feed', `GET / HTTP/1.1\n${HOST}\n\n`, 400],
])('refuses %s without asking the site', async (_what, bytes, status) => {
  let isAsked = false;
  local.answer = async ({ body }) => {
    isAsked = body === null;
    return plain(await readAll(body));
  };
  const { all } = local.talk(bytes);
  expect(await all()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(isAsked).toBe(false);
});

it("refuses a page of another site that would change something, and takes the site's own", async () => {
  const asked: string[] = [];
  local.answer = async ({ head }) => {
    asked.push(head.headers.find(([name]) => name === 'origin')?.[1] ?? '');
    return plain('done');
  };
  const post = (headers: Record<string, string>) => local.ask({ method: 'POST', headers }, 'body');
  const foreign = await post({ origin: 'https://evil.example' });
  expect(foreign.response.statusCode).toBe(403);
  expect(foreign.text).toMatch(/^The request comes from a page of https:\/\/evil\.example\. /);
  expect((await post({ 'sec-fetch-site': 'cross-site' })).response.statusCode).toBe(403);
  expect(asked).toEqual([]);
  expect((await post({ origin: `http://localhost:${local.port}` })).text).toBe('done');
  expect((await post({ origin: SITE })).text).toBe('done');
  expect((await post({})).text).toBe('done');
  const reading = await local.ask({ headers: { origin: 'https://evil.example' } });
  expect(reading.text).toBe('done');
  const statuses = local.events.map(({ status }) => status);
  expect(statuses).toEqual([403, 403, 200, 200, 200, 200]);
  expect(asked[1]).toBe(SITE);
});
