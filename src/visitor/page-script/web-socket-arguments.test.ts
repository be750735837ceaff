import { describe, expect, test } from 'vitest';
import {
  areProtocols,
  clampedShort,
  closeFault,
  protocolList,
  socketUrl,
} from './web-socket-arguments.ts';

const BASE = 'http://garden.localhost:8890/a/page';

describe('the address', () => {
  test.each([
    ['/chat', 'ws://garden.localhost:8890/chat'],
    ['chat?a#'.slice(0, -1), 'ws://garden.localhost:8890/a/chat?a'],
    ['ws://other:1/x', 'ws://other:1/x'],
    ['https://other/x', 'wss://other/x'],
    ['WSS://Other', 'wss://other/'],
    ['', 'ws://garden.localhost:8890/a/page'],
  ])('%j leads to %s', (given, expected) => {
    expect(socketUrl(given, BASE)?.href).toBe(expected);
  });

  test.each([
    'ftp://a/',
    '/chat#',
    '/chat#x',
    'ws://',
    'http://[',
    'data:,x',
  ])('%j leads nowhere', (given) => {
    expect(socketUrl(given, BASE)).toBeUndefined();
  });
});

test('protocols come as one, as several, or not at all', () => {
  expect(protocolList(undefined)).toEqual([]);
  expect(protocolList('a')).toEqual(['a']);
  expect(protocolList(new Set(['a', 5]))).toEqual(['a', '5']);
  expect(protocolList(null)).toEqual(['null']);
  expect(() => protocolList([Symbol('a')])).toThrow(TypeError);
});

test('protocols are tokens, each once', () => {
  expect(areProtocols([])).toBe(true);
  expect(areProtocols(['chat.v1', 'Chat.v1'])).toBe(true);
  for (const bad of [[''], ['a b'], ['a,b'], ['a', 'a'], ['ü'], ['a\n']]) {
    expect(areProtocols(bad), JSON.stringify(bad)).toBe(false);
  }
});

test("a close code is 1000 or an application's own, its reason at most 123 bytes", () => {
  for (const code of [undefined, 1000, 3000, 4999]) expect(closeFault(code, '')).toBeUndefined();
  for (const code of [0, 999, 1001, 1006, 2999, 5000, 65_535]) {
    expect(closeFault(code, '')?.[0]).toBe('InvalidAccessError');
  }
  expect(closeFault(1000, 'ü'.repeat(61))).toBeUndefined();
  expect(closeFault(1000, 'ü'.repeat(62))?.[0]).toBe('SyntaxError');
});

test('numbers are clamped, and halves go to the even neighbour', () => {
  const clamped = [Number.NaN, -5, 1000.4, 1000.5, 1001.5, 70_000, '3000', null].map(clampedShort);
  expect(clamped).toEqual([0, 0, 1000, 1000, 1002, 65_535, 3000, 0]);
});
