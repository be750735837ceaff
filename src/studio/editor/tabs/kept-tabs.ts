import { MAX_PATH_LENGTH } from '../../host.ts';
import { MAX_TABS, type Tabs } from './tab-list.ts';

/** The parts of `localStorage` that are used. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A server's tabs, kept over a reload. */
export function createKeptTabs(storage: TabStorage, serverName: string) {
  const key = `peerserver-tabs:${serverName}`;
  return {
    /** What was kept; none when there is nothing that can be read. */
    read(): Tabs {
      return parseTabs(storage.getItem(key));
    },
    write(tabs: Tabs): void {
      if (tabs.length === 0) {
        storage.removeItem(key);
        return;
      }
      try {
        storage.setItem(key, JSON.stringify(tabs));
      } catch {
        // No room, or no storage at all: the tabs are there until the page is reloaded.
      }
    },
  };
}

/** Reads tabs that an earlier version, another page of this origin or a person may have written. */
export function parseTabs(text: string | null): Tabs {
  const listed = parseJson(text);
  if (!Array.isArray(listed)) return [];
  const tabs = new Map<string, boolean>();
  for (const entry of listed) {
    if (tabs.size >= MAX_TABS) break;
    if (typeof entry !== 'object' || entry === null) continue;
    const { path, preview } = entry as Readonly<Record<string, unknown>>;
    if (typeof path !== 'string' || path === '' || path.length > MAX_PATH_LENGTH) continue;
    tabs.set(path, preview === true && ![...tabs.values()].includes(true));
  }
  return [...tabs].map(([path, preview]) => ({ path, preview }));
}

function parseJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not ours: as good as nothing.
    return undefined;
  }
}
