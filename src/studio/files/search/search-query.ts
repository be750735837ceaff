/** What is looked for in the files. */
export interface SearchQuery {
  readonly text: string;
  readonly regularExpression: boolean;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
}

export const EMPTY_QUERY: SearchQuery = {
  text: '',
  regularExpression: false,
  matchCase: false,
  wholeWord: false,
};

/** A pattern in parts, as it can be sent to a worker. */
export interface SearchPattern {
  readonly source: string;
  readonly flags: string;
}

export type ParsedQuery =
  | { readonly ok: true; readonly pattern: SearchPattern }
  | { readonly ok: false; readonly message: string };

/** Longer ones are pasted by mistake. */
const MAX_QUERY_LENGTH = 1000;

/** Makes a pattern of what was typed. `^` and `$` are the ends of a line. */
export function parseQuery(query: SearchQuery): ParsedQuery {
  const { text, regularExpression, matchCase, wholeWord } = query;
  if (text.length > MAX_QUERY_LENGTH) {
    return { ok: false, message: `Type at most ${MAX_QUERY_LENGTH} characters.` };
  }
  const flags = matchCase ? 'gm' : 'gim';
  const source = regularExpression ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const word = '[\\p{L}\\p{N}_]';
  const wanted = wholeWord ? `(?<!${word})(?:${source})(?!${word})` : source;
  try {
    // As letters of all languages, if the expression can be read so.
    return checked(wanted, `${flags}u`);
  } catch {
    try {
      return checked(wholeWord ? `\\b(?:${source})\\b` : source, flags);
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message.split(': ').at(-1) : '';
      return { ok: false, message: `This is no regular expression: ${detail}.` };
    }
  }
}

/** @throws SyntaxError */
function checked(source: string, flags: string): ParsedQuery {
  return { ok: true, pattern: { source: new RegExp(source, flags).source, flags } };
}
