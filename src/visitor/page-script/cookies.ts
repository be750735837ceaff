import type { PageCookies } from '../cookies/page-cookies.ts';
import { installCookieStore } from './cookie-store.ts';
import type { PageWindow } from './web-socket.ts';

/** Marks the getter of ours, whichever document's script has put it there. */
const OURS = Symbol.for('peerserver.cookies');

/**
 * Gives a window the site's cookies in place of the browser's own, which stay empty: `document.cookie`, and
 * `cookieStore` where the browser has one. May be called more than once for a window.
 */
export function installCookies(view: PageWindow, cookies: PageCookies): void {
  const { prototype } = view.Document;
  const native = Object.getOwnPropertyDescriptor(prototype, 'cookie');
  if (native?.get && Reflect.has(native.get, OURS)) return;
  const ours = {
    get cookie(): string {
      // The getter's own `this` is the document that is asked, of whichever window.
      const path = documentPath(this as unknown);
      if (path === undefined) return '';
      return cookies
        .visible(path)
        .map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
        .join('; ');
    },
    set cookie(text: string) {
      const path = documentPath(this as unknown);
      if (path !== undefined) cookies.write(String(text), path);
    },
  };
  const descriptor = Object.getOwnPropertyDescriptor(ours, 'cookie');
  if (!descriptor?.get) return;
  Object.defineProperty(descriptor.get, OURS, { value: true });
  Object.defineProperty(prototype, 'cookie', { ...descriptor, enumerable: true });
  installCookieStore(view, cookies, () => documentPath(view.document) ?? '/');
}

/**
 * The path by which a document gets its cookies, percent-encoded. One that a page has filled by itself has
 * its parent's; one that is shown nowhere (of DOMParser, say) has none.
 */
function documentPath(document: unknown): string | undefined {
  let view: Window | null = (document as Document).defaultView;
  if (!view) return undefined;
  while (view.location.protocol === 'about:' && view.parent !== view) view = view.parent;
  const { protocol, pathname } = view.location;
  return /^https?:$/.test(protocol) ? pathname : undefined;
}
