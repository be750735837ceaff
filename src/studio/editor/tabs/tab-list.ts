/** The open files as a list of tabs. Every function gives a new list, or the same one when nothing changes. */

export interface EditorTab {
  readonly path: string;
  /** A look at a file: the next look takes its place, unless the file is edited or kept. */
  readonly preview: boolean;
}

export type Tabs = readonly EditorTab[];

/** More than anybody finds again; each keeps its text and its history in memory. */
export const MAX_TABS = 40;

/**
 * Adds a file's tab beside the active one, in the place of the preview if there is one.
 * @param active path of the file that was open until now
 */
export function opened(tabs: Tabs, path: string, active: string | undefined): Tabs {
  if (has(tabs, path)) return tabs;
  const tab = { path, preview: true };
  const previewed = tabs.findIndex((other) => other.preview);
  if (previewed >= 0) return tabs.with(previewed, tab);
  const oldest = tabs.find((other) => other.path !== active);
  const room = tabs.length < MAX_TABS || !oldest ? tabs : closed(tabs, [oldest.path]);
  const beside = room.findIndex((other) => other.path === active);
  return room.toSpliced(beside < 0 ? room.length : beside + 1, 0, tab);
}

/** Makes a preview a tab that stays. */
export function kept(tabs: Tabs, path: string): Tabs {
  if (!tabs.some((tab) => tab.path === path && tab.preview)) return tabs;
  return tabs.map((tab) => (tab.path === path ? { path, preview: false } : tab));
}

/** Without the tabs of these files. */
export function closed(tabs: Tabs, paths: readonly string[]): Tabs {
  const left = tabs.filter((tab) => !paths.includes(tab.path));
  return left.length === tabs.length ? tabs : left;
}

/** Puts a tab at another place, from 0; beyond the ends means at the end. */
export function moved(tabs: Tabs, path: string, to: number): Tabs {
  const from = tabs.findIndex((tab) => tab.path === path);
  const tab = tabs[from];
  const place = Math.min(Math.max(to, 0), tabs.length - 1);
  if (!tab || place === from) return tabs;
  return tabs.toSpliced(from, 1).toSpliced(place, 0, tab);
}

/** Follows files that were renamed. */
export function renamed(tabs: Tabs, renames: ReadonlyMap<string, string>): Tabs {
  if (!tabs.some((tab) => renames.has(tab.path))) return tabs;
  const known = new Set<string>();
  return tabs
    .map((tab) => ({ ...tab, path: renames.get(tab.path) ?? tab.path }))
    .filter(({ path }) => !known.has(path) && known.add(path));
}

/** The file to show when a tab is closed: the one to its right, else to its left. */
export function neighbour(tabs: Tabs, path: string): string | undefined {
  const at = tabs.findIndex((tab) => tab.path === path);
  return (tabs[at + 1] ?? tabs[at - 1])?.path;
}

/** The tab some steps away, around the ends; undefined when there is none. */
export function stepped(tabs: Tabs, path: string | undefined, steps: number): string | undefined {
  if (tabs.length === 0) return undefined;
  const at = tabs.findIndex((tab) => tab.path === path);
  if (at < 0) return tabs[0]?.path;
  return tabs[(at + steps + tabs.length) % tabs.length]?.path;
}

/**
 * What each tab says: the file's own name, and its folder where two files are called the same.
 * @param names of the files, in the order of the tabs
 */
export function tabLabels(
  names: readonly string[],
): readonly { readonly label: string; readonly folder: string | undefined }[] {
  const bases = names.map((name) => name.slice(name.lastIndexOf('/') + 1));
  return names.map((name, index) => {
    const label = bases[index] ?? name;
    const alone = bases.filter((base) => base === label).length === 1;
    const folder = name.slice(0, -label.length - 1);
    return { label, folder: alone ? undefined : folder || './' };
  });
}

function has(tabs: Tabs, path: string): boolean {
  return tabs.some((tab) => tab.path === path);
}
