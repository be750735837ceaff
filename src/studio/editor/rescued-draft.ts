/** The parts of `sessionStorage` that are used. */
export type RescueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Keeps the last keystrokes over a reload. A page that goes has no time to write to the site's storage,
 * which is asynchronous; the session's storage is not.
 */
export function createRescuedDraft(storage: RescueStorage, serverName: string, path: string) {
  const key = `peerserver-draft:${serverName}/${path}`;
  return {
    /** Call when the page goes; undefined clears what was kept. */
    keep(text: string | undefined): void {
      if (text === undefined) {
        storage.removeItem(key);
        return;
      }
      try {
        storage.setItem(key, text);
      } catch {
        // Too large for the session's storage: what was autosaved up to 400 ms ago is still there.
      }
    },
    /** What was kept, once. */
    take(): string | undefined {
      const text = storage.getItem(key) ?? undefined;
      if (text !== undefined) storage.removeItem(key);
      return text;
    },
  };
}
