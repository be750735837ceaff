/** Changes of a site's state that the store makes in several of its calls. All are pure. */
import { boundedUndo, copied, type Manifest, type SiteState, undoStep } from './manifest.ts';
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

/** The steps back, with one more for what this draft replaces. */
export function undoWith(state: SiteState, draft: Manifest): SiteState['undo'] {
  const step = undoStep(state.draft, draft);
  return step.length === 0 ? state.undo : boundedUndo([...state.undo, step]);
}
