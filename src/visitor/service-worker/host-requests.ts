import type { RequestHead } from '../../protocol/http-message.ts';
import { type AskedBody, type BridgeAnswer, ShellGoneError } from '../bridge/bridge-client.ts';
import type { PageNotice } from '../bridge/messages.ts';
import { readTag } from '../bridge/request-tag.ts';
import { isIdempotent } from '../idempotent.ts';
import type { Arrivals } from './arrivals.ts';
import type { SiteCache } from './http-cache/site-cache.ts';
import { bodyOfBlob, withBodyLength } from './request-body.ts';
import { requestHeadOf, type Surroundings } from './request-head.ts';
import type { ShellFinder } from './shell-finder.ts';

export interface HostRequestsOptions {
  readonly shells: ShellFinder;
  readonly httpCache: SiteCache;
  readonly arrivals: Arrivals;
  readonly around: Surroundings;
}

/** Asks the host by whichever shell lives; stored answers spare the way. */
export class HostRequests {
  readonly #options: HostRequestsOptions;

  constructor(options: HostRequestsOptions) {
    this.#options = options;
  }

  /** The answer to a page's request, stored or by the host; undefined when no shell of this origin lives. */
  ask(event: FetchEvent, body: AskedBody, signal: AbortSignal): Promise<BridgeAnswer | undefined> {
    const { httpCache, arrivals, around } = this.#options;
    const { request } = event;
    const referrer = arrivals.referrerOf(request);
    const { length, id: tag } = readTag(request.url);
    const head = withBodyLength(requestHeadOf(request, { ...around, referrer }), body, length);
    return httpCache.answer(event, head.headers, (headers) =>
      this.#askAnyShell({ ...head, headers }, body, clientOf(event), { signal, tag }),
    );
  }

  /** Makes a request whose head is known already, and which no stored answer may serve. */
  send(
    url: string,
    head: RequestHead,
    body: AskedBody,
    client: string,
    signal: AbortSignal,
  ): Promise<BridgeAnswer | undefined> {
    return this.#options.httpCache.send(url, head, () =>
      this.#askAnyShell(head, body, client, { signal }),
    );
  }

  /** Makes a request for a page that is gone by now; nobody waits for its answer. */
  async sendBeacon(
    beacon: Extract<PageNotice, { kind: 'peerserver-beacon' }>,
    page: WindowClient,
  ): Promise<void> {
    const { around } = this.#options;
    const { url } = beacon;
    if (!URL.canParse(url) || new URL(url).origin !== around.origin) return;
    const body = await bodyOfBlob(beacon.body ?? new Blob());
    const head = withBodyLength(requestHeadOf({ ...beacon, destination: '' }, around), body);
    const answer = await this.send(url, head, body, page.id, new AbortController().signal);
    if (answer?.body instanceof ReadableStream) await answer.body.cancel();
  }

  /** The answer by whichever shell lives long enough to get it; undefined when there is none. */
  async #askAnyShell(
    head: RequestHead,
    body: AskedBody,
    client: string,
    options: { readonly signal: AbortSignal; readonly tag?: string | undefined },
  ): Promise<BridgeAnswer | undefined> {
    for (;;) {
      const bridge = await this.#options.shells.find(client);
      if (!bridge) return undefined;
      try {
        return await bridge.request(head, body, options);
      } catch (error) {
        // Another tab carried this one's request and was closed meanwhile.
        const mayRepeat = isIdempotent(head.method) && body.kind !== 'stream';
        if (!(error instanceof ShellGoneError) || !mayRepeat) throw error;
      }
    }
  }
}

/** The client that a request is for: the one that asks, or the one that a navigation brings. */
export function clientOf({ clientId, resultingClientId }: FetchEvent): string {
  return clientId || resultingClientId;
}
