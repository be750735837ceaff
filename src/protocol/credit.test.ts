import { expect, it } from 'vitest';
import { ReceiveWindow } from './credit.ts';
import { ManualClock } from './testing/manual-clock.ts';

it('returns what was read early once the peer may send no more than that, though nobody reads on (C3)', () => {
  const window = new ReceiveWindow({
    initial: 1000,
    max: 1000,
    shared: true,
    clock: new ManualClock(),
    roundTripMs: () => 1,
  });
  window.received(300);
  // Far from half the window, and the peer may still send 700.
  expect(window.consumed(200)).toBe(0);
  window.received(400);
  expect(window.overdue()).toBe(0);
  window.received(200);
  expect(window.available).toBe(100);
  expect(window.overdue()).toBe(200);
  expect(window.available).toBe(300);
  expect(window.overdue()).toBe(0);
});
