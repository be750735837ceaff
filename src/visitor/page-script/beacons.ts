/**
 * Requests that outlive their page. What a page sends while it goes reaches the service worker sometimes in
 * Chromium, and never in Firefox; there a `fetch` with `keepalive` bypasses it at any time. So the service
 * worker is told what to send instead.
 */
import { type Fetch, ownUrl, type PageWindow, type Tell } from './own-url.ts';

const bypassesWorker = /\bFirefox\//.test(navigator.userAgent);

/** What all such requests of a page may hold together (Fetch, 4.5); here each for itself. */
const MAX_BEACON_BYTES = 64 * 1024;

const pagesThatGo = new WeakSet<object>();

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
      const { headers } = new page.Request(tagged, { method: 'POST', body: data ?? null });
      tell({
        kind: 'peerserver-beacon',
        url: tagged,
        method: 'POST',
        headers: [['accept', '*/*'], ...headers],
        body,
      });
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
  if (body === undefined) return undefined;
  const { method, headers } = new page.Request(source, plain);
  tell({
    kind: 'peerserver-beacon',
    url: tagged,
    method,
    headers: [['accept', '*/*'], ...headers],
    body,
  });
  // The page will not be there when an answer comes.
  return new Promise(() => {});
}

/** The data as a Blob; null for none, undefined when it cannot be had at once. */
function blobOf(page: PageWindow, data: BodyInit | null | undefined): Blob | null | undefined {
  if (data === null || data === undefined) return null;
  if (data instanceof page.Blob) return data;
  if (data instanceof page.FormData || data instanceof page.ReadableStream) return undefined;
  const isBytes = data instanceof page.ArrayBuffer || page.ArrayBuffer.isView(data);
  return new page.Blob([isBytes ? (data as BufferSource) : String(data)] as BlobPart[]);
}
