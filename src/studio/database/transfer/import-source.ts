/** What is in a file that is to become rows. */
import { PeerServerError } from '../../../protocol/errors.ts';
import type { SqlValue } from '../../host.ts';
import { blobOf, uniqueNames } from '../grid/row-text.ts';
import { guessSeparator, MAX_FIELDS, readDelimited, type Separator } from './delimited-text.ts';

/** The file and its rows are in memory at the same time. */
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

export interface ImportProblem {
  /** `Line 5`, `Item 3`. */
  readonly place: string;
  readonly text: string;
}

export interface ImportSource {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** Where each row stands in the file. */
  readonly places: readonly number[];
  readonly placeWord: 'Line' | 'Item';
  /** What cannot be rows. */
  readonly problems: readonly ImportProblem[];
}

export interface CsvOptions {
  readonly separator: Separator;
  /** The first line has the names of the columns. */
  readonly header: boolean;
}

/** Whether a file is JSON, by its name and its beginning. */
export function isJson(name: string, text: string): boolean {
  if (/\.json$/i.test(name)) return true;
  return !/\.(csv|tsv|txt)$/i.test(name) && /^\ufeff?\s*\[/.test(text.slice(0, 100));
}

/**
 * The text of a file.
 * @throws PeerServerError bad-input when it is too large or no text; storage-failed when it cannot be read
 */
export async function readImportFile(file: Blob): Promise<string> {
  if (file.size > MAX_IMPORT_BYTES) {
    const most = MAX_IMPORT_BYTES / 1024 / 1024;
    throw new PeerServerError(
      'bad-input',
      `This file is larger than ${most} MiB. Make several files of it, each with its first line.`,
    );
  }
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch (cause) {
    const text = 'The file cannot be read. Check that it is still there, then choose it again.';
    throw new PeerServerError('storage-failed', text, { cause });
  }
  try {
    return new TextDecoder(encodingOf(new Uint8Array(bytes)), { fatal: true }).decode(bytes);
  } catch (cause) {
    const text = 'This file is no text in UTF-8. Save it as “CSV UTF-8”, then choose it again.';
    throw new PeerServerError('bad-input', text, { cause });
  }
}

/** What spreadsheets save as “Unicode text” begins with a mark. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** How a CSV file is probably to be read. */
export function guessCsvOptions(text: string): CsvOptions {
  const separator = guessSeparator(text);
  const [first, second] = readDelimited(text, separator, 2).records;
  const named = (first ?? []).every((field) => field !== undefined && !/^[\d.,\s-]*$/.test(field));
  return { separator, header: named && (first?.length ?? 0) > 0 && second !== undefined };
}

/** Reads CSV. A record of another length than the first is a problem. */
export function readCsvSource(text: string, { separator, header }: CsvOptions): ImportSource {
  const { records, lines, problems } = readDelimited(text, separator);
  const width = records[0]?.length ?? 0;
  const names = header
    ? (records[0] ?? []).map((field, index) => field?.trim() || `column_${index + 1}`)
    : Array.from({ length: width }, (_, index) => `column_${index + 1}`);
  const rows: SqlValue[][] = [];
  const places: number[] = [];
  const found: ImportProblem[] = problems.map((problem) => ({
    place: `Line ${problem.line}`,
    text: problem.text,
  }));
  for (let index = header ? 1 : 0; index < records.length; index++) {
    const record = records[index] ?? [];
    const line = lines[index] ?? 0;
    if (record.length === width) {
      rows.push(record.map((field) => field ?? null));
      places.push(line);
    } else {
      const text = `it has ${record.length} ${record.length === 1 ? 'field' : 'fields'} instead of ${width}`;
      found.push({ place: `Line ${line}`, text });
    }
  }
  return { columns: uniqueNames(names), rows, places, placeWord: 'Line', problems: found };
}

/**
 * Reads JSON: a list of objects, whose keys are the columns. A key that an object lacks is NULL.
 * @throws PeerServerError bad-input when it is none
 */
export function readJsonSource(text: string): ImportSource {
  const list = parseExactly(text.replace(/^\ufeff/, ''));
  if (!Array.isArray(list)) throw noList();
  const columns = new Map<string, number>();
  const problems: ImportProblem[] = [];
  const items: { readonly item: Record<string, unknown>; readonly place: number }[] = [];
  list.forEach((item: unknown, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      problems.push({ place: `Item ${index + 1}`, text: 'it is no object' });
      return;
    }
    for (const name of Object.keys(item)) {
      if (!columns.has(name)) columns.set(name, columns.size);
    }
    if (columns.size > MAX_FIELDS) throw tooManyColumns();
    items.push({ item: item as Record<string, unknown>, place: index + 1 });
  });
  if (items.length === 0) throw noList();
  const names = [...columns.keys()];
  return {
    columns: uniqueNames(names),
    rows: items.map(({ item }) =>
      names.map((name) => (Object.hasOwn(item, name) ? toSqlValue(item[name]) : null)),
    ),
    places: items.map(({ place }) => place),
    placeWord: 'Item',
    problems,
  };
}

/** Integers beyond 2^53 stay exact, where the browser gives their text. */
function parseExactly(text: string): unknown {
  const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source;
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !source) return value;
    if (!/^-?\d{1,19}$/.test(source)) return value;
    const integer = BigInt(source);
    return BigInt.asIntN(64, integer) === integer ? integer : value;
  };
  try {
    return JSON.parse(text, exact);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new PeerServerError('bad-input', `This file is no JSON: ${detail}.`, { cause });
  }
}

function toSqlValue(value: unknown): SqlValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value === null || value === undefined) return null;
      return blobOf(value) ?? JSON.stringify(value, withBigints);
  }
}

function withBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function noList(): PeerServerError {
  const text = 'This JSON is no list of objects. It should look like [{ "name": "Fern" }, …].';
  return new PeerServerError('bad-input', text);
}

function tooManyColumns(): PeerServerError {
  const text = `The objects have more than ${MAX_FIELDS.toLocaleString('en')} different keys together.`;
  return new PeerServerError('bad-input', text);
}
