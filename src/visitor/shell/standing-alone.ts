/**
 * The pretence towards a page's scripts that no shell is around it. What cannot be shadowed (`window.top`)
 * stands in docs/known-limits.md.
 */

/**
 * Makes a main page's window say what it would say if it stood at the top.
 * @param referrer what led to this page, where that is not what the browser says; undefined: it is
 */
export function standAlone(page: Window, referrer: string | undefined): void {
  define(page, 'parent', page);
  define(page, 'frameElement', null);
  // The shell is what was opened, and what can be closed.
  define(page, 'opener', window.opener);
  define(page, 'close', () => window.close());
  if (referrer !== undefined) define(page.document, 'referrer', referrer);
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/**
 * Hands messages that were posted to the shell's window on to the site's page: whoever holds that window (the
 * page that opened it, or a frame of the site that speaks to `top`) means the site.
 * @param page gives the window of the site's page, or undefined while there is none
 */
export function forwardMessages(page: () => Window | undefined): void {
  window.addEventListener('message', (event) => {
    const site = page();
    if (!site) return;
    const { data, origin, lastEventId, source } = event;
    const ports = [...event.ports];
    // Of the page's own realm, so that its scripts find instances of their own classes.
    const { MessageEvent: PageMessageEvent } = site as Window & typeof globalThis;
    const message = inRealmOf(site, data, ports);
    site.dispatchEvent(
      new PageMessageEvent('message', { ...message, origin, lastEventId, source }),
    );
  });
}

function inRealmOf(
  site: Window,
  data: unknown,
  ports: MessagePort[],
): { data: unknown; ports: MessagePort[] } {
  try {
    return site.structuredClone({ data, ports }, { transfer: ports });
  } catch {
    // Streams and the like were handed over for good and cannot be cloned; they go as they are.
    return { data, ports };
  }
}
