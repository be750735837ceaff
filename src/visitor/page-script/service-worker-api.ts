/**
 * The origin's one service worker fetches the site from its host, and browsers allow no second one for the
 * same pages. So the site's scripts find what a site without one finds, and cannot remove it by accident:
 * many sites unregister whatever an earlier version of theirs may have left.
 */
export function installServiceWorkerApi(): void {
  const container = navigator.serviceWorker;
  if (!container) return;
  const never = new Promise<ServiceWorkerRegistration>(() => {});
  const replacements = {
    register: () =>
      Promise.reject(
        new DOMException(
          'A site that PeerServer serves cannot have a service worker of its own.',
          'NotSupportedError',
        ),
      ),
    getRegistration: () => Promise.resolve(undefined),
    getRegistrations: () => Promise.resolve([]),
  };
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(container, name, { value, configurable: true, writable: true });
  }
  Object.defineProperty(container, 'ready', { get: () => never, configurable: true });
}
