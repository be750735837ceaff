import { type ReadonlySignal, signal } from '@preact/signals';
import type { Area } from '../../session/areas.ts';
import type { TourStep } from './tour-steps.ts';

/** The guided tour through the server tab. */
export interface Tour {
  /** Which step is shown, from 0; undefined while there is no tour. */
  readonly step: ReadonlySignal<number | undefined>;
  /** Whether somebody who has not answered yet is asked for it. */
  readonly offered: ReadonlySignal<boolean>;
  start(): void;
  /** On to the next step; after the last one the tour is over. */
  next(): void;
  back(): void;
  /** Ends the tour, or declines it; it is not offered again in this browser. */
  end(): void;
}

export interface TourOptions {
  readonly steps: readonly TourStep[];
  /** `localStorage`; asked for each time, since it may be forbidden. */
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem'>;
  /** Makes an area visible. */
  readonly show: (area: Area) => void;
}

/** Where it is remembered that the tour was offered and answered. */
export const TOUR_KEY = 'peerserver-tour';

/**
 * Makes the tour, not yet begun. It is offered if it was never answered in this browser, and not at all where that
 * cannot be remembered.
 */
export function createTour({ steps, storage, show }: TourOptions): Tour {
  const step = signal<number | undefined>(undefined);
  const offered = signal(!wasAnswered(storage));

  function go(next: number | undefined): void {
    const area = next === undefined ? undefined : steps[next]?.area;
    if (area) show(area);
    step.value = next;
  }

  function answer(): void {
    offered.value = false;
    try {
      storage().setItem(TOUR_KEY, 'answered');
    } catch {
      // Without storage it is offered again the next time, which does no harm.
    }
  }

  return {
    step,
    offered,
    start() {
      answer();
      go(0);
    },
    next() {
      const now = step.peek();
      if (now !== undefined) go(now + 1 < steps.length ? now + 1 : undefined);
    },
    back() {
      const now = step.peek();
      if (now !== undefined && now > 0) go(now - 1);
    },
    end() {
      answer();
      go(undefined);
    },
  };
}

function wasAnswered(storage: TourOptions['storage']): boolean {
  try {
    return storage().getItem(TOUR_KEY) !== null;
  } catch {
    // It could not be remembered either: asking at each opening would be a nuisance.
    return true;
  }
}
