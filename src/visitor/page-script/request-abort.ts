/**
 * Tells the service worker what browsers do not: that a page has given up a request whose answer has not begun,
 * that it is gone, and what it wants done all the same. What the page sees of `fetch` and the others stays as it
 * was, down to their text.
 */
import { installBeacons, keptAlive } from './beacons.ts';
import { type Fetch, ownUrl, type PageWindow, type Tell } from './own-url.ts';
import { bodyToHandOver, largeLength, withoutBody } from './uploads.ts';
import { installWholeBodies, type WholeBodies } from './whole-bodies.ts';

export function installRequestAbort(page: PageWindow, tell: Tell): void {
  const bodies = installWholeBodies(page);
  page.fetch = new Proxy(page.fetch, {
    apply(fetch, self, args: Parameters<Fetch>) {
      const native = fetch.bind(self);
      return keptAlive(page, native, args, tell) ?? abortable(page, native, args, tell, bodies);
    },
  });
  followXhr(page, tell);
  installBeacons(page, tell);
  followNavigations(page, tell);
  page.addEventListener('pagehide', ({ persisted }) => {
    if (!persisted) tell({ kind: 'peerserver-page-gone' });
  });
}

/** A fetch whose signal, and what its body is, reach the service worker; its answer is whole. */
function abortable(
  page: PageWindow,
  fetch: Fetch,
  args: Parameters<Fetch>,
  tell: Tell,
  bodies: WholeBodies | undefined,
): Promise<Response> {
  const [input, init] = args;
  const request = input instanceof page.Request ? input : undefined;
  const signal = init?.signal ?? request?.signal;
  const length = largeLength(page, init?.body);
  // A name for each write, so that one that the browser repeats by itself is known (unanswered-writes.ts).
  const isWrite = !/^(GET|HEAD)$/i.test(init?.method ?? request?.method ?? 'GET');
  const isNamed = signal || length !== undefined || bodies || isWrite;
  if (signal?.aborted || !isNamed) return fetch(...args);
  // A request with a body cannot be given another address in every browser.
  if (request && (!/^(GET|HEAD)$/.test(request.method) || request.mode === 'navigate')) {
    return fetch(...args);
  }
  const address = request ? request.url : String(input);
  // One that another window has made.
  if (address === '[object Request]') return fetch(...args);
  const id = page.crypto.randomUUID();
  const body = bodyToHandOver(page, init);
  const tag = {
    id,
    held: body !== undefined,
    whole: bodies !== undefined,
    ...(length === undefined ? {} : { length }),
  };
  const tagged = ownUrl(page, address, tag);
  if (tagged === undefined) return fetch(...args);
  const source = request ? new page.Request(tagged, request) : tagged;
  if (body) tell({ kind: 'peerserver-body', id, body });
  const send = () => fetch(source, init && body ? withoutBody(page, init, body) : init);
  const answer = bodies?.(id, send) ?? send();
  if (!signal && !body) return answer;
  const abort = () => tell({ kind: 'peerserver-abort', id });
  signal?.addEventListener('abort', abort);
  // Handed on, not watched beside: a rejection that the page does not handle must show once.
  return answer.finally(() => {
    signal?.removeEventListener('abort', abort);
    if (body) tell({ kind: 'peerserver-body', id, body: null });
  });
}

function followXhr(page: PageWindow, tell: Tell): void {
  const ids = new WeakMap<XMLHttpRequest, string>();
  const giveUp = (xhr: XMLHttpRequest) => {
    const id = ids.get(xhr);
    ids.delete(xhr);
    if (id !== undefined) tell({ kind: 'peerserver-abort', id });
  };
  const known = new WeakSet<XMLHttpRequest>();
  const { prototype } = page.XMLHttpRequest;
  prototype.open = new Proxy(prototype.open, {
    apply(open, xhr: XMLHttpRequest, args: [string, string | URL, ...boolean[]]) {
      const [method, url, ...others] = args;
      // To open it again gives up what it was waiting for, without an event.
      giveUp(xhr);
      const id = page.crypto.randomUUID();
      const tagged = args.length < 2 ? undefined : ownUrl(page, String(url), { id });
      if (tagged === undefined) return Reflect.apply(open, xhr, args);
      Reflect.apply(open, xhr, [method, tagged, ...others]);
      ids.set(xhr, id);
      if (known.has(xhr)) return undefined;
      known.add(xhr);
      for (const type of ['abort', 'timeout']) xhr.addEventListener(type, () => giveUp(xhr));
      xhr.addEventListener('readystatechange', () => {
        // From its head on, the browser itself tells when it is given up.
        if (xhr.readyState >= xhr.HEADERS_RECEIVED && xhr.status !== 0) ids.delete(xhr);
      });
      return undefined;
    },
  });
}

/** Another address, or none any more, for a frame whose next page has not come. */
function followNavigations(page: PageWindow, tell: Tell): void {
  let pending: string | undefined;
  // Pages replace the clock.
  const { now } = Date;
  const stopped = (url: string) => tell({ kind: 'peerserver-navigation-stopped', url, at: now() });
  page.navigation?.addEventListener('navigate', (event) => {
    const { destination, hashChange, downloadRequest, signal } = event;
    const { url } = destination;
    if (destination.sameDocument || hashChange || downloadRequest !== null) return;
    // Firefox does not abort the signal of one that another replaces.
    if (pending !== undefined && pending !== url) stopped(pending);
    pending = url;
    signal.addEventListener('abort', () => {
      // One that the shell has prevented it makes itself, in its own way.
      if (event.defaultPrevented || pending !== url) return;
      pending = undefined;
      stopped(url);
    });
  });
}
