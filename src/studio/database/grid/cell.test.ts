import { describe, expect, it } from 'vitest';
import type { Affinity } from '../schema/schema.ts';
import { parseNumber, parseTyped } from './cell.ts';

describe('what is typed into a cell', () => {
  it.each<[string, Affinity, unknown]>([
    ['12', 'integer', 12],
    [' -3 ', 'integer', -3],
    ['1.5', 'integer', 1.5],
    ['9223372036854775807', 'integer', 9223372036854775807n],
    ['', 'integer', null],
    ['12', 'text', '12'],
    ['', 'text', ''],
    ['007', 'text', '007'],
    ['2026-01-02', 'numeric', '2026-01-02'],
    ['1e3', 'real', 1000],
    ['12', 'blob', '12'],
    ['', 'numeric', ''],
  ])('%j in a column of %s', (typed, affinity, value) => {
    expect(parseTyped(typed, { name: 'a', affinity })).toEqual({ ok: true, value });
  });

  it('is refused when a column of numbers gets none, unless a text is there already', () => {
    const column = { name: 'price', affinity: 'real' } as const;
    expect(parseTyped('cheap', column)).toMatchObject({ ok: false });
    expect(parseTyped('cheap', column, 'free')).toEqual({ ok: true, value: 'cheap' });
  });

  it('stays a number where the column has no type', () => {
    expect(parseTyped('13', { name: 'a', affinity: 'blob' }, 12)).toEqual({ ok: true, value: 13 });
    expect(parseTyped('9007199254740994', { name: 'a', affinity: 'blob' }, 2n ** 53n + 1n)).toEqual(
      {
        ok: true,
        value: 2n ** 53n + 2n,
      },
    );
    expect(parseTyped('x', { name: 'a', affinity: 'blob' }, 12)).toEqual({ ok: true, value: 'x' });
  });

  it.each(['0x10', '1_000', 'Infinity', '1e999', '', '--1', '.'])('%j is no number', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });

  it('is a real number beyond 64 bits', () => {
    expect(parseNumber('9223372036854775808')).toBe(2 ** 63);
  });
});
