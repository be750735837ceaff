import { describe, expect, test } from 'vitest';
import { allowsConnection, policiesOf } from './content-security-policy.ts';

const ORIGIN = 'http://garden.localhost:8890';
const url = new URL('ws://garden.localhost:8890/socket?x=1');

// As Chromium 156 and Firefox 153 do it; e2e/policies.test.ts asks them again.
describe('a WebSocket of the own origin', () => {
  test.each([
    "connect-src 'self'",
    "connect-src 'SELF'",
    "CONNECT-SRC 'none' *",
    'connect-src ws:',
    'connect-src ws://garden.localhost:8890',
    'connect-src WS://GARDEN.localhost:8890',
    'connect-src ws://garden.localhost:*',
    'connect-src ws://*.localhost:8890/',
    'connect-src ws://*:*',
    'connect-src ws://garden.localhost:8890/socket',
    'connect-src ws://garden.localhost:8890/s%6fcket',
    "connect-src 'self'; connect-src 'none'",
    "default-src 'self'",
    "default-src 'none'; connect-src *",
    'img-src *',
    '',
  ])('may connect under "%s"', (policy) => {
    expect(allowsConnection(policy, url, ORIGIN)).toBe(true);
  });

  test.each([
    "connect-src 'none'",
    'connect-src',
    'connect-src http:',
    'connect-src https: wss:',
    'connect-src garden.localhost:8890',
    'connect-src *:8890 *:*',
    'connect-src http://garden.localhost:8890',
    'connect-src wss://garden.localhost:8890',
    'connect-src ws://garden.localhost',
    'connect-src ws://*',
    'connect-src ws://garden.localhost:8890/SOCKET',
    'connect-src ws://garden.localhost:8890/socket/',
    'connect-src ws://garden.localhost:8890/sock',
    'connect-src ws://den.localhost:8890',
    "default-src 'none'",
    "connect-src 'none'; default-src *",
  ])('may not connect under "%s"', (policy) => {
    expect(allowsConnection(policy, url, ORIGIN)).toBe(false);
  });
});

test('ws: sources allow wss: addresses, too', () => {
  const secure = new URL('wss://garden.example/socket');
  const origin = 'https://garden.example';
  for (const source of ["'self'", 'ws:', 'wss:', 'ws://garden.example', 'wss://*.example:80']) {
    expect(allowsConnection(`connect-src ${source}`, secure, origin), source).toBe(true);
  }
  expect(allowsConnection('connect-src garden.example', secure, origin)).toBe(false);
});

test.each([
  ["connect-src 'self'", true],
  ['connect-src http:', true],
  ['connect-src garden.localhost:8890', true],
  ['connect-src *:* ', true],
  ['connect-src http://*.localhost:8890/b', true],
  ['img-src *', true],
  ["connect-src 'none'", false],
  ["default-src 'none'", false],
  ['connect-src https: ws: data:', false],
  ['connect-src garden.localhost', false],
  ['connect-src https://garden.localhost:8890', false],
  ['connect-src elsewhere.example:8890', false],
  ["connect-src 'nonce-abc' 'report-sample'", false],
])('a request of the own origin under "%s": %s', (policy, allowed) => {
  const beacon = new URL('http://garden.localhost:8890/b');
  expect(allowsConnection(policy, beacon, ORIGIN)).toBe(allowed);
});

test('a header value holds several policies', () => {
  expect(policiesOf("default-src 'self', , connect-src *", true)).toEqual([
    { text: "default-src 'self'", reportOnly: true },
    { text: 'connect-src *', reportOnly: true },
  ]);
});
