/**
 * Which rows of a long list are drawn: those in sight and some around them. Rows lie at fixed places, so that
 * scrolling needs no measuring.
 */
export interface RowPlaces {
  /** Distance of each row from the top, in CSS pixels; one more at the end is the height of all. */
  readonly tops: Float64Array;
}

/** Places rows of these heights, in CSS pixels, below each other. */
export function placeRows<Row>(rows: readonly Row[], heightOf: (row: Row) => number): RowPlaces {
  const tops = new Float64Array(rows.length + 1);
  let top = 0;
  rows.forEach((row, index) => {
    tops[index] = top;
    top += heightOf(row);
  });
  tops[rows.length] = top;
  return { tops };
}

/** The height of all rows together, in CSS pixels. */
export function heightOfAll({ tops }: RowPlaces): number {
  return tops.at(-1) ?? 0;
}

/** Drawn above and below what is in sight, so that quick scrolling shows no gap, in CSS pixels. */
const OVERSCAN = 320;

/**
 * The rows to draw.
 * @returns the first, and the one behind the last
 */
export function rowsInSight(
  { tops }: RowPlaces,
  scrollTop: number,
  viewHeight: number,
): { readonly first: number; readonly end: number } {
  const count = tops.length - 1;
  const first = Math.max(0, rowAt(tops, Math.max(0, scrollTop - OVERSCAN)));
  const end = Math.min(count, rowAt(tops, scrollTop + viewHeight + OVERSCAN) + 1);
  return { first: Math.min(first, end), end };
}

/** Where the list must be scrolled to so that a row is in sight; undefined when it is already. */
export function scrollToRow(
  { tops }: RowPlaces,
  index: number,
  scrollTop: number,
  viewHeight: number,
): number | undefined {
  const top = tops[index] ?? 0;
  const bottom = tops[index + 1] ?? top;
  if (top < scrollTop) return top;
  if (bottom > scrollTop + viewHeight) return bottom - viewHeight;
  return undefined;
}

/** The last row that begins at or above a place. */
function rowAt(tops: Float64Array, place: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((tops[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
