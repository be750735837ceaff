/** How well a text matches, and which of its letters did. */
export interface Match {
  /** Higher is better; comparable between texts for the same query. */
  readonly score: number;
  /** Indices of the matched UTF-16 units, ascending. */
  readonly positions: readonly number[];
}

/** Longer queries are no search any more; the time that one takes grows with it. */
export const MAX_QUERY_LENGTH = 80;

/** A letter right behind the one before. */
const ADJACENT = 6;
/** A letter at the beginning of a word. */
const WORD_START = 5;
/** A letter in the last part of a path: files are known by their names. */
const LAST_PART = 2;
/** For each letter that is passed over, at most this often. */
const MAX_GAP = 4;

/**
 * Finds the letters of a query in a text, in order and with anything between, as people shorten names: `nf`
 * finds “New file”. Letter case and spaces in the query do not count.
 * @returns undefined if a letter is missing
 */
export function fuzzyMatch(query: string, text: string): Match | undefined {
  const wanted = [...query.toLowerCase()].filter((letter) => letter.trim() !== '');
  if (wanted.length > MAX_QUERY_LENGTH) return undefined;
  const letters = text.toLowerCase();
  if (!isSubsequence(wanted, letters)) return undefined;
  const lastPart = text.lastIndexOf('/') + 1;

  /** Best score with the query's letters so far ending at each place, and where the letter before was. */
  let best: (number | undefined)[] = [];
  const cameFrom: Int32Array[] = [];
  for (const [index, letter] of wanted.entries()) {
    const next: (number | undefined)[] = new Array(letters.length);
    const from = new Int32Array(letters.length).fill(-1);
    /** The best end before the place, less what the way from there costs. */
    let reach: { readonly at: number; readonly score: number } | undefined;
    for (let at = 0; at < letters.length; at += 1) {
      const before = best[at - 1];
      if (letters.startsWith(letter, at)) {
        const own = worth(text, at, lastPart);
        if (index === 0) next[at] = own - Math.min(at, MAX_GAP) / 8;
        else {
          const adjacent = before === undefined ? undefined : before + ADJACENT;
          const far = reach && reach.score - Math.min(at - reach.at, MAX_GAP);
          if (adjacent !== undefined && (far === undefined || adjacent >= far)) {
            next[at] = own + adjacent;
            from[at] = at - 1;
          } else if (far !== undefined && reach) {
            next[at] = own + far;
            from[at] = reach.at;
          }
        }
      }
      if (before !== undefined && (!reach || before >= reach.score - MAX_GAP)) {
        reach = { at: at - 1, score: before };
      }
    }
    best = next;
    cameFrom.push(from);
  }
  return wanted.length === 0 ? { score: 0, positions: [] } : backtrack(best, cameFrom, text.length);
}

function isSubsequence(wanted: readonly string[], letters: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    const found = letters.indexOf(letter, at);
    if (found < 0) return false;
    at = found + letter.length;
  }
  return true;
}

function worth(text: string, at: number, lastPart: number): number {
  const before = text[at - 1] ?? ' ';
  const here = text[at] ?? '';
  const isStart = /[\s/._-]/.test(before) || (/[a-z]/.test(before) && /[A-Z]/.test(here));
  return 1 + (isStart ? WORD_START : 0) + (lastPart > 0 && at >= lastPart ? LAST_PART : 0);
}

function backtrack(
  best: readonly (number | undefined)[],
  cameFrom: readonly Int32Array[],
  length: number,
): Match | undefined {
  let end = -1;
  for (const [at, score] of best.entries()) {
    if (score !== undefined && (end < 0 || score > (best[end] ?? 0))) end = at;
  }
  if (end < 0) return undefined;
  // Of two that match alike, the shorter one is meant.
  const score = (best[end] ?? 0) - length / 1000;
  const positions: number[] = [];
  for (let index = cameFrom.length - 1, at = end; index >= 0 && at >= 0; index -= 1) {
    positions.unshift(at);
    at = cameFrom[index]?.[at] ?? -1;
  }
  return { score, positions };
}
