import { type Clock, systemClock } from '../../../protocol/clock.ts';
import { PeerServerError } from '../../../protocol/errors.ts';
import { headerValue } from '../../../protocol/http-message.ts';
import type { BridgeAnswer } from '../../bridge/bridge-client.ts';
import { partialHead, readRange } from './byte-range.ts';
import type { Entry } from './entry.ts';
import type { CacheStorageLike } from './entry-store.ts';
import { type CacheLimits, DEFAULT_LIMITS, INDEX_PATIENCE_MS } from './limits.ts';
import {
  type CacheRequest,
  isFreshEnough,
  planRequest,
  type RequestPlan,
  validationHeaders,
} from './request-plan.ts';
import { dependsOnCookies, type RequestFields, requestFieldsOf } from './selecting-fields.ts';
import { StoredAnswers } from './stored-answers.ts';

/** Asks the host, with these headers; undefined when there is nobody to ask. */
export type Forward = (headers: CacheRequest['headers']) => Promise<BridgeAnswer | undefined>;

export interface HttpCacheOptions {
  readonly caches: CacheStorageLike;
  /** Of the site. */
  readonly origin: string;
  readonly limits?: CacheLimits;
  /** The present in ms since 1970. */
  readonly now?: () => number;
  readonly clock?: Clock;
}

/** Methods that change nothing at the host (RFC 9110, 9.2.1). */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Answers in whose place a stale one may be given (RFC 5861, 4). */
const SERVER_ERRORS = new Set([500, 502, 503, 504]);

/** What the host says of an entry. */
type Verdict =
  | { readonly kind: 'still-right'; readonly entry: Entry }
  | {
      readonly kind: 'instead';
      readonly answer: BridgeAnswer | undefined;
      readonly askedAt: number;
    };

/** A request with all that is known of it. */
interface Asked {
  readonly request: CacheRequest;
  readonly plan: RequestPlan;
  readonly fields: RequestFields;
  readonly forward: Forward;
}

/**
 * The browser's HTTP cache, made anew for answers that come over a data channel, where the browser's own has
 * no part: a private cache by RFC 9111, used as the Fetch standard says. It holds answers as the host gave
 * them; what is done to them for the page is done afterwards.
 */
export class HttpCache {
  readonly #stored: StoredAnswers;
  readonly #clock: Clock;
  /** Ids of entries that are being fetched anew in the background. */
  readonly #revalidating = new Set<string>();
  #closed = false;

  /** Begins to read what is stored at once. */
  constructor(options: HttpCacheOptions) {
    const { limits = DEFAULT_LIMITS, now = Date.now } = options;
    this.#clock = options.clock ?? systemClock;
    this.#stored = new StoredAnswers({ ...options, limits, now });
  }

