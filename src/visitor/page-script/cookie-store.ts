import type { PageCookie, PageCookies } from '../cookies/page-cookies.ts';
import type { PageWindow } from './web-socket.ts';

type GetOptions = string | CookieStoreGetOptions | undefined;

/**
 * Lets the browser's own `cookieStore`, if it has one, speak of the site's cookies. The object stays the
 * browser's, so that all that is not said here (classes, events, `onchange`) is as it knows it.
 * @param path of the window's document, percent-encoded
 */
export function installCookieStore(
  view: PageWindow,
  cookies: PageCookies,
  path: () => string,
): void {
  // Not in every browser that is served, whatever its type says.
  const { cookieStore, CookieStore } = view as Partial<PageWindow>;
  if (!cookieStore || !CookieStore) return;
  const { TypeError: PageTypeError, Promise: PagePromise } = view;

  const find = (first: GetOptions): PageCookie[] => {
    const { name, url } = typeof first === 'string' ? { name: first } : { ...first };
    if (url !== undefined) requireOwnAddress(view, url);
    return cookies.visible(path()).filter((cookie) => name === undefined || cookie.name === name);
  };
  const write = (text: string): void => {
    if (!cookies.write(text, path())) throw new PageTypeError('The cookie cannot be set.');
  };
  const ours = {
    async get(first?: GetOptions): Promise<unknown> {
      const isEmpty = typeof first === 'object' && first.name === undefined && !first.url;
      if (first === undefined || isEmpty) {
        throw new PageTypeError('A name or an address must be given.');
      }
      const [cookie] = find(first);
      return cookie ? itemOf(cookie) : null;
    },
    async getAll(first?: GetOptions): Promise<unknown> {
      return find(first).map(itemOf);
    },
    async set(first: string | CookieInit, value?: string): Promise<void> {
      const init = typeof first === 'object' ? first : { name: first, value: String(value) };
      write(textOf(init, PageTypeError));
    },
    async delete(first: string | CookieStoreDeleteOptions): Promise<void> {
      const options = typeof first === 'object' ? first : { name: first };
      write(textOf({ ...options, value: '', expires: 0 }, PageTypeError));
    },
  };
  for (const name of ['get', 'getAll', 'set', 'delete'] as const) {
    const native = Object.getOwnPropertyDescriptor(CookieStore.prototype, name);
    const method = ours[name] as (...values: unknown[]) => Promise<unknown>;
    Object.defineProperty(CookieStore.prototype, name, {
      ...native,
      value: {
        // Promises of the page's own, rejected rather than thrown at.
        [name](...values: unknown[]): Promise<unknown> {
          return new PagePromise((resolve) => resolve(method(...values)));
        },
      }[name],
    });
  }
  tellChanges(view, cookies, path, cookieStore);
}

/** Tells a document of its cookies' changes as long as it is shown. */
function tellChanges(
  view: PageWindow,
  cookies: PageCookies,
  path: () => string,
  store: EventTarget,
): void {
  let known = cookies.visible(path());
  const { CookieStore } = view;
  const changed = (): void => {
    // Another page's window is behind `view`, or none: listeners that tell of it can be taken away.
    if (view.closed || view.CookieStore !== CookieStore) {
      leave();
      return;
    }
    const now = cookies.visible(path());
    const changes = now.filter((cookie) => !known.some((before) => isSame(before, cookie)));
    const deletions = known.filter((before) => !now.some((cookie) => isOfName(before, cookie)));
    known = now;
    if (changes.length + deletions.length === 0) return;
    const event = new view.CookieChangeEvent('change', {
      changed: changes.map(itemOf),
      // What is gone has no value any more.
      deleted: deletions.map((cookie) => {
        const { value: _gone, ...item } = itemOf(cookie);
        return item;
      }),
    });
    // Never within the script that has made the change.
    view.setTimeout(() => store.dispatchEvent(event));
  };
  let leave = cookies.subscribe(changed);
  // The shell must not hold on to documents that are gone.
  view.addEventListener('pagehide', () => leave());
  view.addEventListener('pageshow', () => {
    leave();
    leave = cookies.subscribe(changed);
  });
}

function isOfName(one: PageCookie, other: PageCookie): boolean {
  return one.name === other.name && one.path === other.path && one.domain === other.domain;
}

/** The host counts a life from when it was told of it: a little longer or shorter is no news. */
const SAME_LIFE_MS = 5_000;

function isSame(one: PageCookie, other: PageCookie): boolean {
  // Infinity for cookies that end with the session; from it to itself there is no number.
  const [from, to] = [one.expires ?? Infinity, other.expires ?? Infinity];
  const livesAsLong = from === to || Math.abs(from - to) < SAME_LIFE_MS;
  return isOfName(one, other) && one.value === other.value && livesAsLong;
}

/** What a script gets of a cookie: in Firefox name and value only, as from its own store. */
function itemOf(cookie: PageCookie) {
  const { name, value, domain, path, expires, secure, sameSite } = cookie;
  if (/Firefox\//.test(navigator.userAgent)) return { name, value };
  return { domain, expires, name, partitioned: false, path, sameSite, secure, value };
}

/** A window may ask for its own cookies only. */
function requireOwnAddress(view: PageWindow, url: string): void {
  const asked = new view.URL(url, view.document.baseURI);
  asked.hash = '';
  const own = new view.URL(view.location.href);
  own.hash = '';
  if (asked.href !== own.href)
    throw new view.TypeError('The address must be that of the document.');
}

/** The cookie as `document.cookie` takes it, by the rules of the Cookie Store API. */
function textOf(init: CookieInit, PageTypeError: TypeErrorConstructor): string {
  const { name, value, domain, path = '/', expires, sameSite = 'strict' } = init;
  const texts = [name, value, domain ?? '', path];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what may not be in a cookie.
  if (texts.some((text) => /[;\x00-\x08\x0a-\x1f\x7f]/.test(`${text}`))) {
    throw new PageTypeError('A cookie holds no semicolons or control characters.');
  }
  if (`${name}`.includes('=') || (name === '' && `${value}`.includes('='))) {
    throw new PageTypeError('The name of a cookie holds no equals sign.');
  }
  if (`${domain ?? ''}`.startsWith('.') || !path.startsWith('/')) {
    throw new PageTypeError('The domain begins with a dot, or the path without a slash.');
  }
  return [
    `${name}=${value}`,
    `Path=${path}`,
    ...(domain ? [`Domain=${domain}`] : []),
    ...(typeof expires === 'number' ? [`Expires=${new Date(expires).toUTCString()}`] : []),
    `SameSite=${sameSite}`,
    'Secure',
  ].join('; ');
}
