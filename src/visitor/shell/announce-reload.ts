import { askServiceWorker } from './ask-service-worker.ts';

/**
 * Tells the service worker that a person has reloaded the tab past all caches, and so past the service worker,
 * too; of other reloads it knows by itself. Resolves when it knows, and at once when there is nothing to
 * tell. For the shell's first moments, before the frame is sent anywhere.
 * @param pastWorker true when the shell did not come from the service worker
 */
export async function announceReload(pastWorker: boolean): Promise<void> {
  const [entry] = performance.getEntriesByType('navigation');
  const isReload = entry instanceof PerformanceNavigationTiming && entry.type === 'reload';
  if (!pastWorker || !isReload) return;
  const { active } = await navigator.serviceWorker.ready;
  // Without its answer the page is still shown.
  await askServiceWorker(active, { kind: 'peerserver-reload', url: location.href });
}
