/** Registers the site's service worker, or makes sure that it is; resolves when it is active. */
export async function registerServiceWorker(): Promise<void> {
  await navigator.serviceWorker.register('/.peerserver/service-worker.js', {
    scope: '/',
    // A stale copy in the HTTP cache must not keep an old one alive.
    updateViaCache: 'none',
  });
  await navigator.serviceWorker.ready;
}

/**
 * True if a service worker is there but this page came past it: what browsers do on a hard reload. For the
 * shell's first moments; later it means that the page is older than its service worker.
 */
export function cameByHardReload(): boolean {
  return navigator.serviceWorker.controller === null;
}
