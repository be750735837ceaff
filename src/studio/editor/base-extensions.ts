import { autocompletion, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { gotoLine, highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view';
import { PHRASES } from './phrases.ts';
import { editorTheme, highlightStyle } from './theme.ts';

/** What every text has, whatever its language. */
export function baseExtensions(): Extension {
  return [
    lineNumbers(),
    foldGutter({ markerDOM: foldMarker }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    drawSelection(),
    dropCursor(),
    rectangularSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of('  '),
    indentOnInput(),
    bracketMatching(),
    highlightSelectionMatches({ minSelectionLength: 3 }),
    search({ top: true }),
    autocompletion({ icons: false }),
    syntaxHighlighting(highlightStyle),
    EditorState.phrases.of(PHRASES),
    // Escape and then Tab leaves the editor, as CodeMirror does it for keyboard users.
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...searchKeymap,
      ...foldKeymap,
      ...historyKeymap,
      { key: 'Alt-g', run: gotoLine },
      ...defaultKeymap,
      indentWithTab,
    ]),
    editorTheme,
    EditorView.contentAttributes.of({
      // It can have the focus anyway; said so for those that do not know of contenteditable.
      tabindex: '0',
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
    }),
  ];
}

function foldMarker(open: boolean): HTMLElement {
  const marker = document.createElement('span');
  marker.className = open ? 'fold-marker' : 'fold-marker folded';
  marker.setAttribute('aria-hidden', 'true');
  return marker;
}
