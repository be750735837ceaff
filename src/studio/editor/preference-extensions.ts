import { closeBrackets } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { EditorPreferences } from './preferences.ts';

/** How a person wants the editor. */
export function preferenceExtensions(preferences: EditorPreferences): Extension {
  return [
    preferences.wrap ? EditorView.lineWrapping : [],
    preferences.closeBrackets ? closeBrackets() : [],
    EditorView.theme({ '.cm-scroller': { fontSize: `${preferences.fontSize / 16}rem` } }),
  ];
}
