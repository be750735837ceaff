import { describe, expect, it } from 'vitest';
import { areaPath, linePath, roundTop } from './chart-scale.ts';

describe('the top of an axis', () => {
  it.each([
    [0, 5],
    [5, 5],
    [6, 10],
    [11, 20],
    [49, 50],
    [51, 100],
    [1000, 1000],
    [1001, 2000],
    [123_456, 200_000],
  ])('for %d is %d', (value, top) => {
    expect(roundTop(value, 5)).toBe(top);
  });
});

describe('a line', () => {
  it('begins at the left and has high values at the top', () => {
    expect(linePath([0, 5, 10], 10, 40)).toBe('M0 40L1 20L2 0');
  });

  it('stays within its picture', () => {
    expect(linePath([20], 10, 40)).toBe('M0 0');
  });

  it('is closed along the bottom when it is filled', () => {
    expect(areaPath([0, 10], 10, 40)).toBe('M0 40L1 0L1 40L0 40Z');
    expect(areaPath([], 10, 40)).toBe('');
  });
});
