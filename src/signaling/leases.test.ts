import { describe, expect, it } from 'vitest';
import { parseSiteName, type SiteName } from '../address/site-name.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { type Lease, LeaseBook } from './leases.ts';
import { DEFAULT_LIMITS, type SignalingLimits } from './limits.ts';

const HOUR = 60 * 60 * 1000;
const MONTH = DEFAULT_LIMITS.leaseMs;

function nameOf(input: string): SiteName {
  const parsed = parseSiteName(input);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.name;
}

const [GARDEN, MEADOW, FOREST] = [nameOf('garden'), nameOf('meadow'), nameOf('forest')];

function createBook(limits: Partial<SignalingLimits> = {}, leases: Lease[] = []) {
  const clock = new ManualClock();
  const changes = { count: 0 };
  const book = new LeaseBook(leases, clock, { ...DEFAULT_LIMITS, ...limits }, () => {
    changes.count += 1;
  });
  return { clock, book, changes };
}

describe('LeaseBook', () => {
  it('keeps a name for its key and for no other', () => {
    const { book } = createBook();
    expect(book.claim(GARDEN, 'a')).toBe('granted');
    expect(book.claim(GARDEN, 'b')).toBe('taken');
    expect(book.claim(GARDEN, 'a')).toBe('granted');
    expect(book.holder(GARDEN)).toBe('a');
  });

  it('never lets the name of a connected host expire', () => {
    const { book, clock } = createBook();
    book.claim(GARDEN, 'a');
    for (let day = 0; day < 100; day += 1) {
      clock.advance(24 * HOUR);
      book.touch(GARDEN);
    }
    expect(book.claim(GARDEN, 'b')).toBe('taken');
  });

  it('asks to be written at real changes only, not at each sign of life', () => {
    const { book, clock, changes } = createBook();
    book.claim(GARDEN, 'a');
    expect(changes.count).toBe(1);
    for (let minute = 0; minute < 59; minute += 1) {
      clock.advance(60_000);
      book.touch(GARDEN);
    }
    expect(changes.count).toBe(1);
    clock.advance(60_000);
    book.touch(GARDEN);
    expect(changes.count).toBe(2);
    book.release(GARDEN);
    book.release(GARDEN);
    expect(changes.count).toBe(3);
  });

  it('does not count expired names against a key or the whole', () => {
    const { book, clock } = createBook({ namesPerKey: 1, leases: 2 });
    book.claim(GARDEN, 'a');
    book.claim(MEADOW, 'b');
    expect(book.claim(FOREST, 'a')).toBe('too-many-names');
    expect(book.claim(FOREST, 'c')).toBe('full');
    clock.advance(MONTH + 1);
    expect(book.claim(FOREST, 'a')).toBe('granted');
    expect(book.list().map((lease) => lease.name)).toEqual(['forest']);
  });

  it('takes over what is not expired from an earlier run', () => {
    const now = new ManualClock().now();
    const { book } = createBook({}, [
      { name: GARDEN, key: 'a', lastSeen: now - MONTH },
      { name: MEADOW, key: 'a', lastSeen: now - MONTH - 1 },
    ]);
    expect(book.holder(GARDEN)).toBe('a');
    expect(book.holder(MEADOW)).toBeUndefined();
  });
});
