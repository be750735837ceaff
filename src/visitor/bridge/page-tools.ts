/**
 * What the shell does in a page with means of the page's own. In Chromium the first who gets hold of an event or
 * a node decides which window's classes it belongs to; if that were the shell, `node instanceof Element` would
 * be false for the site's scripts.
 */
export interface PageTools {
  /** Navigates as the page itself would: it is what the next one has as its referrer. */
  replace(url: string): void;
  listen(
    target: EventTarget,
    type: string,
    listener: (event: Event) => void,
    signal: AbortSignal,
  ): void;
  observer(changed: () => void): MutationObserver;
}

/** The tools for a page: its own if this runs in that page, and next best ones otherwise. */
export function pageTools(page: Window): PageTools {
  return {
    replace: (url) => page.location.replace(url),
    listen: (target, type, listener, signal) =>
      target.addEventListener(type, (event) => listener(event), { signal }),
    observer: (changed) => new MutationObserver(() => changed()),
  };
}
