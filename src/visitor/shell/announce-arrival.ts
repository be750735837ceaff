import { askServiceWorker } from './ask-service-worker.ts';

/**
 * Tells the service worker which page has led to this tab, so that the host is told as any server would be;
 * resolves when it knows, and at once when there is none. For the shell's first moments, before the frame is
 * sent anywhere.
 * @param kept what had led to the page that a reload, or the way back, shows again; undefined where nothing is kept
 */
export async function announceArrival(kept: string | undefined): Promise<void> {
  const referrer = kept ?? document.referrer;
  if (referrer === '' && kept === undefined) return;
  const { active } = await navigator.serviceWorker.ready;
  // Without its answer the page is still shown.
  await askServiceWorker(active, { kind: 'peerserver-arrival', url: location.href, referrer });
}
