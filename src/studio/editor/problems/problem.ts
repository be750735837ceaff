/** Something wrong in a text, at its characters from `from` to `to`. */
export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  /** For people: what is wrong, and what to do if that is known. */
  readonly message: string;
  /** Something is missing that may be about to be typed there. */
  readonly unfinished?: boolean;
}

/** More are not shown: the first ones usually cause the rest. */
export const MAX_PROBLEMS = 50;

/** Problems in their order, one a line: what follows on the same line mostly follows from the first. */
export function firstPerLine(
  problems: readonly Problem[],
  lineOf: (position: number) => number,
): Problem[] {
  const lines = new Set<number>();
  return [...problems]
    .sort((a, b) => a.from - b.from)
    .filter(({ from }) => {
      const line = lineOf(from);
      return !lines.has(line) && lines.add(line);
    })
    .slice(0, MAX_PROBLEMS);
}
