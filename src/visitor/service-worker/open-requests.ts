import { readTag } from '../bridge/request-tag.ts';

/** Tags of requests that were given up before they came here: no more are remembered. */
const MAX_EARLY_ABORTS = 256;

/** What is needed to know of a request. */
export interface RequestFacts {
  readonly url: string;
  /** True for what must outlive the page that asks. */
  readonly keep: boolean;
  readonly isNavigation: boolean;
  /** The asking client; of a navigation the frame's old document, or '' (Firefox never tells). */
  readonly clientId: string;
}

interface OpenRequest extends RequestFacts {
  readonly abort: AbortController;
  readonly id: string | undefined;
  /** When it came, in ms since 1970. */
  readonly cameAt: number;
}

/**
 * Requests whose answer has not begun. Browsers do not tell a service worker that nobody waits any more: its
 * `request.signal` never aborts (docs/decisions/0002). Once an answer streams, they cancel the stream; until
 * then the pages themselves have to say so (page-script/request-abort.ts).
 */
export class OpenRequests {
  readonly #open = new Set<OpenRequest>();
  readonly #now: () => number;
  readonly #earlyAborts = new Set<string>();

  /** @param now in ms since 1970: the one clock that pages and service workers have in common */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Does `work`, with a signal that aborts when nobody waits for it any more. */
  async during<T>(facts: RequestFacts, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { id } = readTag(facts.url);
    const abort = new AbortController();
    const request: OpenRequest = { ...facts, id, abort, cameAt: this.#now() };
    if (id !== undefined && this.#earlyAborts.delete(id)) request.abort.abort();
    if (facts.isNavigation) this.#replace(facts.clientId);
    this.#open.add(request);
    try {
      return await work(request.abort.signal);
    } finally {
      this.#open.delete(request);
    }
  }

  /** A page has given up the request with this tag; messages and requests may overtake each other. */
  abort(id: string): void {
    const request = [...this.#open].find((one) => one.id === id);
    if (request) request.abort.abort();
    else this.#remember(id);
  }

  /** A page is gone, and with it all that it waited for. */
  pageGone(clientId: string): void {
    for (const request of this.#open) {
      const isItsOwn = request.clientId === clientId && !request.isNavigation;
      if (isItsOwn && !request.keep) request.abort.abort();
    }
  }

  /**
   * A page's frame is not sent to `url` any more. Does nothing when more than one may be meant.
   * @param at when that was: the next navigation to the same address can be here before the news of the last
   */
  navigationStopped(clientId: string, url: string, at: number): void {
    const [meant, ...others] = [...this.#open].filter(
      (request) =>
        request.isNavigation &&
        request.url === url &&
        request.cameAt < at &&
        (request.clientId === clientId || request.clientId === ''),
    );
    if (others.length === 0) meant?.abort.abort();
  }

  /** A frame can be sent to one address only: the last. */
  #replace(clientId: string): void {
    if (clientId === '') return;
    for (const request of this.#open) {
      if (request.isNavigation && request.clientId === clientId) request.abort.abort();
    }
  }

  #remember(id: string): void {
    this.#earlyAborts.add(id);
    const [oldest] = this.#earlyAborts;
    if (this.#earlyAborts.size > MAX_EARLY_ABORTS && oldest !== undefined) {
      this.#earlyAborts.delete(oldest);
    }
  }
}
