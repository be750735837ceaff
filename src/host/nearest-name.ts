/** Finds what somebody probably meant to type, for messages to authors. */

/** Longer names are not compared: the work grows with the square. */
const MAX_COMPARED = 80;
/** More candidates than this are not looked through: an error message must not cost seconds. */
const MAX_CANDIDATES = 2_000;

/**
 * The known name that takes the fewest typed changes to reach from `name`, if one is near: a letter in three may
 * differ, and one in any case. Case does not count, and `name` itself is no answer.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_COMPARED) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (const candidate of known) {
    looked += 1;
    if (looked > MAX_CANDIDATES) break;
    if (candidate === name || candidate.length > MAX_COMPARED) continue;
    const most = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    if (Math.abs(name.length - candidate.length) > most) continue;
    const changes = distance(wanted, candidate.toLowerCase());
    if (changes <= most && changes < fewest) [best, fewest] = [candidate, changes];
  }
  return best;
}

/** ` Did you mean "…"?`, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Letters to insert, remove, change, or swap with the next one (optimal string alignment). */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const changed = (last[column - 1] ?? 0) + (same ? 0 : 1);
      let least = Math.min(changed, (next[column - 1] ?? 0) + 1, (last[column] ?? 0) + 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped && row > 1 && column > 1) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      next.push(least);
    }
    before = last;
    last = next;
  }
  return last[to.length] ?? 0;
}
