import { expect, it } from 'vitest';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { RestartPause } from './restart-pause.ts';

/** How long a start is put off, in ms. */
function pauseOf(pause: RestartPause, clock: ManualClock): number {
  let waited = 0;
  for (; !pause.isOver; waited += 500) clock.advance(500);
  return waited;
}

it('doubles from the fourth failure in a row on, up to half a minute', () => {
  const clock = new ManualClock();
  const pause = new RestartPause(clock);
  const pauses = Array.from({ length: 10 }, () => {
    pause.failed(10);
    return pauseOf(pause, clock);
  });
  expect(pauses).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

it('begins anew after a minute that went well, and with other code', () => {
  const clock = new ManualClock();
  const pause = new RestartPause(clock);
  for (let count = 0; count < 5; count += 1) pause.failed(10);
  pause.failed(60_000);
  pause.forget();
  expect(pause.isOver).toBe(true);
  for (let count = 0; count < 5; count += 1) pause.failed(10);
  expect(pause.isOver).toBe(false);
  pause.forget();
  expect(pause.isOver).toBe(true);
});
