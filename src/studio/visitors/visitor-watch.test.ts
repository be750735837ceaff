import { expect, it } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import type { VisitorStats } from '../host.ts';
import { createVisitorWatch, WATCH_EVERY_MS } from './visitor-watch.ts';

function visitor(requests: number): VisitorStats {
  return {
    connectionId: 'one',
    key: 'key',
    joinedAt: 0,
    route: 'direct',
    sentBytes: 0,
    receivedBytes: 0,
    roundTripMs: undefined,
    requests,
    activeRequests: 0,
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('reads the figures every second until it is stopped', async () => {
  const clock = new ManualClock();
  let asked = 0;
  const visitorStats = async () => {
    asked += 1;
    return [visitor(asked)];
  };
  const watch = createVisitorWatch({ visitorStats }, clock);
  expect(watch.visitors.value).toBeUndefined();
  const stop = new AbortController();
  const done = watch.run(stop.signal);
  await settled();
  expect(watch.visitors.value?.map(({ requests }) => requests)).toEqual([1]);
  clock.advance(WATCH_EVERY_MS - 1);
  await settled();
  expect(asked).toBe(1);
  clock.advance(1);
  await settled();
  expect(watch.visitors.value?.map(({ requests }) => requests)).toEqual([2]);
  stop.abort();
  await done;
  clock.advance(WATCH_EVERY_MS);
  await settled();
  expect(asked).toBe(2);
});

it('ends quietly when it is stopped while it reads, and tells what else goes wrong', async () => {
  const stop = new AbortController();
  const broken = () => Promise.reject(new Error('broken'));
  const watch = createVisitorWatch({ visitorStats: broken }, new ManualClock());
  await expect(watch.look(stop.signal)).rejects.toThrow('broken');
  stop.abort();
  await expect(watch.run(stop.signal)).resolves.toBeUndefined();
  await expect(watch.look(stop.signal)).resolves.toBeUndefined();
});
