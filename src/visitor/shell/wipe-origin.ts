/**
 * Forgets everything that this origin has stored in this browser. A name can change hands, and its new
 * holder must find nothing of the old one's (SPEC H6).
 */
export async function wipeOrigin(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
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
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    // Still open in another tab: the deletion is queued there and happens when that tab closes.
    request.onblocked = () => resolve();
    request.onerror = () => resolve();
  });
}
