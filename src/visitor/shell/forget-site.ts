import type { SiteFrame } from './site-frame.ts';

/** Between the shells of one origin, in all its tabs. */
const CHANNEL = 'peerserver-forget-site';
type Message = 'leave' | 'forgotten';

/**
 * Takes part when another tab forgets the site: leaves it at once, so that its scripts cannot store
 * anything again, and starts anew afterwards.
 */
export function followForgetting(frame: SiteFrame): void {
  new BroadcastChannel(CHANNEL).onmessage = (event: MessageEvent<Message>) => {
    if (event.data === 'leave') void frame.leave();
    else location.reload();
  };
}

/**
 * Forgets everything that this origin has stored in this browser, then loads the page anew. A name can
 * change hands, and its new holder must find nothing of the old one's (SPEC H6). The old site's page is left
 * first, in every tab: what it stores while it ends is forgotten, too.
 */
export async function forgetSite(frame: SiteFrame): Promise<void> {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('leave' satisfies Message);
  await frame.leave();
  await wipeOrigin();
  channel.postMessage('forgotten' satisfies Message);
  location.reload();
}

async function wipeOrigin(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  for (const cookie of document.cookie.split('; ')) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve.
    document.cookie = `${cookie.split('=', 1)[0]}=; max-age=0; path=/`;
  }
  const databases = await indexedDB.databases();
  await Promise.all(databases.map(({ name }) => deleteDatabase(name ?? '')));
  const cacheNames = await caches.keys();
  await Promise.all(cacheNames.map((name) => caches.delete(name)));
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    await registration.unregister();
  }
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    // Still open in another tab: the deletion is queued there and happens when that tab closes.
    request.onblocked = () => resolve();
    request.onerror = () => reject(request.error);
  });
}