  /**
   * The answer to a request: out of the store if that is allowed, else what `forward` brings.
   * @throws PeerServerError what `forward` throws; `cancelled` when the page wants a stored answer or none
   */
  async answer(request: CacheRequest, forward: Forward): Promise<BridgeAnswer | undefined> {
    if (this.#closed) return forward(request.headers);
    if (request.method !== 'GET') return this.#passOn(request, forward);
    const plan = planRequest(request);
    if (plan.use === 'none' && !plan.store) return forward(plan.headers);
    const fields = await requestFieldsOf(request.headers, request.withCookies);
    const asked = { request, plan, fields, forward };
    if (plan.use === 'none') return this.#fetch(asked);
    // Where only what is stored will do, there is nothing else to do than to wait.
    await (plan.use === 'only-stored' ? this.#stored.loaded : this.#untilLoaded());
    const entry = this.#stored.find(request.url, fields);
    if (entry) return this.#answerWith(entry, asked);
    if (plan.use === 'only-stored') throw nothingStored();
    if (plan.directives.has('only-if-cached')) return notCached();
    return this.#fetch(asked);
  }

  /**
   * Forgets all and does nothing from now on: the site's data is being cleared, and what is still under way
   * belongs to the old site. Resolves when nothing is being written any more.
   */
  close(): Promise<void> {
    this.#closed = true;
    return this.#stored.close();
  }

  /** A method that only the host can answer; one that may have changed something makes stored answers wrong. */
  async #passOn(request: CacheRequest, forward: Forward): Promise<BridgeAnswer | undefined> {
    if (SAFE_METHODS.has(request.method)) return forward(request.headers);
    let answer: BridgeAnswer | undefined;
    try {
      answer = await forward(request.headers);
    } catch (error) {
      // It may have been carried out before whatever failed.
      this.#stored.invalidate(request.url);
      throw error;
    }
    if (!answer || answer.status >= 400) return answer;
    for (const name of ['location', 'content-location']) {
      const reference = headerValue(answer.headers, name);
      if (reference === undefined || !URL.canParse(reference, request.url)) continue;
      this.#stored.invalidate(new URL(reference, request.url).href);
    }
    this.#stored.invalidate(request.url);
    return answer;
  }

  async #answerWith(entry: Entry, asked: Asked): Promise<BridgeAnswer | undefined> {
    const { plan, fields, request } = asked;
    const needsHost = dependsOnCookies(entry.headers, fields);
    if (plan.use === 'only-stored' && needsHost) throw nothingStored();
    const range = headerValue(request.headers, 'range');
    const isEnough =
      !needsHost &&
      (plan.use === 'any' ||
        plan.use === 'only-stored' ||
        (plan.use === 'fresh' && isFreshEnough(entry, plan.directives)));
    if (isEnough) return (await this.#reuse(entry, range)) ?? this.#fetch(asked);
    if (plan.directives.has('only-if-cached')) return notCached();
    // Only the host knows whether the part is still one of the same whole.
    if (range !== undefined) return this.#fetch(asked);
    const { isFresh, isUsableWhileRevalidating } = entry.freshness;
    // A fresh one that is not fresh enough for the page is no stale one.
    const isBridged = plan.use === 'fresh' && !needsHost && !isFresh && isUsableWhileRevalidating;
    if (isBridged) {
      const answer = await this.#reuse(entry);
      if (answer) {
        void this.#revalidate(entry, asked);
        return answer;
      }
    }
    return this.#validate(entry, asked);
  }

  /** Gives an entry if the host says that it is still right, else what the host gives instead. */
  async #validate(entry: Entry, asked: Asked): Promise<BridgeAnswer | undefined> {
    let verdict: Verdict;
    try {
      verdict = await this.#askWhether(entry, asked);
    } catch (error) {
      const stale = await this.#reuseOnError(entry);
      if (stale) return stale;
      throw error;
    }
    if (verdict.kind === 'still-right') {
      // The body may have been removed behind our back; then the whole has to come again.
      return (await this.#stored.open(verdict.entry)) ?? this.#fetch(asked);
    }
    const { answer, askedAt } = verdict;
    if (answer && !SERVER_ERRORS.has(answer.status)) {
      return this.#store(answer, asked, askedAt, entry);
    }
    const stale = await this.#reuseOnError(entry);
    if (stale) discard(answer);
    return stale ?? answer;
  }

  /** Fetches anew what a stale answer was given in place of. */
  async #revalidate(entry: Entry, asked: Asked): Promise<void> {
    if (this.#revalidating.has(entry.id)) return;
    this.#revalidating.add(entry.id);
    try {
      const verdict = await this.#askWhether(entry, asked);
      if (verdict.kind === 'still-right' || !verdict.answer) return;
      const passing = this.#store(verdict.answer, asked, verdict.askedAt, entry);
      await drain(passing, this.#stored.limits.entryBytes);
    } catch {
      // The page has its answer, and the next request will ask again.
    } finally {
      this.#revalidating.delete(entry.id);
    }
  }

  async #askWhether(entry: Entry, { plan, fields, forward }: Asked): Promise<Verdict> {
    const byTagOnly = dependsOnCookies(entry.headers, fields);
    const conditional = validationHeaders(plan.headers, entry, byTagOnly);
    const askedAt = this.#stored.moment;
    const answer = await forward(conditional ?? plan.headers);
    return answer?.status === 304 && conditional
      ? { kind: 'still-right', entry: this.#stored.update(entry, answer.headers, askedAt) }
      : { kind: 'instead', answer, askedAt };
  }

  async #fetch(asked: Asked): Promise<BridgeAnswer | undefined> {
    const askedAt = this.#stored.moment;
    const answer = await asked.forward(asked.plan.headers);
    return answer && this.#store(answer, asked, askedAt);
  }

  #store(
    answer: BridgeAnswer,
    { request, plan, fields }: Asked,
    askedAt: number,
    replaced?: Entry,
  ): BridgeAnswer {
    if (replaced && answer.status < 500) this.#stored.remove(replaced);
    return plan.store ? this.#stored.keep(answer, request.url, fields, askedAt) : answer;
  }

  /** An entry as an answer, with its age; undefined when its body is gone, or the range is not to be had. */
  async #reuse(entry: Entry, range?: string): Promise<BridgeAnswer | undefined> {
    const part = range === undefined ? undefined : readRange(range, entry.size);
    if (range !== undefined && !(part && hasParts(entry))) return undefined;
    const { age } = entry.freshness;
    const seconds = String(Math.floor(Math.min(age, 2 ** 31)));
    const headers = [
      ...entry.headers.filter(([name]) => name !== 'age'),
      ['age', seconds] as const,
    ];
    const head = { status: entry.status, headers };
    return this.#stored.open(
      part ? { ...entry, ...partialHead(head, entry.size, part) } : { ...entry, ...head },
      part,
    );
  }

  #reuseOnError(entry: Entry): Promise<BridgeAnswer | undefined> {
    return entry.freshness.isUsableOnError ? this.#reuse(entry) : Promise.resolve(undefined);
  }

  #untilLoaded(): Promise<void> | undefined {
    if (this.#stored.isLoaded) return undefined;
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(INDEX_PATIENCE_MS, resolve);
      void this.#stored.loaded.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

/** True if a part of the stored body is what a host would send as that part: an encoded one is not to be cut. */
function hasParts({ status, headers }: Entry): boolean {
  return status === 200 && headerValue(headers, 'content-encoding') === undefined;
}

/** The page has asked for what is stored and nothing else; Fetch calls that a network error. */
function nothingStored(): PeerServerError {
  return new PeerServerError('cancelled', 'Nothing is stored that could answer the request.');
}

/** RFC 9111, 5.2.1.7. */
function notCached(): BridgeAnswer {
  return { status: 504, headers: [['content-length', '0']], body: null };
}

function discard(answer: BridgeAnswer | undefined): void {
  if (answer?.body instanceof ReadableStream) void answer.body.cancel();
}

/** Reads a body to its end, so that it is stored; one that will not be is given up. */
async function drain(answer: BridgeAnswer | undefined, limit: number): Promise<void> {
  if (!(answer?.body instanceof ReadableStream)) return;
  const reader = answer.body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes += value.length;
    if (bytes > limit) return reader.cancel();
  }
}
