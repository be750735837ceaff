import type { SiteLogEntry } from './site-log.ts';

/** What the author knows of a site's problems already, so that each save tells only what is new. */
export class ProblemNews {
  #known = new Map<string, SiteLogEntry>();

  /**
   * What to tell of these, all problems there are now.
   * @param saved paths of files that were just saved: whoever saves one wants to hear that it is still wrong
   * @param paths all files there are: one that is removed has no problem, but is not right either
   * @param now wall-clock time, milliseconds since 1970
   */
  next(
    problems: readonly SiteLogEntry[],
    saved: ReadonlySet<string>,
    paths: readonly string[],
    now: number,
  ): SiteLogEntry[] {
    const before = this.#known;
    this.#known = new Map(problems.map((problem) => [keyOf(problem), problem]));
    const fresh = [...this.#known].filter(
      ([key, { place }]) => !before.has(key) || (place && saved.has(place.file)),
    );
    const wrong = filesOf(this.#known.values());
    const mended = [...filesOf(before.values())].filter(
      (file) => !wrong.has(file) && paths.includes(file),
    );
    return [
      ...fresh.map(([, problem]) => problem),
      ...mended.map((file) => ({
        at: now,
        level: 'info' as const,
        source: 'compile' as const,
        text: 'Right again.',
        place: { file },
      })),
    ];
  }

  /** Whether the author was told of an error in this file. */
  isWrong(file: string): boolean {
    return [...this.#known.values()].some(
      ({ level, place }) => level === 'error' && place?.file === file,
    );
  }
}

/** The same problem is found anew each time, at another time. */
function keyOf({ at: _at, ...problem }: SiteLogEntry): string {
  return JSON.stringify(problem);
}

function filesOf(problems: Iterable<SiteLogEntry>): Set<string> {
  return new Set([...problems].flatMap(({ place }) => (place ? [place.file] : [])));
}
