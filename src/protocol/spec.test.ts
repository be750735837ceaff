import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_MEANINGS, errorCodeFromWire } from './errors.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const spec = readFileSync(new URL('./SPEC.md', import.meta.url), 'utf8');

/** The rows of the table after a mark, as cells without back-ticks. */
function tableAfter(mark: string): string[][] {
  const lines = spec.slice(spec.indexOf(mark)).split('\n').slice(3);
  const rows = lines.slice(0, lines.findIndex((line) => !line.startsWith('|')) >>> 0);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

test('the table of errors in SPEC.md is that of the code (E1)', () => {
  const rows = Object.entries(ERROR_MEANINGS).map(([code, { wire, status, neverExecuted }]) => [
    String(wire),
    code,
    String(status),
    neverExecuted ? 'yes' : '',
  ]);
  expect(tableAfter('<!-- error-table -->')).toEqual(rows);
});

test('the table of limits in SPEC.md is that of the code', () => {
  const rows = tableAfter('<!-- limits-table -->').map(([name, value]) => [
    name,
    Number.parseInt(value ?? '', 10),
  ]);
  expect(Object.fromEntries(rows)).toEqual(DEFAULT_LIMITS);
});

test('wire numbers are unique, and an unknown one reads as host-failed (E1, E2)', () => {
  const numbers = Object.values(ERROR_MEANINGS).map(({ wire }) => wire);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const [code, { wire }] of Object.entries(ERROR_MEANINGS)) {
    expect(errorCodeFromWire(wire)).toBe(code);
  }
  expect(errorCodeFromWire(4_000_000_000)).toBe('host-failed');
});
