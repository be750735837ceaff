import { type HeaderList, headerValue } from '../../../protocol/http-message.ts';
import { type Directives, parseCacheControl, secondsOf } from './cache-control.ts';
import type { Entry } from './entry.ts';

/** A request of the page, as the cache needs it. */
export interface CacheRequest {
  /** Upper case. */
  readonly method: string;
  readonly url: string;
  /** All that the host would get. */
  readonly headers: HeaderList;
  /** The request's cache mode (Fetch, 2.2.5). */
  readonly mode: RequestCache;
  /** False when the host is to get no cookies with it. */
  readonly withCookies: boolean;
}

/** What the cache does for a request. */
export interface RequestPlan {
  /**
   * Which stored answer will do: none; a fresh one; one that the host has just found to be right; any; or any,
   * and the host is not asked at all.
   */
  readonly use: 'none' | 'fresh' | 'validated' | 'any' | 'only-stored';
  /** Whether the host's answer may be stored. */
  readonly store: boolean;
  /** As they go to the host. */
  readonly headers: HeaderList;
  /** Of the page's own `cache-control`. */
  readonly directives: Directives;
}

/** What an answer is to be made conditional on; a page that says it itself wants to see the 304 itself. */
const CONDITIONAL = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
];

/** Reads what a GET may get, by its cache mode (Fetch, 4.6) and its own headers (RFC 9111, 5.2.1 and 5.4). */
export function planRequest({ mode, headers }: CacheRequest): RequestPlan {
  const directives = parseCacheControl(headers);
  const isConditional = headers.some(([name]) => CONDITIONAL.includes(name));
  if (mode === 'no-store' || isConditional || directives.has('no-store')) {
    const sent = mode === 'no-store' ? withDefaults(headers, BYPASS_FIELDS) : headers;
    return { use: 'none', store: false, headers: sent, directives };
  }
  switch (mode) {
    case 'reload':
      return {
        use: 'none',
        store: true,
        headers: withDefaults(headers, BYPASS_FIELDS),
        directives,
      };
    case 'no-cache':
      return {
        use: 'validated',
        store: true,
        headers: withDefaults(headers, VALIDATE_FIELDS),
        directives,
      };
    case 'force-cache':
      return { use: 'any', store: true, headers, directives };
    case 'only-if-cached':
      return { use: 'only-stored', store: false, headers, directives };
    default: {
      const use = asksForValidation(headers, directives) ? 'validated' : 'fresh';
      return { use, store: true, headers, directives };
    }
  }
}

/** True if a fresh answer is fresh enough for what the page's own `cache-control` says. */
export function isFreshEnough({ freshness }: Entry, directives: Directives): boolean {
  const { age, lifetime } = freshness;
  const maxAge = secondsOf(directives, 'max-age') ?? Number.POSITIVE_INFINITY;
  const minFresh = secondsOf(directives, 'min-fresh') ?? Number.NEGATIVE_INFINITY;
  if (age > maxAge || lifetime - age < minFresh) return false;
  if (freshness.isFresh) return true;
  if (!directives.has('max-stale') || freshness.forbidsStale) return false;
  return age - lifetime <= (secondsOf(directives, 'max-stale') ?? Number.POSITIVE_INFINITY);
}

/** The headers of a request that asks whether `entry` is still right; undefined when it has no validator. */
export function validationHeaders(
  headers: HeaderList,
  entry: Entry,
  byTagOnly: boolean,
): HeaderList | undefined {
  const etag = headerValue(entry.headers, 'etag');
  const modified = byTagOnly ? undefined : headerValue(entry.headers, 'last-modified');
  if (etag === undefined && modified === undefined) return undefined;
  return [
    ...headers,
    ...(etag === undefined ? [] : [['if-none-match', etag] as const]),
    ...(modified === undefined ? [] : [['if-modified-since', modified] as const]),
  ];
}

/** What browsers add for a request that no cache on the way shall answer, or answer without asking. */
const BYPASS_FIELDS = { pragma: 'no-cache', 'cache-control': 'no-cache' };
const VALIDATE_FIELDS = { 'cache-control': 'max-age=0' };

function withDefaults(headers: HeaderList, fields: Readonly<Record<string, string>>): HeaderList {
  const missing = Object.entries(fields).filter(([name]) => !headers.some(([key]) => key === name));
  return [...headers, ...missing];
}

function asksForValidation(headers: HeaderList, directives: Directives): boolean {
  if (directives.has('no-cache')) return true;
  const pragma = headerValue(headers, 'pragma') ?? '';
  return directives.size === 0 && /\bno-cache\b/i.test(pragma);
}
