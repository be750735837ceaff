/** One line with what was found in it. */
export interface FoundLine {
  /** From 1. */
  readonly line: number;
  /** The line, or the part of a long one around the first match. */
  readonly text: string;
  /** Where in `text` the matches are, in order. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

/** Of a longer line, such as that of a packed script, a part is shown, in characters. */
const MAX_LINE_LENGTH = 240;
/** Shown before the first match of a long line, in characters. */
const BEFORE_MATCH = 40;

/**
 * Finds a pattern in a text.
 * @param pattern global and multiline
 * @param maxLines lines returned at most
 */
export function findInText(text: string, pattern: RegExp, maxLines: number): FoundLine[] {
  const found: { line: number; start: number; end: number; matches: [number, number][] }[] = [];
  let line = 1;
  let lineStart = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    // An empty match is nothing to show, and would come for ever.
    if (match[0] === '') {
      pattern.lastIndex += stepAt(text, pattern);
      continue;
    }
    // An expression may begin with the end of a line; what it found is in the next one.
    const blank = /^[\r\n]+/.exec(match[0])?.[0].length ?? 0;
    const begin = match.index + (blank < match[0].length ? blank : 0);
    for (
      let next = text.indexOf('\n', lineStart);
      next !== -1 && next < begin;
      next = text.indexOf('\n', lineStart)
    ) {
      line += 1;
      lineStart = next + 1;
    }
    const newline = text.indexOf('\n', begin);
    const lineEnd = newline === -1 ? text.length : newline;
    const range: [number, number] = [begin, Math.min(match.index + match[0].length, lineEnd)];
    const last = found.at(-1);
    if (last?.line === line) last.matches.push(range);
    else if (found.length >= maxLines) break;
    else found.push({ line, start: lineStart, end: lineEnd, matches: [range] });
  }
  return found.map(({ line: number, start, end, matches }) =>
    shownLine(text, number, start, end, matches),
  );
}

/** To the next character; an expression of whole characters would step back from the middle of one. */
function stepAt(text: string, { lastIndex, unicode }: RegExp): number {
  return unicode && (text.codePointAt(lastIndex) ?? 0) > 0xffff ? 2 : 1;
}

function shownLine(
  text: string,
  line: number,
  start: number,
  end: number,
  matches: readonly [number, number][],
): FoundLine {
  const first = matches[0]?.[0] ?? start;
  const long = end - start > MAX_LINE_LENGTH;
  const from = long ? Math.max(start, first - BEFORE_MATCH) : start;
  const to = Math.min(end, from + MAX_LINE_LENGTH);
  const shown = text.slice(from, to);
  const indent = long ? 0 : shown.length - shown.trimStart().length;
  const ranges = matches
    .filter(([begin]) => begin < to)
    .map(([begin, finish]) => {
      const at = (place: number) => Math.max(0, Math.min(place, to) - from - indent);
      return [at(begin), at(finish)] as const;
    });
  return { line, text: shown.slice(indent).replace(/\r$/, ''), ranges };
}

/** How much of a file is looked at to see whether it is text, in bytes. */
const LOOK_BYTES = 8000;

/** The file's text; undefined when it holds what no text holds. */
export function textOfBytes(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  if (bytes.subarray(0, LOOK_BYTES).includes(0)) return undefined;
  return new TextDecoder().decode(bytes);
}
