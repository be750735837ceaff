import { type ReadonlySignal, signal } from '@preact/signals';
import type { OpenFile } from '../../session/open-file.ts';
import { type FileIdentity, findRenames } from './find-renames.ts';
import { createKeptTabs, type TabStorage } from './kept-tabs.ts';
import * as list from './tab-list.ts';

export interface TabsOptions {
  readonly storage: TabStorage;
  readonly serverName: string;
  readonly openFile: Pick<OpenFile, 'path' | 'open'>;
  /** What stands in a file's editor goes with it. */
  readonly onRename: (from: string, to: string) => void;
  readonly onClose: (path: string) => void;
}

/** The tabs of the editor; which of them is shown is the open file's business. */
export interface EditorTabs {
  readonly all: ReadonlySignal<list.Tabs>;
  /** Gives the file that is open now a tab, if it exists. */
  show(path: string | undefined): void;
  /** Follows the site's files: what is renamed is followed, what is gone is closed. */
  follow(files: readonly FileIdentity[]): void;
  /** Makes a preview a tab that stays. */
  keep(path: string): void;
  close(path: string): void;
  closeOthers(path: string): void;
  /** Puts a tab at another place, from 0. */
  move(path: string, to: number): void;
  /** Shows the tab some steps away, around the ends. */
  step(steps: number): void;
}

/** Reads the server's tabs and keeps them. */
export function createEditorTabs(options: TabsOptions): EditorTabs {
  const { openFile, onRename, onClose } = options;
  const keptTabs = createKeptTabs(options.storage, options.serverName);
  const all = signal(keptTabs.read());
  let files: readonly FileIdentity[] | undefined;
  let shown: string | undefined;

  function set(next: list.Tabs): void {
    if (next === all.peek()) return;
    const gone = all.peek().filter((tab) => !next.some(({ path }) => path === tab.path));
    all.value = next;
    keptTabs.write(next);
    for (const { path } of gone) onClose(path);
  }

  const exists = (path: string) => files?.some((file) => file.path === path) === true;

  return {
    all,
    show(path) {
      if (path === undefined || !exists(path)) return;
      set(list.opened(all.peek(), path, shown));
      shown = path;
    },
    follow(next) {
      const renames = files ? findRenames(files, next) : new Map<string, string>();
      files = next;
      for (const [from, to] of renames) onRename(from, to);
      const followed = list.renamed(all.peek(), renames);
      const gone = followed.map(({ path }) => path).filter((path) => !exists(path));
      const active = openFile.path.peek();
      const renamedTo = active === undefined ? undefined : renames.get(active);
      const beside = active === undefined ? undefined : nextTo(followed, active, gone);
      set(list.closed(followed, gone));
      if (renamedTo !== undefined) openFile.open(renamedTo);
      else if (active !== undefined && gone.includes(active)) openFile.open(beside);
    },
    keep: (path) => set(list.kept(all.peek(), path)),
    close(path) {
      const next = list.neighbour(all.peek(), path);
      set(list.closed(all.peek(), [path]));
      if (openFile.path.peek() === path) openFile.open(next);
    },
    closeOthers(path) {
      const others = all.peek().map((tab) => tab.path);
      set(
        list.closed(
          all.peek(),
          others.filter((other) => other !== path),
        ),
      );
      if (openFile.path.peek() !== path) openFile.open(path);
    },
    move: (path, to) => set(list.moved(all.peek(), path, to)),
    step(steps) {
      const path = list.stepped(all.peek(), openFile.path.peek(), steps);
      if (path !== undefined) openFile.open(path);
    },
  };
}

/** The nearest tab that stays. */
function nextTo(tabs: list.Tabs, path: string, gone: readonly string[]): string | undefined {
  return list.neighbour(
    tabs.filter((tab) => tab.path === path || !gone.includes(tab.path)),
    path,
  );
}
