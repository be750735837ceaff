/** One value of a table as the grid has it, and what a person types as a value. */
import type { SqlValue } from '../../host.ts';
import type { Column } from '../schema/schema.ts';

/** A value, or what is shown in place of one that is too large for a cell. */
export type Cell =
  | { readonly kind: 'value'; readonly value: null | number | bigint | string }
  /** The beginning of a long text; `bytes` is the size of the whole. */
  | { readonly kind: 'long'; readonly start: string; readonly bytes: number }
  | { readonly kind: 'blob'; readonly bytes: number };

/** A text of more bytes is fetched only when somebody wants to see it. */
export const LONG_TEXT_BYTES = 400;

/** Characters of it that its cell shows. */
export const LONG_TEXT_SHOWN = 120;

/** What a person typed, as a value; or what is wrong with it, in a sentence. */
export type TypedValue =
  | { readonly ok: true; readonly value: SqlValue }
  | { readonly ok: false; readonly problem: string };

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/**
 * Reads what was typed into a cell of a column, as SQLite would convert it.
 * @param before the cell's value: a column without a type keeps a number a number
 */
export function parseTyped(
  typed: string,
  column: Pick<Column, 'name' | 'affinity'>,
  before: SqlValue = null,
): TypedValue {
  switch (column.affinity) {
    case 'text':
      return { ok: true, value: typed };
    case 'blob':
      return {
        ok: true,
        value: (isNumber(before) ? parseNumber(typed) : undefined) ?? typed,
      };
    case 'numeric':
      return { ok: true, value: parseNumber(typed) ?? typed };
    case 'integer':
    case 'real': {
      const trimmed = typed.trim();
      // No number is empty.
      if (trimmed === '') return { ok: true, value: null };
      const number = parseNumber(trimmed);
      if (number !== undefined) return { ok: true, value: number };
      // SQLite keeps texts even here; whoever has one there may change it to another.
      if (typeof before === 'string') return { ok: true, value: typed };
      const example = column.affinity === 'integer' ? '12' : '12.5';
      return {
        ok: false,
        problem: `${column.name} holds numbers, such as ${example}; “${shortened(trimmed)}” is none.`,
      };
    }
  }
}

/** A number as SQLite reads it; integers beyond 2^53 stay exact. */
export function parseNumber(typed: string): number | bigint | undefined {
  const trimmed = typed.trim();
  if (INTEGER.test(trimmed) && trimmed.length <= 20) {
    const integer = BigInt(trimmed.replace(/^\+/, ''));
    if (integer >= LEAST && integer <= GREATEST) {
      const near = Number(integer);
      return Number.isSafeInteger(near) ? near : integer;
    }
  }
  if (!NUMBER.test(trimmed)) return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : undefined;
}

/** The value's text as a person edits it; undefined for NULL and blobs. */
export function editText(value: SqlValue): string | undefined {
  if (value === null || value instanceof Uint8Array) return undefined;
  return String(value);
}

function isNumber(value: SqlValue): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A text that fits into a message. */
export function shortened(text: string, length = 40): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
