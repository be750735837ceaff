import { askServiceWorker } from '../shell/ask-service-worker.ts';

/** Tells the service worker that the next load of this page takes nothing from what is kept; resolves when it knows. */
export async function announceChange(url: string): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  // Without its answer the page is loaded all the same.
  await askServiceWorker(registration?.active, { kind: 'peerserver-reload', url });
}
