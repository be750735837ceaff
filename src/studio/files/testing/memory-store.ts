import type { FileContent, FileEntry, SiteChange, SiteStore } from '../../host.ts';

type Files = ReadonlyMap<string, string>;

/** A site's files for tests, texts only: what the real store does, without a disk. */
export function memoryStore(initial: Readonly<Record<string, string>>) {
  let draft: Files = new Map(Object.entries(initial));
  let live: Files = draft;
  const undo: Files[] = [];
  const listeners = new Set<(change: SiteChange) => void>();
  let failure: Error | undefined;
  let undos = 0;
  let lastWork: Promise<unknown> = Promise.resolve();

  function change(next: Files, options?: { publish?: boolean }): Promise<void> {
    if (failure) return Promise.reject(failure);
    const paths = [...new Set([...draft.keys(), ...next.keys()])];
    const changed = paths.filter((path) => draft.get(path) !== next.get(path));
    draft = next;
    if (options?.publish) live = next;
    const told = { version: 1, draft: changed, live: options?.publish ? changed : [] };
    for (const listener of [...listeners]) queueMicrotask(() => listener(told));
    const done = Promise.resolve();
    lastWork = done;
    return done;
  }

  function edit(next: Files, options?: { publish?: boolean }): Promise<void> {
    if (!failure) undo.push(draft);
    return change(next, options);
  }

  const within = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
  const moved = (path: string, moves: readonly { from: string; to: string }[]) => {
    const move = moves.find(({ from }) => within(path, from));
    return move ? move.to + path.slice(move.from.length) : path;
  };
  const textOf = async (content: FileContent) =>
    typeof content === 'string' ? content : new Response(content).text();

  const store: SiteStore = {
    list: () =>
      [...draft.keys()].sort().map((path): FileEntry => {
        const status = live.get(path) === draft.get(path) ? 'live' : 'changed';
        return { path, size: 1, modified: 0, type: 'text/plain', status };
      }),
    readText: async (path) => draft.get(path) ?? '',
    read: async (path) => new Blob([draft.get(path) ?? '']),
    readLive: async (path) => new Blob([live.get(path) ?? '']),
    write: async (path, content, options) =>
      edit(new Map([...draft, [path, await textOf(content)]]), options),
    async writeMany(files, options) {
      const next = new Map(draft);
      for (const { path, content } of files) next.set(path, await textOf(content));
      await edit(next, options);
    },
    rename: (from, to, options) => store.renameMany([{ from, to }], options),
    renameMany: (moves, options) =>
      edit(new Map([...draft].map(([path, text]) => [moved(path, moves), text])), options),
    copy(from, to, options) {
      const copies = [...draft].filter(([path]) => within(path, from));
      const added = copies.map(([path, text]) => [moved(path, [{ from, to }]), text] as const);
      return edit(new Map([...draft, ...added]), options);
    },
    remove: (path, options) => store.removeMany([path], options),
    removeMany: (paths, options) =>
      edit(
        new Map([...draft].filter(([path]) => !paths.some((gone) => within(path, gone)))),
        options,
      ),
    publish: () => change(draft, { publish: true }),
    discardDraft: () => edit(live),
    async undo(options) {
      const before = undo.pop();
      if (!before) return false;
      undos += 1;
      await change(before, options);
      return true;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    ...store,
    contents: () => Object.fromEntries(draft),
    published: () => Object.fromEntries(live),
    failWith(error: Error) {
      failure = error;
    },
    /** How many times `undo` took something back. */
    get undos() {
      return undos;
    },
    /** Resolves when what was begun is over. */
    async idle() {
      for (let before: unknown; before !== lastWork; ) {
        before = lastWork;
        for (let turns = 0; turns < 20; turns += 1) await lastWork;
      }
    },
  };
}
