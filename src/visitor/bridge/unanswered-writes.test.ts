import { expect, test } from 'vitest';
import { REPETITION_WITHIN_MS, UnansweredWrites, type WriteRequest } from './unanswered-writes.ts';

const POST: WriteRequest = {
  method: 'POST',
  target: '/order',
  headers: [['content-type', 'text/plain']],
  body: { kind: 'whole', bytes: new Uint8Array(3) },
};

function setUp() {
  const clock = { now: 0 };
  return { clock, writes: new UnansweredWrites(() => clock.now), first: {}, second: {} };
}

test('a write that its service worker left unanswered is not begun again by the next one', () => {
  const { writes, first, second } = setUp();
  writes.begin(first, POST);
  writes.lose(first);
  expect(writes.begin(second, POST)).toBeUndefined();
  // Only the repetition is: a person who tries again means it.
  expect(writes.begin(second, POST)).toBeDefined();
});

test('it is told from the repetition even if the end of the first service worker is told late', () => {
  const { writes, first, second } = setUp();
  const done = writes.begin(first, POST);
  expect(writes.begin(second, POST)).toBeUndefined();
  writes.lose(first);
  done?.();
  expect(writes.begin(second, POST)).toBeDefined();
});

test('two of the same are two repetitions', () => {
  const { writes, first, second } = setUp();
  writes.begin(first, POST);
  writes.begin(first, POST);
  writes.lose(first);
  expect(writes.begin(second, POST)).toBeUndefined();
  expect(writes.begin(second, POST)).toBeUndefined();
  expect(writes.begin(second, POST)).toBeDefined();
});

test('a request with a name is repeated only by one of the same name', () => {
  const { writes, first, second } = setUp();
  writes.begin(first, { ...POST, tag: 'one' });
  writes.lose(first);
  expect(writes.begin(second, { ...POST, tag: 'another' })).toBeDefined();
  expect(writes.begin(second, { ...POST, tag: 'one' })).toBeUndefined();
});

test('what has been answered may be asked for again', () => {
  const { writes, first, second } = setUp();
  writes.begin(first, POST)?.();
  writes.lose(first);
  expect(writes.begin(second, POST)).toBeDefined();
});

test('an end that comes of the loss itself is no answer', () => {
  const { writes, first, second } = setUp();
  const done = writes.begin(first, POST);
  writes.lose(first);
  done?.();
  expect(writes.begin(second, POST)).toBeUndefined();
});

test.each<[string, Partial<WriteRequest>]>([
  ['to another address', { target: '/other' }],
  ['of another size', { body: { kind: 'whole', bytes: new Uint8Array(4) } }],
  ['of another type', { headers: [['content-type', 'text/html']] }],
  ['by another method', { method: 'PATCH' }],
])('a write %s is another one', (_, change) => {
  const { writes, first, second } = setUp();
  writes.begin(first, POST);
  writes.lose(first);
  expect(writes.begin(second, { ...POST, ...change })).toBeDefined();
});

test('the same service worker may ask for the same as often as it likes', () => {
  const { writes, first } = setUp();
  expect(writes.begin(first, POST)).toBeDefined();
  expect(writes.begin(first, POST)).toBeDefined();
});

test('a request that may be repeated is', () => {
  const { writes, first, second } = setUp();
  const get: WriteRequest = { ...POST, method: 'GET', body: { kind: 'none' } };
  writes.begin(first, get);
  writes.lose(first);
  expect(writes.begin(second, get)).toBeDefined();
});

test('some time later it is a new request', () => {
  const { clock, writes, first, second } = setUp();
  writes.begin(first, POST);
  writes.lose(first);
  clock.now = REPETITION_WITHIN_MS + 1;
  expect(writes.begin(second, POST)).toBeDefined();
});
