import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeCard } from './place-card.ts';

const ROOM = { width: 1440, height: 900 };
const CARD = { width: 320, height: 180 };

it.each([
  ['to the right of the files', { left: 0, top: 60, width: 270, height: 800 }, 282],
  ['to the left of the result', { left: 900, top: 60, width: 540, height: 800 }, 568],
])('puts the card %s', (_where, target, left) => {
  expect(placeCard(target, CARD, ROOM).left).toBe(left);
});

it('puts the card below or above what is as wide as the window', () => {
  const wide = { left: 0, width: 1440, height: 40 };
  expect(placeCard({ ...wide, top: 0 }, CARD, ROOM)).toEqual({ left: 560, top: 52 });
  expect(placeCard({ ...wide, top: 860 }, CARD, ROOM)).toEqual({ left: 560, top: 668 });
});

it('puts the card at the lower edge when there is nothing to point at', () => {
  expect(placeCard(undefined, CARD, ROOM)).toEqual({ left: 560, top: 708 });
});

it('keeps the card inside the window, wherever its element is', () => {
  const size = fc.integer({ min: 0, max: 4000 });
  const box = fc.record({
    left: fc.integer({ min: -2000, max: 4000 }),
    top: fc.integer({ min: -2000, max: 4000 }),
    width: size,
    height: size,
  });
  const room = fc.record({
    width: fc.integer({ min: 344, max: 3000 }),
    height: fc.integer({ min: 204, max: 3000 }),
  });
  fc.assert(
    fc.property(box, room, (target, within) => {
      const { left, top } = placeCard(target, CARD, within);
      return (
        left >= 12 &&
        top >= 12 &&
        left + CARD.width + 12 <= within.width &&
        top + CARD.height + 12 <= within.height
      );
    }),
  );
});
