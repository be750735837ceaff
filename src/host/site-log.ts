/** What a site tells its author: `console`, `log`, and what goes wrong in the author's code. */

/** A place in one of the author's own files. */
export interface SourcePlace {
  /** Relative to the site's root: `routes/items/[id].ts`. */
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The text of that line, when it is known. */
  readonly lineText?: string;
}

/** One entry of the site's log. */
export interface SiteLogEntry {
  /** Wall-clock time, milliseconds since 1970. */
  readonly at: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Where it comes from: the author's own `console` and `log`, or us about the author's code. */
  readonly source: 'console' | 'compile' | 'handler' | 'database' | 'sandbox';
  /** For people: what happened. */
  readonly text: string;
  /** One sentence: the likely cause and what to do. */
  readonly hint?: string;
  readonly place?: SourcePlace;
  /** The stack in lines of the author's files, one frame a line. */
  readonly stack?: string;
  /** What the visitor asked for: `GET /items/42`. */
  readonly request?: string;
}
