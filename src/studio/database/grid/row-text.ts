/** Rows as CSV and as JSON. */
import type { SqlValue } from '../../host.ts';
import { delimitedLine, type Field } from '../transfer/delimited-text.ts';

export type RowFormat = 'csv' | 'json';

/** Begins a text in a format; `rowText` follows for each row, then `endText`. */
export function startText(format: RowFormat, columns: readonly string[]): string {
  return format === 'csv' ? delimitedLine(uniqueNames(columns)) : '[';
}

/** @param first whether it is the first row of the text */
export function rowText(
  format: RowFormat,
  columns: readonly string[],
  row: readonly SqlValue[],
  first: boolean,
): string {
  if (format === 'csv') return delimitedLine(row.map(toField));
  const parts = columns.map(
    (name, index) => `${JSON.stringify(name)}: ${toJson(row[index] ?? null)}`,
  );
  return `${first ? '' : ','}\n  { ${parts.join(', ')} }`;
}

export function endText(format: RowFormat): string {
  return format === 'csv' ? '' : '\n]\n';
}

/** All of a result in one text. Columns of the same name get a number each. */
export function rowsText(
  format: RowFormat,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): string {
  const names = uniqueNames(columns);
  const parts = [startText(format, names)];
  rows.forEach((row, index) => {
    parts.push(rowText(format, names, row, index === 0));
  });
  parts.push(endText(format));
  return parts.join('');
}

/** NULL is an empty field without quotation marks; a blob is written in base64. */
export function toField(value: SqlValue): Field {
  if (value === null) return undefined;
  return value instanceof Uint8Array ? base64(value) : String(value);
}

/** Integers keep all their digits; a blob is `{"base64": "…"}`. */
export function toJson(value: SqlValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return `{"base64": "${base64(value)}"}`;
  // What JSON has no word for is too large a number for every reader.
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999';
  return JSON.stringify(value);
}

/** The blob that `toJson` wrote, or undefined for anything else. */
export function blobOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { base64: text, ...more } = value as Record<string, unknown>;
  if (typeof text !== 'string' || Object.keys(more).length > 0) return undefined;
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    // An object of somebody else's.
    return undefined;
  }
}

/** Names of which none is there twice: `name`, `name_2`. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${name}_${number}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

function base64(bytes: Uint8Array): string {
  const PIECE = 0x8000;
  let letters = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    letters += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(letters);
}
