/** Brings a result into the form in which sqllogictest writes results, and compares the two. */
import { createHash } from 'node:crypto';
import type { Record } from './parse-script.ts';

/** What the site answers to one statement. */
export type Answer =
  | { readonly error: string }
  /** Row by row; of each value the first letter is its type: `n`, `i`, `r`, `t` or `b`. */
  | { readonly values: readonly string[]; readonly columns: number };

/** Hashes of results by label, of a whole script. */
export type Labels = Map<string, string>;

/** What is wrong with the answer; undefined when nothing is. */
export function mismatch({ expected }: Record, answer: Answer, labels: Labels): string | undefined {
  if ('error' in answer) return expected.kind === 'error' ? undefined : answer.error;
  if (expected.kind === 'error') return 'It should have failed.';
  if (expected.kind === 'ok') return undefined;
  const { types, sort, label, lines } = expected;
  if (answer.values.length > 0 && answer.columns !== types.length) {
    return `${answer.columns} columns in the place of ${types.length}`;
  }
  const values = sorted(
    answer.values.map((value, index) => written(value, types[index % types.length])),
    types.length,
    sort,
  );
  const hash = `${values.length} values hashing to ${md5(values)}`;
  if (label !== undefined) {
    const before = labels.get(label);
    if (before !== undefined && before !== hash) return `Another result than before for ${label}.`;
    labels.set(label, hash);
  }
  const wanted = lines.join(' ');
  const found = / values hashing to /.test(wanted) ? hash : values.join(' ');
  return found === wanted ? undefined : `${shortened(found)} in the place of ${shortened(wanted)}`;
}

/** A value as its column's type wants it, converted as SQLite does when it is asked for that type. */
function written(tagged: string, type: string | undefined): string {
  const kind = tagged[0];
  const text = tagged.slice(1);
  if (kind === 'n') return 'NULL';
  if (type === 'I') return String(Math.trunc(numberOf(text)));
  if (type === 'R') return threeDecimals(numberOf(text));
  // A real without a fraction is written with one.
  const asText = kind === 'r' && /^-?\d+$/.test(text) ? `${text}.0` : text;
  return asText === '' ? '(empty)' : asText.replace(/[^ -~]/g, '@');
}

/** Three decimals, and no more than the 16 digits that SQLite writes; zeros in the place of the others. */
function threeDecimals(number: number): string {
  const [digits = '', exponent = '0'] = number.toExponential(15).split('e');
  if (Number(exponent) < 16) return number.toFixed(3);
  return `${digits.replace('.', '').padEnd(Number(exponent) + (number < 0 ? 2 : 1), '0')}.000`;
}

/** The number that a text begins with. */
function numberOf(text: string): number {
  const number = Number.parseFloat(text);
  return Number.isNaN(number) ? 0 : number;
}

function sorted(values: readonly string[], columns: number, sort: string): readonly string[] {
  if (sort === 'nosort') return values;
  if (sort === 'valuesort') return [...values].sort(byBytes);
  const rows: string[][] = [];
  for (let at = 0; at < values.length; at += columns) rows.push(values.slice(at, at + columns));
  const compareRows = (a: readonly string[], b: readonly string[]) => {
    const differs = a.findIndex((value, index) => value !== b[index]);
    return differs === -1 ? 0 : byBytes(a[differs] ?? '', b[differs] ?? '');
  };
  return rows.sort(compareRows).flat();
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function md5(values: readonly string[]): string {
  const hash = createHash('md5');
  for (const value of values) hash.update(`${value}\n`);
  return hash.digest('hex');
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
