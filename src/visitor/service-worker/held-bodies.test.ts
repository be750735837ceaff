import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeldBodies } from './held-bodies.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a body is there for its request, whichever comes first, until the request is over', async () => {
  const held = new HeldBodies();
  const body = new Blob(['a']);
  const early = held.get('1');
  held.put('1', body);
  expect(await early).toBe(body);
  expect(await held.get('1')).toBe(body);
  held.put('1', null);
  const late = expect(held.get('1')).rejects.toMatchObject({ code: 'cancelled' });
  await vi.advanceTimersByTimeAsync(10_000);
  await late;
});

test('a page cannot make the service worker hold bodies without limit', async () => {
  const held = new HeldBodies();
  for (let id = 0; id < 100; id += 1) held.put(String(id), new Blob([String(id)]));
  expect(await (await held.get('99')).text()).toBe('99');
  const lost = expect(held.get('0')).rejects.toMatchObject({ code: 'cancelled' });
  await vi.advanceTimersByTimeAsync(10_000);
  await lost;
});
