import {
  type FileContent,
  type FileEntry,
  type FileMove,
  MAX_UNDO_BYTES,
  type SaveOptions,
  type SiteChange,
  type SiteStore,
} from '../../host.ts';

interface StoredText {
  readonly text: string;
  readonly modified: number;
}
type Files = ReadonlyMap<string, StoredText>;

/** A site's files for tests, texts only: what the real store does, without a disk. */
export function memoryStore(initial: Readonly<Record<string, string>>) {
  let clock = 0;
  const stored = (text: string): StoredText => {
    clock += 1;
    return { text, modified: clock };
  };
  let draft: Files = new Map(Object.entries(initial).map(([path, text]) => [path, stored(text)]));
  let live: Files = draft;
  const undo: Files[] = [];
  const listeners = new Set<(change: SiteChange) => void>();
  let failure: Error | undefined;
  let keptBytes = 1;
  let kept = 0;
  let lastWork: Promise<unknown> = Promise.resolve();

  function change(nextDraft: Files, nextLive: Files): Promise<void> {
    if (failure) return Promise.reject(failure);
    const changed = (before: Files, after: Files) =>
      [...new Set([...before.keys(), ...after.keys()])].filter(
        (path) => before.get(path) !== after.get(path),
      );
    const told = { version: 1, draft: changed(draft, nextDraft), live: changed(live, nextLive) };
    draft = nextDraft;
    live = nextLive;
    for (const listener of [...listeners]) queueMicrotask(() => listener(told));
    const done = Promise.resolve();
    lastWork = done;
    return done;
  }

  function edit(nextDraft: Files, nextLive: Files = live): Promise<void> {
    if (!failure) undo.push(draft);
    return change(nextDraft, nextLive);
  }

  const within = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
  const placeAfter = (path: string, moves: readonly FileMove[]) => {
    const move = moves.find(({ from }) => within(path, from));
    return move ? move.to + path.slice(move.from.length) : path;
  };
  const moved = (files: Files, moves: readonly FileMove[]): Files =>
    new Map([...files].map(([path, file]) => [placeAfter(path, moves), file]));
  const without = (files: Files, paths: readonly string[]): Files =>
    new Map([...files].filter(([path]) => !paths.some((gone) => within(path, gone))));
  const textOf = async (content: FileContent) =>
    typeof content === 'string' ? content : new Response(content).text();
  const textsOf = (files: Files) =>
    Object.fromEntries([...files].map(([path, { text }]) => [path, text]));
  const liveWith = (files: Files, options: SaveOptions | undefined): Files =>
    options?.publish ? new Map([...live, ...files]) : live;

  const store: SiteStore = {
    list: () =>
      [...draft].sort().map(([path, file]): FileEntry => {
        const visible = live.get(path);
        const status = visible === undefined ? 'new' : visible === file ? 'live' : 'changed';
        return { path, size: 1, modified: file.modified, type: 'text/plain', status };
      }),
    readText: async (path) => draft.get(path)?.text ?? '',
    read: async (path) => new Blob([draft.get(path)?.text ?? '']),
    readLive: async (path) => new Blob([live.get(path)?.text ?? '']),
    write: (path, content, options) => store.writeMany([{ path, content }], options),
    async writeMany(files, options) {
      const written = new Map<string, StoredText>();
      for (const { path, content } of files) written.set(path, stored(await textOf(content)));
      await edit(new Map([...draft, ...written]), liveWith(written, options));
    },
    rename: (from, to, options) => store.renameMany([{ from, to }], options),
    renameMany: (moves, options) =>
      edit(moved(draft, moves), options?.publish ? moved(live, moves) : live),
    copy(from, to, options) {
      const originals = new Map([...draft].filter(([path]) => within(path, from)));
      const copies = moved(originals, [{ from, to }]);
      return edit(new Map([...draft, ...copies]), liveWith(copies, options));
    },
    remove: (path, options) => store.removeMany([path], options),
    removeMany: (paths, options) =>
      edit(without(draft, paths), options?.publish ? without(live, paths) : live),
    publish: () => change(draft, draft),
    discardDraft: () => edit(live),
    keep(paths) {
      const before = { draft, live };
      const restored = (now: Files, then: Files): Files => {
        const files = new Map(now);
        for (const path of paths) {
          const file = then.get(path);
          if (file) files.set(path, file);
          else files.delete(path);
        }
        return files;
      };
      kept += 1;
      let released = false;
      return {
        bytes: keptBytes,
        restore: () => edit(restored(draft, before.draft), restored(live, before.live)),
        release() {
          if (!released) kept -= 1;
          released = true;
        },
      };
    },
    async undo() {
      const before = undo.pop();
      if (before) await change(before, live);
      return before !== undefined;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    ...store,
    contents: () => textsOf(draft),
    published: () => textsOf(live),
    failWith(error: Error) {
      failure = error;
    },
    /** From now on, what is kept is too large to be. */
    keepTooMuch() {
      keptBytes = MAX_UNDO_BYTES + 1;
    },
    /** How much is kept and not released. */
    get kept() {
      return kept;
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
