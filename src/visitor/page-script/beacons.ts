/**
 * Requests that outlive their page. What a page sends while it goes reaches the service worker sometimes in
 * Chromium, and never in Firefox; there a `fetch` with `keepalive` bypasses it at any time. So the service
 * worker is told what to send instead.
 */
import type { PageNotice } from '../bridge/messages.ts';
import { type Fetch, ownUrl, type PageWindow, type Tell } from './own-url.ts';
import { sentReferrer } from './sent-referrer.ts';

const bypassesWorker = /\bFirefox\//.test(navigator.userAgent);

/** What all such requests of a page may hold together (Fetch, 4.5); here each for itself. */
const MAX_BEACON_BYTES = 64 * 1024;

const pagesThatGo = new WeakSet<object>();

/** What a page's policies say to a request of its own origin. */
const rules = new WeakMap<object, (url: URL) => boolean>();

/** Has a page's policies decide on what the service worker is told to send: no browser sees that. */
export function obeyPolicies(page: PageWindow, allows: (url: URL) => boolean): void {
  rules.set(page, allows);
}

/** Where a policy forbids a request, it is left to the browser, which then forbids it in its own words. */
function mayTell(page: PageWindow, tagged: string): boolean {
  const url = new URL(tagged);
  url.hash = '';
  return rules.get(page)?.(url) ?? true;
}

export function installBeacons(page: PageWindow, tell: Tell): void {
  page.addEventListener('pagehide', () => pagesThatGo.add(page));
  const { prototype } = page.Navigator;
  prototype.sendBeacon = new Proxy(prototype.sendBeacon, {
    apply(send, self, args: Parameters<Navigator['sendBeacon']>) {
      const [url, data] = args;
      if (!bypassesWorker && !pagesThatGo.has(page)) return Reflect.apply(send, self, args);
      const tagged = ownUrl(page, String(url), { keep: true });
      if (tagged === undefined) return Reflect.apply(send, self, args);
      const body = blobOf(page, data);
      // A form's data can be read only later, when it may be too late.
      if (body === undefined) return Reflect.apply(send, self, [tagged, data]);
      if (body && body.size > MAX_BEACON_BYTES) return false;
      if (!mayTell(page, tagged)) return Reflect.apply(send, self, args);
      const init: RequestInit = { method: 'POST', body: data ?? null, mode: 'no-cors' };
      const request = new page.Request(tagged, { ...init, credentials: 'include' });
      tell(beaconOf(page, tagged, request, body));
      return true;
    },
  });
}

/** A `fetch` with `keepalive`, made in a way that reaches the service worker; undefined for every other. */
export function keptAlive(
  page: PageWindow,
  fetch: Fetch,
  [input, init]: Parameters<Fetch>,
  tell: Tell,
): Promise<Response> | undefined {
  if (!bypassesWorker && !pagesThatGo.has(page)) return undefined;
  const request = input instanceof page.Request ? input : undefined;
  if (!(init?.keepalive ?? request?.keepalive)) return undefined;
  const tagged = ownUrl(page, request ? request.url : String(input), { keep: true });
  // A request with a body cannot be given another address here.
  if (tagged === undefined || (request && !/^(GET|HEAD)$/.test(request.method))) return undefined;
  const plain: RequestInit = Object.create(init ?? null, { keepalive: { value: false } });
  const source = request ? new page.Request(tagged, request) : tagged;
  const body = blobOf(page, init?.body);
  if (!pagesThatGo.has(page)) return fetch(source, plain);
  if (body === undefined || !mayTell(page, tagged)) return undefined;
  tell(beaconOf(page, tagged, new page.Request(source, plain), body));
  // The page will not be there when an answer comes.
  return new Promise(() => {});
}

/** All that the service worker would have seen of a request to `url`. */
function beaconOf(
  page: PageWindow,
  url: string,
  request: Request,
  body: Blob | null,
): Extract<PageNotice, { kind: 'peerserver-beacon' }> {
  const { method, headers, mode, credentials, referrer, referrerPolicy } = request;
  // What the page's header says of referrers no script can see.
  const named = page.document.querySelector<HTMLMetaElement>('meta[name="referrer" i]')?.content;
  const policy = referrerPolicy || (named ?? '').trim().toLowerCase();
  return {
    kind: 'peerserver-beacon',
    url,
    method,
    headers: [['accept', '*/*'], ...headers],
    body,
    mode,
    credentials,
    referrer: sentReferrer(referrer === 'about:client' ? page.document.URL : referrer, policy),
    referrerPolicy: policy,
  };
}

/** The data as a Blob; null for none, undefined when it cannot be had at once. */
function blobOf(page: PageWindow, data: BodyInit | null | undefined): Blob | null | undefined {
  if (data === null || data === undefined) return null;
  if (data instanceof page.Blob) return data;
  if (data instanceof page.FormData || data instanceof page.ReadableStream) return undefined;
  const isBytes = data instanceof page.ArrayBuffer || page.ArrayBuffer.isView(data);
  return new page.Blob([isBytes ? (data as BufferSource) : String(data)] as BlobPart[]);
}
