import type { RequestHead } from '../../protocol/http-message.ts';

/** What a service worker may be asked for, as far as the table below needs it. */
export interface VisibleRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly mode: string;
  readonly destination: string;
  readonly referrer: string;
}

/** Where the request is made. */
export interface Surroundings {
  /** Origin of the site. */
  readonly origin: string;
  readonly userAgent: string;
  readonly languages: readonly string[];
}

/** Destinations that HTTP calls otherwise; the shell's frame is the site's main document (Fetch, 2.2.5). */
const SEC_FETCH_DEST: Record<string, string> = { '': 'empty', iframe: 'document' };

/**
 * The head that a server would have got. A service worker neither sees nor may set some fields, so one
 * table makes them; a field that the page has set itself stays as it is.
 */
export function requestHeadOf(request: VisibleRequest, around: Surroundings): RequestHead {
  const url = new URL(request.url);
  const headers = new Map<string, string>();
  for (const [name, value] of request.headers) headers.set(name.toLowerCase(), value);
  const isNavigation = request.mode === 'navigate';
  const initiator = isNavigation ? originOf(request.referrer) : around.origin;
  const sends = request.method !== 'GET' && request.method !== 'HEAD';
  const made: Record<string, string | undefined> = {
    host: url.host,
    // Browsers name the origin where something is sent; everything here is for the site's own.
    origin: sends ? (initiator ?? 'null') : undefined,
    referer:
      request.referrer === '' || request.referrer === 'about:client' ? undefined : request.referrer,
    'user-agent': around.userAgent,
    'accept-language': around.languages.join(', ') || undefined,
    'sec-fetch-dest': SEC_FETCH_DEST[request.destination] ?? request.destination,
    'sec-fetch-mode': request.mode,
    'sec-fetch-site': siteRelation(initiator, sends, around),
    'sec-fetch-user': isNavigation ? '?1' : undefined,
  };
  for (const [name, value] of Object.entries(made)) {
    if (value !== undefined && !headers.has(name)) headers.set(name, value);
  }
  return { method: request.method, target: url.pathname + url.search, headers: [...headers] };
}

/**
 * Who began it. A form sent from a page that hides where it comes from may come from anywhere, so a host
 * must be able to refuse it.
 */
function siteRelation(initiator: string | undefined, sends: boolean, around: Surroundings): string {
  if (initiator === around.origin) return 'same-origin';
  return initiator === undefined && !sends ? 'none' : 'cross-site';
}

function originOf(referrer: string): string | undefined {
  return URL.canParse(referrer) && referrer !== 'about:client'
    ? new URL(referrer).origin
    : undefined;
}
