import { getChunks, unifiedMergeView } from '@codemirror/merge';
import type { EditorState, Extension } from '@codemirror/state';

/** Loaded on demand: what differs from the text that visitors get. */

/** Shows deleted lines above what stands in their place, each change with a button that takes it back. */
export function showChanges(live: string): Extension {
  return unifiedMergeView({
    original: live,
    gutter: true,
    syntaxHighlightDeletions: true,
    mergeControls: (type, action) =>
      type === 'reject' ? discardButton(action) : document.createElement('span'),
  });
}

/** A button that can be reached by Tab, too. */
function discardButton(action: (event: MouseEvent) => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'discard-change';
  button.textContent = 'Discard this change';
  button.addEventListener('mousedown', (event) => event.preventDefault());
  button.addEventListener('click', action);
  return button;
}

/** How many places differ; undefined while nothing is compared. */
export function countChanges(state: EditorState): number | undefined {
  return getChunks(state)?.chunks.length;
}
