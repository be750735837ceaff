/** Where the commands used last are kept. */
export const RECENT_KEY = 'peerserver-recent-commands';
/** How many are remembered: more would push the rest of the list out of sight. */
export const MAX_RECENT = 5;
/** Ids are short; whatever else stands there is not ours. */
const MAX_ID_LENGTH = 60;

/** The ids of the commands used last, the latest first. */
export function readRecent(storage: Pick<Storage, 'getItem'>): readonly string[] {
  try {
    const json: unknown = JSON.parse(storage.getItem(RECENT_KEY) ?? '[]');
    if (!Array.isArray(json)) return [];
    return json
      .filter((id): id is string => typeof id === 'string' && id.length <= MAX_ID_LENGTH)
      .slice(0, MAX_RECENT);
  } catch {
    // Nothing that can be read: as if none had been used.
    return [];
  }
}

/** Notes that a command was used. */
export function noteRecent(storage: Pick<Storage, 'getItem' | 'setItem'>, id: string): void {
  const others = readRecent(storage).filter((other) => other !== id);
  try {
    storage.setItem(RECENT_KEY, JSON.stringify([id, ...others].slice(0, MAX_RECENT)));
  } catch {
    // Without storage the list keeps its usual order.
  }
}
