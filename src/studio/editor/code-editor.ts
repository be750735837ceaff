import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { Compartment, EditorState, Transaction } from '@codemirror/state';
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Language } from '../state/file-kind.ts';
import { loadLanguage } from './languages.ts';
import { editorTheme, highlightStyle } from './theme.ts';

export interface CodeEditorOptions {
  readonly parent: HTMLElement;
  /** Accessible name of the text. */
  readonly label: string;
  readonly text: string;
  readonly language: Language;
  /** Code that the host runs: the editor offers what it finds there. */
  readonly siteCode: boolean;
  /** The whole text after each change that a person made. */
  readonly onChange: (text: string) => void;
}

export interface CodeEditor {
  text(): string;
  /** Replaces the text without calling `onChange`; can be undone like an edit. */
  setText(text: string): void;
  /** Selects a line (from 1, the last one if there are fewer), shows it and takes the focus. */
  selectLine(line: number): void;
  destroy(): void;
}

/** An editor for one file. Colours come when their language has loaded; typing need not wait. */
export function createCodeEditor(options: CodeEditorOptions): CodeEditor {
  const language = new Compartment();
  const lineSeparator = options.text.includes('\r\n') ? '\r\n' : '\n';
  let destroyed = false;

  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        EditorState.lineSeparator.of(lineSeparator),
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        dropCursor(),
        indentUnit.of('  '),
        indentOnInput(),
        bracketMatching(),
        syntaxHighlighting(highlightStyle),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': options.label }),
        // Escape and then Tab leaves the editor, as CodeMirror does it for keyboard users.
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        language.of([]),
        editorTheme,
        EditorView.updateListener.of((update) => {
          const ours = update.transactions.some((step) => step.annotation(Transaction.remote));
          if (update.docChanged && !ours) options.onChange(update.state.sliceDoc());
        }),
      ],
    }),
  });
  view.focus();

  void loadLanguage(options.language, options.siteCode).then((support) => {
    if (!destroyed) view.dispatch({ effects: language.reconfigure(support) });
  });

  return {
    text: () => view.state.sliceDoc(),
    setText(text) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(text) },
        annotations: Transaction.remote.of(true),
      });
    },
    selectLine(line) {
      const { doc } = view.state;
      const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      view.dispatch({
        selection: { anchor: from, head: to },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    destroy() {
      destroyed = true;
      view.destroy();
    },
  };
}
