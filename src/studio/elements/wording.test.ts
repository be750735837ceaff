import { describe, expect, it } from 'vitest';
import {
  countFiles,
  countVisitors,
  describeSignaling,
  formatBytes,
  formatDuration,
} from './wording.ts';

describe('words for numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [12_345_678, '12 MB'],
    [2_500_000_000, '2.5 GB'],
    [5_000_000_000_000, '5000 GB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '< 0.1 ms'],
    [0.42, '0.4 ms'],
    [12.3, '12 ms'],
    [1500, '1.5 s'],
  ])('%d milliseconds are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('has a singular', () => {
    expect([countVisitors(0), countVisitors(1)]).toEqual(['0 visitors', '1 visitor']);
    expect([countFiles(1), countFiles(2)]).toEqual(['1 file', '2 files']);
  });
});

describe('the state of the connection in words', () => {
  it('counts down to the next attempt and never below one second', () => {
    const state = { kind: 'offline', retryAt: 5000 } as const;
    expect(describeSignaling(state, 1500)).toBe('Offline – trying again in 4 s');
    expect(describeSignaling(state, 6000)).toBe('Offline – trying again in 1 s');
  });

  it('is short when all is well', () => {
    expect(describeSignaling({ kind: 'online' }, 0)).toBe('Online');
    expect(describeSignaling({ kind: 'connecting' }, 0)).toBe('Connecting…');
    expect(describeSignaling({ kind: 'offline', retryAt: undefined }, 0)).toBe('Offline');
  });
});
