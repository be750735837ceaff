import type { PageHook } from '../bridge/page-hook.ts';

/**
 * Lets `<a download>` reach the host, in Chromium as in Firefox: there it bypasses the service worker. A click,
 * or a script's `anchor.click()`, becomes a request of the shell's, so that nothing happens to the page. Other
 * origins' files and those that the page has made itself (`blob:`, `data:`) are the browser's own business.
 * Without the Navigation API nothing is done.
 */
export function installDownloads(page: Window, hook: Pick<PageHook, 'download'>): void {
  page.navigation?.addEventListener('navigate', (event) => {
    const { downloadRequest, cancelable, destination } = event;
    if (downloadRequest === null || !cancelable) return;
    const url = new URL(destination.url);
    // A blob's address has its page's origin, too.
    if (!/^https?:$/.test(url.protocol) || url.origin !== page.location.origin) return;
    event.preventDefault();
    hook.download(url.href, downloadRequest);
  });
}
