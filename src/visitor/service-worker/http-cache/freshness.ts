import CachePolicy from 'http-cache-semantics';
import { type HeaderList, headerValue, type ResponseHead } from '../../../protocol/http-message.ts';
import { type Directives, parseCacheControl, secondsOf } from './cache-control.ts';
import { parseHttpDate } from './http-date.ts';

/** Statuses that a cache may keep without being told so (RFC 9110, 15.1); 206 is never kept here. */
const HEURISTIC_STATUS = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);
/** Those whose meaning is more than that of their class; `must-understand` allows no others. */
const UNDERSTOOD_STATUS = new Set([...HEURISTIC_STATUS, 302, 303, 307]);
/** Answers to what the page has asked for only a part of, or only under a condition. */
const NEVER_STORED = new Set([206, 304]);

/**
 * How long an answer may be used, by RFC 9111 as a private cache has it. The reckoning is that of
 * `http-cache-semantics`; its reading of fields is helped along where it is less strict than the RFC.
 */
export class Freshness {
  /** Of the answer. */
  readonly directives: Directives;
  readonly #policy: CachePolicy;
  readonly #receivedAt: number;
  readonly #now: () => number;
  readonly #mayStore: boolean;

  /**
   * @param receivedAt when the answer came, or was last found to be still right; ms since 1970
   * @param now the present in ms since 1970
   */
  constructor(response: ResponseHead, receivedAt: number, now: () => number) {
    const { status, headers } = response;
    this.directives = parseCacheControl(headers);
    this.#receivedAt = receivedAt;
    this.#now = now;
    const isExplicit =
      this.directives.has('max-age') ||
      this.directives.has('public') ||
      headers.some(([name]) => name === 'expires');
    const policyStatus = UNDERSTOOD_STATUS.has(status)
      ? status
      : // The library knows no others, but the RFC allows any final status that is explicitly fresh.
        isExplicit && !this.directives.has('must-understand')
        ? 200
        : 0;
    const policy = new CachePolicy(
      { method: 'GET', headers: {} },
      { status: policyStatus, headers: readableFields(headers, this.directives, receivedAt) },
      { shared: false, immutableMinTimeToLive: 0 },
    );
    this.#policy = Object.assign(CachePolicy.fromObject({ ...policy.toObject(), t: receivedAt }), {
      now,
    });
    this.#mayStore = !NEVER_STORED.has(status) && this.#policy.storable();
  }

  /**
   * True if the answer may be stored, and storing it can save anything later. How long it was on its way has
   * no say: `Date` is in whole seconds, so that one with `max-age=1` is often stale when it comes, and a page
   * that accepts a stale one (`max-stale`) would get it or not by chance.
   */
  isWorthStoring(headers: HeaderList): boolean {
    if (!this.#mayStore) return false;
    const hasValidator = headers.some(([name]) => name === 'etag' || name === 'last-modified');
    return hasValidator || this.lifetime > 0 || this.#policy.timeToLive() > 0;
  }

  /** Seconds since the host has made the answer or found it still right. */
  get age(): number {
    // A clock that was set back says nothing about the age any more.
    return this.#now() < this.#receivedAt ? Number.POSITIVE_INFINITY : this.#policy.age();
  }

  /** Seconds for which the answer is fresh; 0 when it has to be validated each time. */
  get lifetime(): number {
    return this.#policy.maxAge();
  }

  get isFresh(): boolean {
    return this.lifetime > this.age;
  }

  /** True while a stale answer may be used, since a newer one is fetched in the background (RFC 5861). */
  get isUsableWhileRevalidating(): boolean {
    return this.#isUsableStale('stale-while-revalidate');
  }

  /** True while a stale answer may be used because the host cannot be asked (RFC 5861). */
  get isUsableOnError(): boolean {
    return this.#isUsableStale('stale-if-error');
  }

  /** True if nothing but a validation makes a stale answer usable. */
  get forbidsStale(): boolean {
    return isNoCache(this.directives) || this.directives.has('must-revalidate');
  }

  #isUsableStale(directive: string): boolean {
    const extra = secondsOf(this.directives, directive);
    return extra !== undefined && !this.forbidsStale && this.lifetime + extra > this.age;
  }
}

/**
 * Fields as the library reads them best: `cache-control` in lower case and without what is malformed, single
 * fields without their repeats, no `vary` (which is ours to match).
 */
function readableFields(
  headers: HeaderList,
  directives: Directives,
  receivedAt: number,
): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const name of ['date', 'expires', 'last-modified']) {
    const value = headerValue(headers, name);
    if (value === undefined) continue;
    const time = parseHttpDate(value, receivedAt);
    // What is no date is in the past (RFC 9111, 5.3).
    if (!Number.isNaN(time)) fields[name] = new Date(time).toUTCString();
    else if (name === 'expires') fields.expires = '0';
  }
  fields.age = String(initialAge(headers, fields.date, receivedAt));
  const pragma = headerValue(headers, 'pragma');
  if (pragma !== undefined) fields.pragma = pragma;
  if (directives.size > 0) {
    fields['cache-control'] = [...directives]
      .filter(([name]) => name !== 'no-cache' || isNoCache(directives))
      .map(([name, value]) => (value === true ? name : `${name}=${value}`))
      .filter((directive) => !/[",]/.test(directive))
      .join(', ');
  }
  return fields;
}

/** True if each use has to be validated; with an argument, `no-cache` is only about the fields it names. */
function isNoCache(directives: Directives): boolean {
  const argument = directives.get('no-cache');
  return argument === true || argument === '';
}

/**
 * Seconds that the answer was old when it came (RFC 9111, 4.2.3). An age that cannot be read is taken for a
 * great one; of a list the first member counts (5.1).
 */
function initialAge(headers: HeaderList, date: string | undefined, receivedAt: number): number {
  const first = (headerValue(headers, 'age') ?? '0').split(',')[0]?.trim() ?? '';
  const said = /^\d+$/.test(first) ? Number(first) : 2 ** 31;
  const apparent = date === undefined ? 0 : Math.floor((receivedAt - Date.parse(date)) / 1000);
  return Math.max(said, apparent);
}
