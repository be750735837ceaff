/**
 * Answers that take longer than a browser lets a service worker live by itself. `npm run test:long` has the same
 * for ten minutes.
 */
import { expect, it } from 'vitest';
import { streamToAll, wholeArrivals } from './fixtures/long-streams.ts';
import { startInstance } from './instance/instance.ts';

const BROWSERS = ['chromium', 'firefox'] as const;

it('delivers events, a download and a fetch that last two minutes, whole, with no debugger near', {
  timeout: 300_000,
}, async () => {
  const instance = await startInstance();
  expect(await streamToAll(instance, BROWSERS, 2)).toEqual(wholeArrivals(BROWSERS, 2));
});
