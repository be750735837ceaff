import type { SearchPattern } from './search-query.ts';
import type { FoundLine } from './search-text.ts';

/** Sent to the worker: first the pattern, then files one by one. */
export type SearchRequest =
  | { readonly kind: 'pattern'; readonly pattern: SearchPattern }
  | {
      readonly kind: 'file';
      readonly id: number;
      readonly content: Blob;
      readonly maxLines: number;
    };

/** Sent back, one for each file. */
export type SearchReply =
  /** The file is being looked at from now on: the time limit counts from here. */
  | { readonly kind: 'begun'; readonly id: number }
  | { readonly kind: 'searched'; readonly id: number; readonly lines: readonly FoundLine[] }
  | { readonly kind: 'not-text'; readonly id: number }
  | { readonly kind: 'unreadable'; readonly id: number };
