import { expect, it } from 'vitest';
import { type HostRequest, headerValue } from '../../protocol/http-message.ts';
import { RUNTIME_HEADERS } from '../runtime/messages.ts';
import { runtimeHead } from './site-request.ts';

function headOf(headers: HostRequest['headers'], scheme: 'http' | 'https' = 'http') {
  const request: HostRequest = {
    method: 'GET',
    target: '/',
    headers,
    body: null,
    signal: new AbortController().signal,
    visitor: { key: 'proved', connectionId: 'c' },
  };
  return runtimeHead(request, { kind: 'server' }, 7, scheme).headers;
}

it.each([
  ['garden.localhost:8890', 'http://garden.localhost:8890'],
  ['Garden.example', 'http://garden.example'],
  ['[::1]:80', 'http://[::1]'],
  // None of these is an address: taken as one, the runtime could make no request of it.
  ['garden.example:99999', 'http://localhost'],
  ['1.2.3.4.5', 'http://localhost'],
  ['xn--a', 'http://localhost'],
  ['[:::]', 'http://localhost'],
  ['me@evil.example', 'http://localhost'],
  ['garden.example/path', 'http://localhost'],
])('takes the host %s for the origin %s', (host, origin) => {
  expect(headerValue(headOf([['host', host]]), RUNTIME_HEADERS.origin)).toBe(origin);
});

it('says who asks once, whatever a visitor says of itself', () => {
  const forged = Object.values(RUNTIME_HEADERS).map((name) => [name, 'forged'] as const);
  const own = headOf([...forged, ['peerserver-else', 'forged']]).filter(([name]) =>
    name.startsWith('peerserver-'),
  );
  expect(own).toEqual([
    [RUNTIME_HEADERS.request, '7'],
    [RUNTIME_HEADERS.run, 'server'],
    [RUNTIME_HEADERS.params, '%7B%7D'],
    [RUNTIME_HEADERS.visitorKey, 'proved'],
    [RUNTIME_HEADERS.origin, 'http://localhost'],
  ]);
});
