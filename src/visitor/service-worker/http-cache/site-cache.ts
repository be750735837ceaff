import { systemClock } from '../../../protocol/clock.ts';
import type { HeaderList, RequestHead } from '../../../protocol/http-message.ts';
import type { BridgeAnswer } from '../../bridge/bridge-client.ts';
import { type Forward, HttpCache } from './http-cache.ts';
import { PageLoads } from './page-loads.ts';

/** What a page's request says about caching, in a service worker. */
type CacheEvent = Pick<FetchEvent, 'request' | 'clientId' | 'resultingClientId'>;

/** The HTTP cache as the service worker's events use it. */
export class SiteCache {
  readonly #cache = new HttpCache({ caches, origin: location.origin });
  readonly #loads = new PageLoads(systemClock);

  /**
   * The answer to a page's request, stored or by `forward`.
   * @param headers all that the host would get
   * @throws PeerServerError as `HttpCache.answer`
   */
  async answer(
    { request, clientId, resultingClientId }: CacheEvent,
    headers: HeaderList,
    forward: Forward,
  ): Promise<BridgeAnswer | undefined> {
    const { method, url, cache, credentials } = request;
    const isNavigation = request.mode === 'navigate';
    const mode =
      method === 'GET'
        ? this.#loads.modeOf({ url, isNavigation, cache, clientId, resultingClientId })
        : cache;
    const withCookies = credentials !== 'omit';
    const asked = { method, url, headers, mode, withCookies };
    const answer = await this.#cache.answer(asked, forward);
    if (isNavigation && method === 'GET') this.#loads.answered(url);
    return answer;
  }

  /** A tab is opened or loaded anew; what it shows is asked for by the shell's frame. */
  topLevelNavigation({ url, cache }: Request): void {
    // What browsers do for a reload, and for `location.reload()` of the shell.
    if (cache === 'no-cache') this.#loads.expectReload(url, 'no-cache');
  }

  /**
   * The answer to a request that is not made by an event of its own, by `forward`; never a stored one, but
   * what it may have changed is not stored any more.
   */
  async send(
    url: string,
    { method, headers }: RequestHead,
    forward: Forward,
  ): Promise<BridgeAnswer | undefined> {
    return this.#cache.answer(
      { method, url, headers, mode: 'no-store', withCookies: true },
      forward,
    );
  }

  /** A shell that came past this service worker says that what it will show is to be loaded anew, too. */
  expectReload(url: string): void {
    this.#loads.expectReload(url, 'reload');
  }

  /** A shell is about to clear the site's data. Resolves when nothing is being written any more. */
  close(): Promise<void> {
    return this.#cache.close();
  }
}
