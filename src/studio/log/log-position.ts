import { placeRows, type RowPlaces, rowsInSight } from '../elements/row-window.ts';
import type { LogEntry } from './log-entry.ts';
import { lineCount } from './row-shape.ts';

/** Sizes of what the list is made of, CSS pixels. */
export interface RowSizes {
  /** A row of one line. */
  readonly row: number;
  /** Each further line. */
  readonly line: number;
}

/** Rows drawn beyond what is in sight, CSS pixels: a page's worth for the keyboard, and for searching in the page. */
const MARGIN = 600;

/** Where the list is held while new entries come above: an entry, and how far it is scrolled past its top. */
export interface Anchor {
  readonly id: number;
  readonly offset: number;
}

/** Places all entries below each other. */
export function placeEntries(entries: readonly LogEntry[], sizes: RowSizes): RowPlaces {
  return placeRows(entries, (entry) => sizes.row + (lineCount(entry) - 1) * sizes.line);
}

/** The entries to draw: the first, and the one behind the last. */
export function entriesInSight(places: RowPlaces, scrollTop: number, viewHeight: number) {
  return rowsInSight(places, scrollTop - MARGIN, viewHeight + 2 * MARGIN);
}

/** Holds on to what is at the top of the view now; undefined when there is no entry. */
export function anchorAt(
  entries: readonly LogEntry[],
  { tops }: RowPlaces,
  scrollTop: number,
): Anchor | undefined {
  const after = tops.findIndex((top) => top > scrollTop);
  const index = after === -1 ? entries.length - 1 : after - 1;
  const entry = entries[index];
  return entry && { id: entry.id, offset: scrollTop - (tops[index] ?? 0) };
}

/** Where the list must be scrolled to so that it stays where it is held. */
export function scrollTopOf(
  entries: readonly LogEntry[],
  { tops }: RowPlaces,
  { id, offset }: Anchor,
): number {
  return (tops[indexOfEntry(entries, id)] ?? 0) + offset;
}

/**
 * The place of an entry in a list with the newest first; of one that is not in it, where it would be.
 * @returns an index, at most the list's length
 */
export function indexOfEntry(entries: readonly LogEntry[], id: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.id ?? 0) > id) low = middle + 1;
    else high = middle;
  }
  return low;
}
