import { expect, it } from 'vitest';
import type { HeaderList } from '../../protocol/http-message.ts';
import { fieldsForClient, fieldsForSite } from './forwarded-fields.ts';

const SITE = 'http://garden.localhost:8890';
const ORIGINS = { site: SITE, client: 'http://localhost:41234' };
const COMING = { status: 200, bodyBytes: undefined };

it('drops what concerns one hop only, and what Connection names (RFC 9110, 7.6.1)', () => {
  const fields: HeaderList = [
    ['host', 'localhost:41234'],
    ['connection', 'keep-alive, X-Hop'],
    ['connection', 'x-other'],
    ['x-hop', '1'],
    ['x-other', '1'],
    ['keep-alive', 'timeout=5'],
    ['proxy-authorization', 'Basic x'],
    ['te', 'trailers'],
    ['trailer', 'x-checksum'],
    ['transfer-encoding', 'chunked'],
    ['upgrade', 'h2c'],
    ['expect', '100-continue'],
    ['x-kept', '1'],
  ];
  expect(fieldsForSite(fields, ORIGINS)).toEqual([
    ['host', 'garden.localhost:8890'],
    ['x-kept', '1'],
  ]);
});

it('keeps order and repeats', () => {
  const fields: HeaderList = [
    ['b', '1'],
    ['a', '2'],
    ['b', '3'],
    ['cookie', 'x=1'],
  ];
  expect(fieldsForSite(fields, ORIGINS).slice(1)).toEqual(fields);
  expect(fieldsForClient(fields, ORIGINS, COMING)).toEqual(fields);
});

it("puts the site's own name where the local one stood, and leaves others alone", () => {
  const fields: HeaderList = [
    ['origin', 'http://localhost:41234'],
    ['referer', 'http://localhost:41234/page?x'],
    ['x-origin', 'http://localhost:41234'],
  ];
  expect(fieldsForSite(fields, ORIGINS).slice(1)).toEqual([
    ['origin', SITE],
    ['referer', `${SITE}/page?x`],
    ['x-origin', 'http://localhost:41234'],
  ]);
  const foreign: HeaderList = [['origin', 'http://evil.example']];
  expect(fieldsForSite(foreign, ORIGINS).slice(1)).toEqual(foreign);
});

it('moves redirects within the site to the name that the client used', () => {
  const move = (location: string, client: string | undefined = ORIGINS.client) =>
    fieldsForClient([['location', location]], { site: SITE, client }, COMING)[0]?.[1];
  expect(move(`${SITE}/next`)).toBe('http://localhost:41234/next');
  expect(move('next')).toBe('next');
  expect(move('http://example.com/')).toBe('http://example.com/');
  const asProxy = fieldsForClient(
    [['location', `${SITE}/next`]],
    { site: SITE, client: undefined },
    COMING,
  );
  expect(asProxy).toEqual([['location', `${SITE}/next`]]);
});

it.each([
  { what: 'keeps a length', values: ['5'], bodyBytes: undefined, length: '5' },
  { what: 'says an agreeing length once', values: ['5', '5'], bodyBytes: undefined, length: '5' },
  { what: 'adds the length of a body that is there', values: [], bodyBytes: 7, length: '7' },
  { what: 'adds none to a body that is coming', values: [], bodyBytes: undefined },
  { what: 'keeps the length of an answer to HEAD', values: ['5'], bodyBytes: null, length: '5' },
  { what: 'drops a senseless one where no body is', values: ['x'], bodyBytes: null },
  { what: 'says none of a 204', values: ['0'], status: 204, bodyBytes: null },
  { what: 'makes a 205 empty', values: ['5'], status: 205, bodyBytes: null, length: '0' },
])('$what', ({ values, status = 200, bodyBytes, length }) => {
  const fields = values.map((value) => ['content-length', value] as const);
  const kept = fieldsForClient(fields, ORIGINS, { status, bodyBytes });
  expect(kept).toEqual(length === undefined ? [] : [['content-length', length]]);
});

it.each([
  [['5', '6']],
  [['-1']],
  [['1e3']],
  [['5, 5']],
  [['']],
])('refuses the lengths %j: a client could read two answers out of one', (values) => {
  const fields = values.map((value) => ['content-length', value] as const);
  expect(() => fieldsForClient(fields, ORIGINS, COMING)).toThrow(/length that makes no sense/);
});

it("leaves out what only we may say, and the site's hop fields", () => {
  const fields: HeaderList = [
    ['peerserver-error', 'host-failed'],
    ['connection', 'close'],
    ['keep-alive', 'timeout=1'],
  ];
  expect(fieldsForClient(fields, ORIGINS, COMING)).toEqual([]);
});
