import { COOKIE_FIELDS } from '../../protocol/cookie-sync.ts';
import type { RequestHead } from '../../protocol/http-message.ts';

/** What a service worker may be asked for, as far as the table below needs it. */
export interface VisibleRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly mode: string;
  readonly destination: string;
  readonly referrer: string;
  /** Empty where it is not known. */
  readonly referrerPolicy?: string;
  /** Whether cookies go with it (Request.credentials). */
  readonly credentials?: string;
  /** How the page wants caches used (Request.cache). */
  readonly cache?: string;
}

/** Where the request is made. */
export interface Surroundings {
  /** Origin of the site. */
  readonly origin: string;
  readonly userAgent: string;
  readonly languages: readonly string[];
  /** In place of the request's own referrer, if something else is known of it. */
  readonly referrer?: string;
}

/** Destinations that HTTP calls otherwise; the shell's frame is the site's main document (Fetch, 2.2.5). */
const SEC_FETCH_DEST: Record<string, string> = { '': 'empty', iframe: 'document' };

/**
 * What a browser's own cache would add on its way out, so that caches in between are passed by (Fetch, 4.6). To
 * a GET our own cache adds it.
 */
const CACHE_FIELDS: Record<string, Record<string, string>> = {
  'no-cache': { 'cache-control': 'max-age=0' },
  'no-store': { pragma: 'no-cache', 'cache-control': 'no-cache' },
  reload: { pragma: 'no-cache', 'cache-control': 'no-cache' },
};

/**
 * The head that a server would have got. A service worker neither sees nor may set some fields, so one
 * table makes them; a field that it does see, or that the page has set itself, stays as it is.
 * `Accept-Encoding` is left out on purpose: the link compresses by itself, and what a site has encoded all the
 * same would have to be decoded here (content-encoding.ts).
 */
export function requestHeadOf(request: VisibleRequest, around: Surroundings): RequestHead {
  const url = new URL(request.url);
  const referrer = around.referrer ?? request.referrer;
  const headers = new Map<string, string>();
  for (const [name, value] of request.headers) headers.set(name.toLowerCase(), value);
  const isNavigation = request.mode === 'navigate';
  const sends = request.method !== 'GET' && request.method !== 'HEAD';
  const initiator = isNavigation ? navigatorOf(referrer, headers.get('origin')) : around.origin;
  const made: Record<string, string | undefined> = {
    host: url.host,
    // Browsers name the origin where something is sent; everything here is for the site's own.
    origin: sends ? originField(request, initiator) : undefined,
    referer: referrer === '' || referrer === 'about:client' ? undefined : referrer,
    'user-agent': around.userAgent,
    // Chromium hides it from service workers; Firefox shows it.
    'accept-language': acceptLanguage(around.languages) || undefined,
    'sec-fetch-dest': SEC_FETCH_DEST[request.destination] ?? request.destination,
    'sec-fetch-mode': request.mode,
    'sec-fetch-site': siteRelation(initiator, sends, around),
    'sec-fetch-user': isNavigation ? '?1' : undefined,
    // For the host, which keeps the cookies; everything else here is of the same origin.
    [COOKIE_FIELDS.credentials]: request.credentials === 'omit' ? 'omit' : undefined,
    ...(request.method === 'GET' ? {} : CACHE_FIELDS[request.cache ?? '']),
  };
  for (const [name, value] of Object.entries(made)) {
    if (value !== undefined && !headers.has(name)) headers.set(name, value);
  }
  return { method: request.method, target: targetOf(url), headers: [...headers] };
}

/** Path and query; `url.search` does not tell an empty query from none. */
function targetOf(url: URL): string {
  const [address = ''] = url.href.split('#', 1);
  return address.slice(url.origin.length);
}

/** The origin whose page sends the frame here, as far as it can be known. */
function navigatorOf(referrer: string, origin: string | undefined): string | undefined {
  // Chromium shows the field of forms that are posted, and it tells more than a referrer, which names even a
  // sandboxed page's address.
  if (origin === 'null') return undefined;
  return origin ?? originOf(referrer);
}

function originField(request: VisibleRequest, initiator: string | undefined): string {
  // A page that hides where it is hides its origin, too, unless it asks as another origin would (Fetch, 3.1).
  const hides = request.mode !== 'cors' && request.referrerPolicy === 'no-referrer';
  return hides ? 'null' : (initiator ?? 'null');
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

/**
 * The languages as browsers write them: each regional one is followed by its language, unless that comes
 * anyway, and each is wanted a little less than the one before: `en-US,en;q=0.9`.
 */
function acceptLanguage(languages: readonly string[]): string {
  const wanted: string[] = [];
  languages.forEach((language, index) => {
    wanted.push(language);
    const [base = language] = language.split('-');
    const more = languages.slice(index + 1);
    const comes = wanted.includes(base) || more.includes(base);
    // The language itself comes after the last of its regions that stand together.
    if (!comes && more[0]?.split('-')[0] !== base) wanted.push(base);
  });
  return wanted
    .map((language, index) => {
      const weight = Math.max(10 - index, 1) / 10;
      return index === 0 ? language : `${language};q=${weight}`;
    })
    .join(',');
}
