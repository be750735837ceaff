import type { SameSite } from '../../protocol/cookie-sync.ts';

/** A cookie as a page sees it, in Unicode. */
export interface PageCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** The site's host for a cookie with a Domain attribute, else null. */
  readonly domain: string | null;
  readonly secure: boolean;
  readonly sameSite: SameSite;
  /** Milliseconds since 1970; null while the session lasts. */
  readonly expires: number | null;
}

/** The cookies of the site as the shell offers them to its pages; everything at once, from memory. */
export interface PageCookies {
  /** Those of a document at `path` (percent-encoded), in the order of `document.cookie`. */
  visible(path: string): readonly PageCookie[];
  /**
   * What a document at `path` writes, as it would assign it to `document.cookie`; false when a browser would
   * drop it.
   */
  write(text: string, path: string): boolean;
  /** Calls after each change, wherever it comes from; the returned function ends it. */
  subscribe(listener: () => void): () => void;
}
