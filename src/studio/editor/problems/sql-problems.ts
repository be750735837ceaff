import type { Problem } from './problem.ts';

/** Words that begin a statement and stand at the beginning of none of its other lines. */
const BEGINS = /^(?:CREATE|INSERT\s+INTO|ALTER|DROP|DELETE\s+FROM)\b/i;
/** Statements that may have such a word at a line's beginning: `ALTER TABLE … DROP`, `WITH … INSERT INTO`, `CREATE … AS`. */
const GOES_ON = /^(?:ALTER|WITH)\b|\bAS\s*$/i;

/**
 * Quotes and brackets that are never closed, and statements without a semicolon between them. Whether
 * tables and columns exist is for the database to say.
 */
export function sqlProblems(text: string): Problem[] {
  const open: number[] = [];
  let statementFrom = -1;
  let blocks = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const end = endOfToken(text, at);
    if (end === undefined) {
      return [problem(at, `${char === '/' ? 'This comment' : 'This text'} is never closed.`)];
    }
    if (end > at) {
      at = end;
      continue;
    }
    if (char === '(') open.push(at);
    else if (char === ')' && open.pop() === undefined)
      return [problem(at, 'This bracket closes nothing.')];
    else if (char === ';' && blocks === 0) statementFrom = -1;
    else if (/[A-Za-z]/.test(char) && !/\w/.test(text[at - 1] ?? '')) {
      const word = /^\w+/.exec(text.slice(at, at + 40))?.[0].toUpperCase() ?? '';
      if (statementFrom >= 0 && blocks === 0 && startsLine(text, at) && open.length === 0) {
        const goesOn = GOES_ON.test(text.slice(statementFrom, at));
        if (BEGINS.test(text.slice(at, at + 40)) && !goesOn) {
          const last = text.slice(0, at).trimEnd().length - 1;
          return [problem(last, 'A semicolon is missing after this statement.')];
        }
      }
      if (statementFrom < 0) statementFrom = at;
      // A trigger has statements of its own; CASE ends like them.
      if ((word === 'BEGIN' && isTrigger(text.slice(statementFrom, at))) || word === 'CASE')
        blocks++;
      if (word === 'END' && blocks > 0) blocks--;
      at += Math.max(0, word.length - 1);
    }
  }
  const [unclosed] = open;
  return unclosed === undefined ? [] : [problem(unclosed, 'This bracket is never closed.')];
}

/** Last character of the text, name or comment that begins here; `at` itself for anything else. */
function endOfToken(text: string, at: number): number | undefined {
  const char = text[at];
  if (char === "'" || char === '"' || char === '`') return closing(text, char, at + 1);
  if (char === '-' && text[at + 1] === '-') {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (char === '/' && text[at + 1] === '*') {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? undefined : end + 1;
  }
  return at;
}

function closing(text: string, quote: string, from: number): number | undefined {
  const end = text.indexOf(quote, from);
  return end < 0 ? undefined : end;
}

function startsLine(text: string, at: number): boolean {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === '';
}

function isTrigger(statement: string): boolean {
  return /^CREATE\s+(?:TEMP(?:ORARY)?\s+)?TRIGGER\b/i.test(statement);
}

function problem(at: number, message: string): Problem {
  return { from: at, to: at + 1, severity: 'error', message };
}
