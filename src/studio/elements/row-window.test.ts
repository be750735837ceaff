import { describe, expect, it } from 'vitest';
import { heightOfAll, placeRows, rowsInSight, scrollToRow } from './row-window.ts';

const ROWS = Array.from({ length: 20_000 }, (_, index) => (index % 100 === 0 ? 40 : 30));
const places = placeRows(ROWS, (height) => height);

describe('the rows that are drawn', () => {
  it('are those in sight and some around them, however many there are', () => {
    for (const top of [0, 12_345, 300_000, heightOfAll(places) - 600]) {
      const { first, end } = rowsInSight(places, top, 600);
      expect(places.tops[first]).toBeLessThanOrEqual(top);
      expect(places.tops[end]).toBeGreaterThanOrEqual(Math.min(top + 600, heightOfAll(places)));
      expect(end - first).toBeLessThan(60);
    }
  });

  it('are all where there are few, and none where there are none', () => {
    expect(rowsInSight(placeRows([30, 30], Number), 0, 600)).toEqual({ first: 0, end: 2 });
    expect(rowsInSight(placeRows([], Number), 0, 600)).toEqual({ first: 0, end: 0 });
    // Scrolled far down when the list becomes short.
    expect(rowsInSight(placeRows([30], Number), 5000, 600)).toEqual({ first: 0, end: 1 });
  });

  it('are scrolled no further than needed', () => {
    expect(scrollToRow(places, 1, 0, 600)).toBeUndefined();
    expect(scrollToRow(places, 1, 500, 600)).toBe(40);
    expect(scrollToRow(places, 50, 0, 600)).toBe(40 + 50 * 30 - 600);
  });
});
