/** The SQL editor; CodeMirror comes when the query page is first opened. */
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { SQLite, type SQLNamespace, sql } from '@codemirror/lang-sql';
import { bracketMatching, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Transaction } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { editorTheme, highlightStyle } from '../../editor/theme.ts';
import type { Table } from '../schema/schema.ts';
import { MAX_QUERY_LENGTH } from './query-history.ts';

export interface QueryEditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly tables: readonly Table[];
  readonly onChange: (text: string) => void;
  /** Mod-Enter. */
  readonly onRun: () => void;
}

export interface QueryEditor {
  text(): string;
  /** The selection, or undefined when nothing is selected; with its place in the text. */
  selection(): { readonly text: string; readonly from: number } | undefined;
  setText(text: string): void;
  /** Completes the names of these. */
  setTables(tables: readonly Table[]): void;
  /** Underlines a place with what is wrong there; undefined: nothing is. */
  mark(problem: { from: number; to: number; message: string } | undefined): void;
  focus(): void;
  destroy(): void;
}

/** An editor for queries. Escape and then Tab leaves it. */
export function createQueryEditor(options: QueryEditorOptions): QueryEditor {
  const language = new Compartment();
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        // Before the others: Enter with a key held is none of theirs.
        keymap.of([
          {
            key: 'Mod-Enter',
            run: () => {
              options.onRun();
              return true;
            },
          },
        ]),
        lineNumbers(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentUnit.of('  '),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        syntaxHighlighting(highlightStyle),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
        placeholder('SELECT …'),
        keymap.of([
          { key: 'Tab', run: acceptCompletion },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        language.of(languageFor(options.tables)),
        editorTheme,
        EditorState.changeFilter.of((change) => change.newDoc.length <= 50 * MAX_QUERY_LENGTH),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.sliceDoc());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.sliceDoc(),
    selection() {
      const { from, to } = view.state.selection.main;
      return from === to ? undefined : { text: view.state.sliceDoc(from, to), from };
    },
    setText(text) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: view.state.toText(text).length },
        annotations: Transaction.userEvent.of('input.paste'),
      });
      view.focus();
    },
    setTables(tables) {
      view.dispatch({ effects: language.reconfigure(languageFor(tables)) });
    },
    mark(problem) {
      const { length } = view.state.doc;
      const marks =
        problem && problem.to <= length ? [{ ...problem, severity: 'error' as const }] : [];
      view.dispatch(setDiagnostics(view.state, marks));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function languageFor(tables: readonly Table[]) {
  const schema: Record<string, SQLNamespace> = {};
  for (const { name, columns, kind } of tables) {
    // A point divides names there; it would be taken for two.
    if (kind !== 'shadow') schema[name.replaceAll('.', '\\.')] = columns.map((one) => one.name);
  }
  return sql({ dialect: SQLite, schema, upperCaseKeywords: true });
}
