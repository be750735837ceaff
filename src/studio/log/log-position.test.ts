import { describe, expect, it } from 'vitest';
import {
  anchorAt,
  entriesInSight,
  indexOfEntry,
  placeEntries,
  scrollTopOf,
} from './log-position.ts';
import { MAX_MESSAGE_LINES, messageLines } from './row-shape.ts';
import { messageEntry, requestEntry } from './testing/log-entries.ts';

const SIZES = { row: 30, line: 20 };

/** Newest first: ids `count` to 1. */
function entriesUpTo(count: number) {
  return Array.from({ length: count }, (_, index) => requestEntry(count - index));
}

describe('the height of an entry', () => {
  it('grows with the lines of its message and its hint, up to a limit', () => {
    const many = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
    const entries = [
      requestEntry(4),
      messageEntry(3, { text: 'one\ntwo', hint: 'three' }),
      messageEntry(2, { text: many }),
      messageEntry(1),
    ];
    const { tops } = placeEntries(entries, SIZES);
    expect([...tops]).toEqual([0, 30, 100, 100 + 30 + (MAX_MESSAGE_LINES - 1) * 20, 260]);
    expect(messageLines({ text: many }).lines.at(-1)).toMatch(/ …$/);
  });
});

describe('a list that is scrolled down', () => {
  it('holds still while entries come above', () => {
    const before = entriesUpTo(100);
    const held = anchorAt(before, placeEntries(before, SIZES), 65);
    expect(held).toEqual({ id: 98, offset: 5 });
    const after = entriesUpTo(140);
    expect(scrollTopOf(after, placeEntries(after, SIZES), held ?? never())).toBe(42 * 30 + 5);
  });

  it('goes to the end when what it showed is gone', () => {
    const after = entriesUpTo(300).slice(0, 100);
    const places = placeEntries(after, SIZES);
    expect(scrollTopOf(after, places, { id: 98, offset: 5 })).toBe(100 * 30 + 5);
  });

  it('draws what is in sight and some around it, and never thousands', () => {
    const entries = entriesUpTo(2_000);
    const places = placeEntries(entries, SIZES);
    const { first, end } = entriesInSight(places, 1_000 * 30, 300);
    expect(first).toBeLessThan(1_000);
    expect(end).toBeGreaterThan(1_010);
    expect(end - first).toBeLessThan(100);
    expect(entriesInSight(places, 0, 0).first).toBe(0);
  });

  it('has nothing to hold on to when it is empty', () => {
    expect(anchorAt([], placeEntries([], SIZES), 0)).toBeUndefined();
  });
});

it('finds an entry by its id, and the place of one that is filtered out', () => {
  const entries = [9, 7, 4].map((id) => requestEntry(id));
  expect([9, 8, 7, 5, 4, 1].map((id) => indexOfEntry(entries, id))).toEqual([0, 1, 1, 2, 2, 3]);
});

function never(): never {
  throw new Error('There is an entry to hold on to.');
}
