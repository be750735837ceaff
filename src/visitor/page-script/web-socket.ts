import type { PageHook } from '../bridge/page-hook.ts';
import type { PagePolicies } from './page-policies.ts';
import { replaceWebSocket } from './web-socket-class.ts';

/** A window whose classes can be reached: of the site's own origin. */
export type PageWindow = Window & typeof globalThis;

/**
 * Gives a window a `WebSocket` that reaches the site's host.
 * @param policies of the document that is in the window when it is asked
 */
export function installWebSocket(
  view: PageWindow,
  hook: PageHook,
  policies: () => PagePolicies,
): void {
  // Frames that a page writes itself have no address of their own, but the page's origin.
  const { origin } = window;
  const leave = replaceWebSocket(view, {
    origin,
    base: () => view.document.baseURI,
    natives: hook.nativeSockets,
    allows: (url) => policies().allows(url, origin),
    open(request, port) {
      // Here rather than once: document.open() takes all listeners away.
      view.addEventListener('pagehide', leave);
      hook.openSocket(request, port);
    },
  });
}

/** Whether a window's WebSocket has been taken care of. */
export function hasWebSocket(view: PageWindow, hook: PageHook): boolean {
  return hook.nativeSockets.has(view.WebSocket.prototype);
}
