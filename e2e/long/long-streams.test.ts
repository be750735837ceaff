/** Ten minutes: twice what Chromium grants an event, twenty times what Firefox grants an idle service worker. */
import { expect, it } from 'vitest';
import { streamToAll, wholeArrivals } from '../fixtures/long-streams.ts';
import { startInstance } from '../instance/instance.ts';

const BROWSERS = ['chromium', 'firefox'] as const;

it('delivers events, a download and a fetch that last ten minutes, whole, with no debugger near', {
  timeout: 900_000,
}, async () => {
  const instance = await startInstance();
  expect(await streamToAll(instance, BROWSERS, 10)).toEqual(wholeArrivals(BROWSERS, 10));
});
