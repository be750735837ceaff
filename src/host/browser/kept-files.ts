/** What a site's files were at some moment, drafts and live ones each for itself. All functions here are pure. */
import { type ManifestEntry, type SiteState, withFiles, withUndone } from './manifest.ts';
import { undoWith } from './state-edits.ts';

/** One file as it was; undefined where there was none. */
interface KeptFile {
  readonly path: string;
  readonly draft: ManifestEntry | undefined;
  readonly live: ManifestEntry | undefined;
}

export type KeptState = readonly KeptFile[];

/** These files as they are in `state`. */
export function keptState(state: SiteState, paths: readonly string[]): KeptState {
  return paths.map((path) => ({ path, draft: state.draft.get(path), live: state.live.get(path) }));
}

/** The entries that a kept state needs the contents of. */
export function keptEntries(kept: KeptState): ManifestEntry[] {
  return kept.flatMap(({ draft, live }) => [draft, live]).filter((entry) => entry !== undefined);
}

/** Bytes of the contents; what draft and live have in common counts once. */
export function keptBytes(kept: KeptState): number {
  const sizes = new Map(keptEntries(kept).map(({ blob, size }) => [blob, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/**
 * `state` with these files as they were.
 * @throws PeerServerError bad-input where a file would be a folder, too
 */
export function withKept(state: SiteState, kept: KeptState): SiteState {
  const restored = (side: 'draft' | 'live') => {
    const gone = kept.filter((file) => file[side] === undefined);
    const rest = withUndone(
      state[side],
      gone.map(({ path }) => [path, null]),
    );
    const files = new Map<string, ManifestEntry>();
    for (const file of kept) {
      const entry = file[side];
      if (entry) files.set(file.path, entry);
    }
    return withFiles(rest, files);
  };
  const draft = restored('draft');
  return { draft, live: restored('live'), undo: undoWith(state, draft) };
}
