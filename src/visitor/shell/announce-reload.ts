import type { WorkerNotice } from '../bridge/messages.ts';

/** A service worker answers in some milliseconds; without its answer the page is still shown. */
const NOTED_WITHIN_MS = 1_000;

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
  const notice: WorkerNotice = { kind: 'peerserver-reload', url: location.href };
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const done = () => {
      port1.close();
      resolve();
    };
    port1.onmessage = done;
    setTimeout(done, NOTED_WITHIN_MS);
    active?.postMessage(notice, [port2]);
  });
}
