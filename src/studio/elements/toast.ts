import { signal } from '@preact/signals';
import { type Clock, systemClock } from '../../protocol/clock.ts';

/** A short message at the page's edge, with at most one thing to do about it. */
export interface Toast {
  readonly message: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Milliseconds a message stays: long enough to read it and to reach its button by keyboard. */
export const TOAST_MS = 10_000;

/** One message at a time: a new one takes the place of the old. */
export function createToaster(clock: Clock = systemClock) {
  const current = signal<Toast | undefined>(undefined);
  let cancel = () => {};
  function dismiss(): void {
    cancel();
    current.value = undefined;
  }
  return {
    current,
    dismiss,
    show(toast: Toast): void {
      cancel();
      current.value = toast;
      cancel = clock.schedule(TOAST_MS, dismiss);
    },
  };
}

export type Toaster = ReturnType<typeof createToaster>;
