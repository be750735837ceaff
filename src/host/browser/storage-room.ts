/** What the browser says of the room that this origin's files have. */

/**
 * Asks not to be thrown away when the disk is full. Firefox asks the person, so nobody waits for the answer;
 * without it all is kept as before.
 */
export function askToKeepStorage(): void {
  // A refusal, also by throwing as in a private window, changes nothing.
  navigator.storage.persist().catch(() => undefined);
}

/** Bytes that may still be stored; undefined when the browser does not say. */
export async function storageLeft(): Promise<number | undefined> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0));
  } catch {
    // It only makes a message clearer.
    return undefined;
  }
}
