/** `fetch` of a site's code: keeps to where the site may send requests, and takes and gives our own classes. */
import { RUNTIME_LIMITS, type RuntimeLimits } from '../limits.ts';
import type { RuntimeSettings } from '../messages.ts';
import { SiteRequest } from './site-request.ts';
import { SiteResponse } from './site-response.ts';

type NativeFetch = typeof fetch;

export interface OutboundFetchOptions {
  readonly nativeFetch: NativeFetch;
  readonly policy: RuntimeSettings['outboundFetch'];
  /**
   * Whether redirects are followed here, each checked: where no frame's policy does it (Node). Browsers do not
   * show scripts where a redirect leads.
   */
  readonly followsRedirects: boolean;
  readonly limits?: RuntimeLimits;
}

/** Statuses by which a server sends elsewhere. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The site's `fetch`. It rejects with TypeError, as the platform's does, and says what is wrong. */
export function createOutboundFetch(options: OutboundFetchOptions): NativeFetch {
  const { nativeFetch, policy, followsRedirects, limits = RUNTIME_LIMITS } = options;
  return async (input, init) => {
    const request = new SiteRequest(input, init);
    requireAllowed(request.url, policy);
    // Whole, since a browser streams requests over some connections only.
    const body = await SiteRequest.takeBody(request)?.bytes();
    const first = {
      url: request.url,
      method: request.method,
      headers: new Headers(request.headers),
      body: body && body.length > 0 ? body : undefined,
    };
    const { signal } = request;
    if (!followsRedirects || policy === 'all' || request.redirect !== 'follow') {
      return SiteResponse.fromNetwork(await send(nativeFetch, first, request.redirect, signal));
    }
    let next: Sent = first;
    for (let hops = 0; hops <= limits.redirects; hops += 1) {
      const response = await send(nativeFetch, next, 'manual', signal);
      const target = response.headers.get('location');
      if (!REDIRECTS.has(response.status) || target === null) {
        return SiteResponse.fromNetwork(response);
      }
      await response.body?.cancel();
      next = redirected(next, response.status, new URL(target, next.url));
      requireAllowed(next.url, policy);
    }
    throw new TypeError(`fetch: more than ${limits.redirects} redirects.`);
  };
}

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

function send(
  nativeFetch: NativeFetch,
  { url, method, headers, body }: Sent,
  redirect: RequestRedirect,
  signal: AbortSignal,
): Promise<Response> {
  return nativeFetch(url, { method, headers, redirect, signal, ...(body ? { body } : {}) });
}

/** The request after a redirect (Fetch standard, HTTP-redirect fetch). */
function redirected(sent: Sent, status: number, target: URL): Sent {
  const headers = new Headers(sent.headers);
  if (new URL(sent.url).origin !== target.origin) {
    // Secrets for one server are not for another.
    for (const name of ['authorization', 'cookie', 'host', 'proxy-authorization']) {
      headers.delete(name);
    }
  }
  const isGet = sent.method === 'GET' || sent.method === 'HEAD';
  const becomesGet =
    (status === 303 && !isGet) || ((status === 301 || status === 302) && sent.method === 'POST');
  if (!becomesGet) return { ...sent, url: target.href, headers };
  for (const name of [...headers.keys()]) {
    if (name.startsWith('content-')) headers.delete(name);
  }
  return { url: target.href, method: 'GET', headers, body: undefined };
}

function requireAllowed(url: string, policy: RuntimeSettings['outboundFetch']): void {
  const { origin, protocol } = new URL(url);
  // Bytes at hand: nothing is sent anywhere.
  if (protocol === 'data:' || protocol === 'blob:') return;
  if (policy === 'all' && (protocol === 'http:' || protocol === 'https:')) return;
  if (policy !== 'all' && policy !== 'none' && policy.includes(origin)) return;
  throw new TypeError(
    `This site may not send requests to ${origin}. "fetch" in peerserver.json lists the origins that it may.`,
  );
}
