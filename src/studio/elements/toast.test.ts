import { describe, expect, it } from 'vitest';
import { createToaster, TOAST_MS } from './toast.ts';

describe('short messages', () => {
  it('go by themselves, each after its own time', () => {
    const timers: { ms: number; callback: () => void; cancelled: boolean }[] = [];
    const toaster = createToaster({
      now: () => 0,
      schedule(ms, callback) {
        const timer = { ms, callback, cancelled: false };
        timers.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
    });
    toaster.show({ message: 'first' });
    toaster.show({ message: 'second' });
    expect(timers.map((timer) => timer.cancelled)).toEqual([true, false]);
    expect(timers[1]?.ms).toBe(TOAST_MS);
    timers[1]?.callback();
    expect(toaster.current.value).toBeUndefined();
  });
});
