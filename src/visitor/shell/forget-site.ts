import { openVisitorStore } from '../visitor-store.ts';
import { askServiceWorker } from './ask-service-worker.ts';
import type { SiteFrame } from './site-frame.ts';

/** Between the shells of one origin, in all its tabs. */
const CHANNEL = 'peerserver-forget-site';
type Message = 'leave' | 'forgotten';
/** What other tabs get to leave the site's page; they do it in some milliseconds. */
const OTHERS_LEAVE_MS = 300;
/** What a service worker gets, ms, to end what it is writing: one that was stopped has to start first. */
const WORKERS_CLOSE_MS = 5_000;

/**
 * Takes part when another tab forgets the site: leaves it at once, so that its scripts cannot store
 * anything again, and starts anew afterwards.
 * @param onForget called when it begins, in the tab that forgets, too
 */
export function followForgetting(frame: SiteFrame, onForget: () => void): void {
  new BroadcastChannel(CHANNEL).onmessage = (event: MessageEvent<Message>) => {
    if (event.data === 'leave') {
      onForget();
      void frame.leave();
    } else location.reload();
  };
}

/**
 * Forgets everything that this origin has stored in this browser, then loads the page anew. A name can
 * change hands, and its new holder must find nothing of the old one's (SPEC H6). The old site's page is left
 * first, in every tab: what it stores while it ends is forgotten, too.
 * @param acceptedKey the host key that a person has accepted; no other is, after the page is back
 * @param reload loads the page anew
 */
export async function forgetSite(
  frame: SiteFrame,
  acceptedKey: string,
  reload: () => void,
): Promise<void> {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage('leave' satisfies Message);
  await Promise.all([
    frame.leave(),
    new Promise((resolve) => setTimeout(resolve, OTHERS_LEAVE_MS)),
  ]);
  await closeServiceWorkers();
  await wipeOrigin();
  await (await openVisitorStore()).pin.save(acceptedKey);
  channel.postMessage('forgotten' satisfies Message);
  reload();
}

/**
 * A service worker that goes on for a while must not write back what it still knows of the old site. Resolves
 * when all have ended what they were writing; one that does not answer is ended with its registration.
 */
export async function closeServiceWorkers(): Promise<void> {
  const registrations = await navigator.serviceWorker.getRegistrations();
  const workers = registrations.flatMap(({ installing, waiting, active }) => [
    installing,
    waiting,
    active,
  ]);
  const options = { withinMs: WORKERS_CLOSE_MS };
  await Promise.all(
    workers.map((worker) => askServiceWorker(worker, { kind: 'peerserver-forget' }, options)),
  );
}

/**
 * Each store is tried, whatever becomes of the others; then the first failure is told. The caches come last:
 * a service worker is what writes there, and it is unregistered by then.
 */
async function wipeOrigin(): Promise<void> {
  const wiped = await Promise.allSettled([
    wipeWebStorage(),
    wipeDatabases(),
    wipeFiles(),
    wipeServiceWorkers(),
  ]);
  wiped.push(...(await Promise.allSettled([wipeCaches()])));
  const failed = wiped.find((outcome) => outcome.status === 'rejected');
  if (failed) throw new Error('Not everything could be forgotten.', { cause: failed.reason });
}

async function wipeWebStorage(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  for (const cookie of document.cookie.split('; ')) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve.
    document.cookie = `${cookie.split('=', 1)[0]}=; max-age=0; path=/`;
  }
}

async function wipeDatabases(): Promise<void> {
  const databases = await indexedDB.databases();
  await Promise.all(databases.map(({ name }) => deleteDatabase(name ?? '')));
}

async function wipeCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function wipeFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
}

async function wipeServiceWorkers(): Promise<void> {
  const registrations = await navigator.serviceWorker.getRegistrations();
  await Promise.all(registrations.map((registration) => registration.unregister()));
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
