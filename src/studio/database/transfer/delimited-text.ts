/**
 * CSV and its relatives, read and written (RFC 4180, with other separators). Reading keeps apart what most
 * programs do not: an empty field (NULL) and an empty text in quotation marks.
 */

/** A field; undefined: empty and without quotation marks. */
export type Field = string | undefined;

export interface Delimited {
  readonly records: readonly (readonly Field[])[];
  /** The line each record begins at, from 1. */
  readonly lines: readonly number[];
  /** Records that could not be read, with the reason; they are not in `records`. */
  readonly problems: readonly { readonly line: number; readonly text: string }[];
}

/** Fields of a record: SQLite's tables have 2,000 columns at most. */
export const MAX_FIELDS = 2000;

/** Characters of a field; the database takes 16 MiB. */
export const MAX_FIELD_LENGTH = 4 * 1024 * 1024;

/** Records of a file: a table of so many is filled within the database's limit of time. */
export const MAX_RECORDS = 1_000_000;

/** Bad records that are told; of more it is enough to know that there are some. */
export const MAX_PROBLEMS = 100;

export const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** Characters at the beginning of a file in which its separator is looked for. */
const SAMPLE_LENGTH = 20_000;

/** The separator that the first line has most of, outside quotation marks. */
export function guessSeparator(text: string): Separator {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of text.slice(0, SAMPLE_LENGTH)) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) break;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  let best: Separator = ',';
  for (const separator of SEPARATORS) {
    if ((counts.get(separator) ?? 0) > (counts.get(best) ?? 0)) best = separator;
  }
  return best;
}

/**
 * Reads a file's text; a byte order mark at its beginning is left out. An empty line is NULL where records
 * have one field, and else nothing.
 * @param atMost stops after so many records
 */
export function readDelimited(
  text: string,
  separator: string,
  atMost: number = MAX_RECORDS,
): Delimited {
  const records: Field[][] = [];
  const lines: number[] = [];
  const problems: { line: number; text: string }[] = [];
  const reader = new RecordReader(text, separator);
  while (!reader.atEnd && records.length < atMost) {
    const { line } = reader;
    const { fields, problem } = reader.next();
    if (problem !== undefined) {
      if (problems.length < MAX_PROBLEMS) problems.push({ line, text: problem });
    } else if (fields.length > 1 || fields[0] !== undefined || records[0]?.length === 1) {
      records.push(fields);
      lines.push(line);
    }
  }
  if (!reader.atEnd && atMost === MAX_RECORDS) {
    const most = MAX_RECORDS.toLocaleString('en');
    problems.push({ line: reader.line, text: `only ${most} rows are read at once` });
  }
  return { records, lines, problems };
}

/** One record after the other. A record that is too large is passed over without being kept in memory. */
class RecordReader {
  line = 1;
  #at: number;
  readonly #text: string;
  readonly #separator: string;
  readonly #plain: RegExp;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
    this.#at = text.startsWith('\ufeff') ? 1 : 0;
    this.#plain = new RegExp(`[${separator === '|' ? '\\|' : separator}\\r\\n]`, 'g');
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  next(): { readonly fields: Field[]; readonly problem?: string } {
    const fields: Field[] = [];
    let problem: string | undefined;
    for (;;) {
      const { field, wrong } = this.#text[this.#at] === '"' ? this.#quoted() : this.#unquoted();
      problem ??= wrong;
      if (fields.length < MAX_FIELDS) fields.push(field);
      else problem ??= `it has more than ${MAX_FIELDS.toLocaleString('en')} columns`;
      if (this.#text[this.#at] !== this.#separator) break;
      this.#at += 1;
    }
    this.#endOfLine();
    return problem === undefined ? { fields } : { fields: [], problem };
  }

  #unquoted(): { field: Field; wrong?: string } {
    this.#plain.lastIndex = this.#at;
    const end = this.#plain.exec(this.#text)?.index ?? this.#text.length;
    const field = this.#text.slice(this.#at, end);
    this.#at = end;
    if (field.length > MAX_FIELD_LENGTH) return { field: undefined, wrong: TOO_LONG };
    return { field: field === '' ? undefined : field };
  }

  #quoted(): { field: Field; wrong?: string } {
    const start = this.#at + 1;
    let end = start;
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end < 0) {
        this.#at = this.#text.length;
        return { field: undefined, wrong: 'a quotation mark is not closed' };
      }
      if (this.#text[end + 1] !== '"') break;
      end += 2;
    }
    const raw = this.#text.slice(start, end);
    this.#countLines(raw);
    this.#at = end + 1;
    if (raw.length > MAX_FIELD_LENGTH) return { field: undefined, wrong: TOO_LONG };
    const next = this.#text[this.#at];
    if (next === undefined || next === this.#separator || next === '\n' || next === '\r') {
      return { field: raw.replaceAll('""', '"') };
    }
    this.#unquoted();
    return { field: undefined, wrong: 'something stands behind a closing quotation mark' };
  }

  #endOfLine(): void {
    if (this.#text[this.#at] === '\r') this.#at += 1;
    if (this.#text[this.#at] === '\n') this.#at += 1;
    this.line += 1;
  }

  #countLines(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.line += 1;
  }
}

const TOO_LONG = `one of its fields has more than ${MAX_FIELD_LENGTH / 1024 / 1024} million characters`;

/** One line, with its end. An empty text is quoted, NULL is not. */
export function delimitedLine(fields: readonly Field[], separator = ','): string {
  const written = fields.map((field) => {
    if (field === undefined) return '';
    const plain = field !== '' && !/["\r\n]/.test(field) && !field.includes(separator);
    return plain ? field : `"${field.replaceAll('"', '""')}"`;
  });
  return `${written.join(separator)}\r\n`;
}
