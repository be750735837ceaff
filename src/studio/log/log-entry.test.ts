import { expect, it } from 'vitest';
import { PeerServerError } from '../../protocol/errors.ts';
import type { RequestEvent } from '../host.ts';
import { toLogged } from './log-entry.ts';
import { logFile } from './log-file.ts';
import { queryPairs } from './query-pairs.ts';
import { messageEntry, requestEntry } from './testing/log-entries.ts';

const EVENT: RequestEvent = {
  kind: 'request',
  connectionId: 'c',
  visitorKey: 'k',
  startedAt: 1000,
  method: 'GET',
  target: '/',
  status: 200,
  bytes: 5,
  ms: 7,
  requestHeaders: [['accept', '*/*']],
  responseHeaders: [],
};

it('keeps of a request what the log shows, with the time of its arrival', () => {
  expect(toLogged(EVENT, 'Visitor 3')).toEqual({
    at: 1000,
    method: 'GET',
    target: '/',
    status: 200,
    bytes: 5,
    ms: 7,
    visitor: 'Visitor 3',
    requestHeaders: [['accept', '*/*']],
    responseHeaders: [],
  });
  const error = new PeerServerError('cancelled', 'the visitor left');
  expect(toLogged({ ...EVENT, error }, '').problem).toBe('the visitor left');
});

it('cuts a target of any length', () => {
  const { target } = toLogged({ ...EVENT, target: `/${'a'.repeat(48 * 1024)}` }, '');
  expect(target.length).toBeLessThan(2_100);
  expect(target).toMatch(/^\/a+…$/);
});

it('takes the parameters of a query apart', () => {
  expect(queryPairs('/search?q=sea+side&tag=a&tag=b%20c&flag')).toEqual([
    ['q', 'sea side'],
    ['tag', 'a'],
    ['tag', 'b c'],
    ['flag', ''],
  ]);
  expect(queryPairs('/plain')).toEqual([]);
  expect(queryPairs('/%E0%A4%A?%E0%A4%A=1')).toHaveLength(1);
  expect(queryPairs(`/?${'a&'.repeat(1_000)}`)).toHaveLength(100);
});

it('is written as JSON with times that people can read', async () => {
  const entries = [
    messageEntry(2, { at: Date.UTC(2030, 0, 2), text: 'hello' }),
    requestEntry(1, { at: Date.UTC(2030, 0, 1), responseHeaders: [['etag', '"1"']] }),
  ];
  expect(JSON.parse(await logFile(entries).text())).toEqual([
    {
      time: '2030-01-02T00:00:00.000Z',
      kind: 'message',
      level: 'info',
      source: 'console',
      text: 'hello',
    },
    {
      time: '2030-01-01T00:00:00.000Z',
      kind: 'request',
      method: 'GET',
      target: '/1',
      status: 200,
      bytes: 1,
      ms: 1,
      visitor: 'Visitor 1',
      requestHeaders: [],
      responseHeaders: [['etag', '"1"']],
    },
  ]);
});
