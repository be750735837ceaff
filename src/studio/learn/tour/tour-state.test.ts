import { expect, it } from 'vitest';
import { createTour, TOUR_KEY } from './tour-state.ts';
import type { TourStep } from './tour-steps.ts';

const STEPS: readonly TourStep[] = [
  { target: 'files', area: 'files', title: 'Files', text: '' },
  { target: 'share', title: 'Share', text: '' },
];

function setUp(kept = new Map<string, string>()) {
  const shown: string[] = [];
  const tour = createTour({
    steps: STEPS,
    storage: () => ({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    }),
    show: (area) => shown.push(area),
  });
  return { tour, shown, kept };
}

it('is offered until somebody has answered, in this visit and later', () => {
  const { tour, kept } = setUp();
  expect(tour.offered.value).toBe(true);
  tour.end();
  expect(tour.offered.value).toBe(false);
  expect(kept.has(TOUR_KEY)).toBe(true);
  expect(setUp(kept).tour.offered.value).toBe(false);
});

it('goes through its steps, shows what they point at, and ends after the last', () => {
  const { tour, shown } = setUp();
  tour.start();
  expect(tour.step.value).toBe(0);
  expect(shown).toEqual(['files']);
  tour.back();
  tour.next();
  expect(tour.step.value).toBe(1);
  tour.back();
  expect(tour.step.value).toBe(0);
  tour.next();
  tour.next();
  expect(tour.step.value).toBeUndefined();
  tour.next();
  expect(tour.step.value).toBeUndefined();
});

it('can be taken again when it was declined', () => {
  const { tour } = setUp(new Map([[TOUR_KEY, 'answered']]));
  tour.start();
  expect(tour.step.value).toBe(0);
});

it('is not offered where it cannot be remembered', () => {
  const tour = createTour({
    steps: STEPS,
    storage: () => {
      throw new DOMException('forbidden', 'SecurityError');
    },
    show: () => {},
  });
  expect(tour.offered.value).toBe(false);
  tour.start();
  tour.end();
  expect(tour.step.value).toBeUndefined();
});
