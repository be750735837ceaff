/** Changes of a site's state that the store makes in several of its calls. All are pure. */
import {
  boundedUndo,
  copied,
  type Manifest,
  type ManifestEntry,
  requireKnown,
  type SiteState,
  undoStep,
  withFiles,
  withUndone,
} from './manifest.ts';
import type { SaveOptions } from './public-api.ts';

/** A change to the draft; `touched` is published along with it, if that is wanted. */
export function draftEdit(
  edit: (draft: Manifest) => Manifest,
  touched: readonly string[],
  { publish }: SaveOptions,
): (state: SiteState) => SiteState {
  return (state) => {
    const draft = edit(state.draft);
    const live = publish ? copied(state.live, draft, touched) : state.live;
    return { draft, live, undo: undoWith(state, draft) };
  };
}

/** Stands for content that is not stored yet, where only names matter. */
const UNSTORED: ManifestEntry = { blob: '', size: 0, modified: 0 };

/** @throws PeerServerError bad-input when files of these paths cannot be put there */
export function requireNames(draft: Manifest, paths: readonly string[]): void {
  if (paths.length > 0) withFiles(draft, new Map(paths.map((path) => [path, UNSTORED])));
}

/**
 * The drafts of these paths, or all, are what visitors get.
 * @throws PeerServerError storage-failed when there is no such file
 */
export function withPublished(state: SiteState, paths: readonly string[] | undefined): SiteState {
  if (paths === undefined) return { ...state, live: state.draft };
  requireKnown(state, paths);
  return { ...state, live: copied(state.live, state.draft, paths) };
}

/**
 * The drafts of these paths, or all, are what visitors get already.
 * @throws PeerServerError storage-failed when there is no such file
 */
export function withDiscarded(state: SiteState, paths: readonly string[] | undefined): SiteState {
  if (paths !== undefined) requireKnown(state, paths);
  const draft = paths ? copied(state.draft, state.live, paths) : state.live;
  return { ...state, draft, undo: undoWith(state, draft) };
}

/** The latest step is taken back; the same state when there is none. */
export function withStepUndone(state: SiteState, { publish }: SaveOptions): SiteState {
  const step = state.undo.at(-1);
  if (!step) return state;
  const draft = withUndone(state.draft, step);
  const paths = step.map(([path]) => path);
  const live = publish ? copied(state.live, draft, paths) : state.live;
  return { draft, live, undo: state.undo.slice(0, -1) };
}

/** The steps back, with one more for what this draft replaces. */
export function undoWith(state: SiteState, draft: Manifest): SiteState['undo'] {
  const step = undoStep(state.draft, draft);
  return step.length === 0 ? state.undo : boundedUndo([...state.undo, step]);
}
