import { OWN_PREFIX } from '../../address/address.ts';
import { withoutTag } from '../bridge/request-tag.ts';

/**
 * Keeps navigations of the whole tab that stay within the site in the frame: links to `_top`, scripts that set
 * `top.location`, another window that sends this one on, a hash that is changed by hand. A new shell would need a
 * new connection.
 * @param page gives the window of the site's page, or undefined while there is none
 */
export function keepTopInFrame(page: () => Window | undefined): void {
  // Without the Navigation API a new shell it is.
  window.navigation?.addEventListener('navigate', (event) => {
    const { navigationType: type, destination, formData, downloadRequest } = event;
    const site = page();
    if (!site || (type !== 'push' && type !== 'replace')) return;
    // What stays in this document and is no hash is the shell's own bookkeeping.
    const isOwn = destination.sameDocument && !event.hashChange;
    if (isOwn || !event.cancelable || formData || downloadRequest !== null) return;
    const { origin, pathname } = new URL(destination.url);
    if (origin !== location.origin || pathname.startsWith(OWN_PREFIX)) return;
    event.preventDefault();
    // A page that wants to be at the top and goes there again and again is there already.
    const url = withoutTag(destination.url);
    if (url === site.location.href && !event.userInitiated) return;
    if (type === 'replace') site.location.replace(url);
    else site.location.assign(url);
  });
}
