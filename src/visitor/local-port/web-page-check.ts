/**
 * Keeps web pages of other sites from acting through the local port. A browser lets any page send requests to
 * `localhost`, and it is the program's key that they would carry; but it says where they come from.
 */
import type { HeaderList } from '../../protocol/http-message.ts';
import { type Refusal, refused } from './failure-answer.ts';
import { isLoopbackName } from './site-address.ts';

/**
 * Methods that other sites' pages may use: they change nothing, and what they bring is kept from such a page by the
 * browser, unless the site allows it.
 */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Where a request came in, as far as its `Origin` is to be compared with it. */
export interface WebPageCheck {
  readonly method: string;
  /** A WebSocket's messages are readable for whoever opened it, so its GET is not safe. */
  readonly opensSocket: boolean;
  /** Names in lower case. */
  readonly fields: HeaderList;
  /** The site's own, e.g. `http://garden.localhost:8890`. */
  readonly siteOrigin: string;
  /** The local address as the client calls it; undefined when it uses the site's own name. */
  readonly clientOrigin: string | undefined;
}

/**
 * A refusal for a request that a page of another origin makes; undefined for those of the site's own pages, and of
 * programs, which name no origin. Trusts in browsers alone: a program may write into these fields what it likes.
 */
export function refuseForeignPage(check: WebPageCheck): Refusal | undefined {
  if (SAFE_METHODS.has(check.method) && !check.opensSocket) return undefined;
  const fetchSites = valuesOf(check.fields, 'sec-fetch-site');
  if (fetchSites.includes('cross-site')) return refuse('a page of another site', check);
  const isSameOrigin = fetchSites.length > 0 && fetchSites.every((site) => site === 'same-origin');
  const foreign = valuesOf(check.fields, 'origin').find(
    // A form of the site's own page under `Referrer-Policy: no-referrer` names the origin `null`.
    (origin) => !isOwn(origin, check) && !(origin === 'null' && isSameOrigin),
  );
  return foreign === undefined ? undefined : refuse(`a page of ${readable(foreign)}`, check);
}

/** Every loopback name counts at the port that the client used, since all of them lead here. */
function isOwn(origin: string, { siteOrigin, clientOrigin }: WebPageCheck): boolean {
  if (origin === siteOrigin) return true;
  if (clientOrigin === undefined || !origin.startsWith('http://')) return false;
  return isLoopbackName(origin.slice('http://'.length)) && portOf(origin) === portOf(clientOrigin);
}

/** Empty for the usual one; undefined when the number is none, which the pattern of names lets through. */
function portOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).port : undefined;
}

/** The answer and the log show it, so nothing goes there that is not of an address. */
function readable(origin: string): string {
  const parsed = URL.canParse(origin) ? new URL(origin).origin : 'null';
  return parsed === 'null' ? 'an origin without a name' : parsed;
}

function valuesOf(fields: HeaderList, wanted: string): string[] {
  return fields.filter(([name]) => name === wanted).map(([, value]) => value.trim().toLowerCase());
}

function refuse(who: string, { siteOrigin, clientOrigin }: WebPageCheck): Refusal {
  const own = clientOrigin === undefined ? siteOrigin : `${clientOrigin} or ${siteOrigin}`;
  return refused(
    403,
    `The request comes from ${who}. WebSockets and methods other than GET, HEAD and OPTIONS are for programs and the site's own pages: Origin must be ${own}, or absent, and Sec-Fetch-Site not cross-site.`,
  );
}
