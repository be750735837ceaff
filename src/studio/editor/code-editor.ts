import { history } from '@codemirror/commands';
import { diagnosticCount } from '@codemirror/lint';
import { Compartment, EditorState, Transaction } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { SiteLogEntry } from '../host.ts';
import { baseExtensions } from './base-extensions.ts';
import { pathAndWordCompletion } from './completion/editor-completion.ts';
import { EDITOR_ACTIONS, type EditorAction } from './editor-actions.ts';
import type { Language } from './language-of-file.ts';
import { loadLanguage, type SiteKnowledge } from './languages.ts';
import { preferenceExtensions } from './preference-extensions.ts';
import type { EditorPreferences } from './preferences.ts';
import { setCompileProblem } from './problems/compile-problem.ts';
import type { CheckedFile } from './problems/find-problems.ts';
import { problemAt, problemLinter } from './problems/problem-linter.ts';
import { smallestChange } from './smallest-change.ts';

/** What ends the lines of a file. Within the editor it is always `\n`, as in what is pasted or formatted. */
type LineEnd = '\n' | '\r\n';

/** Text, history, selection, folds and scrolling of an editor that is not shown. */
export interface KeptView {
  /** The file whose language it has; undefined while that is still to come. */
  readonly languageOf: string | undefined;
  readonly lineEnd: LineEnd;
  readonly state: EditorState;
  readonly scroll: ReturnType<EditorView['scrollSnapshot']>;
}

/** What the editor's surroundings show. */
export interface EditorPosition {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly selections: number;
  readonly problems: number;
  /** What is wrong where the cursor is. */
  readonly problem: string | undefined;
  /** Places that differ from the live text; undefined while nothing is compared. */
  readonly changes: number | undefined;
}

export interface CodeEditorOptions {
  readonly parent: HTMLElement;
  /** Accessible name of the text. */
  readonly label: string;
  readonly language: Language;
  readonly site: SiteKnowledge;
  readonly checkSettings: CheckedFile['checkSettings'];
  readonly preferences: EditorPreferences;
  /** Whether it takes the focus. */
  readonly focus: boolean;
  /** What to go on with, or the text to begin with. */
  readonly from: KeptView | { readonly text: string };
  /** The whole text after each change that a person made. */
  readonly onChange: (text: string) => void;
  readonly onPosition: (position: EditorPosition) => void;
  /** Its colours could not be fetched. */
  readonly onError: (thrown: unknown) => void;
}

export interface CodeEditor {
  text(): string;
  /** Replaces the text without calling `onChange`; can be undone like an edit. */
  setText(text: string): void;
  /** Replaces the text as a person would. @param cursor where the cursor goes, in characters from the start */
  rewrite(text: string, cursor?: number): void;
  /** Where the cursor is, in characters from the start. */
  cursor(): number;
  /** Selects a line (from 1, the last one if there are fewer), shows it and takes the focus. */
  selectLine(line: number): void;
  setCompileProblem(entry: SiteLogEntry | undefined): void;
  setPreferences(preferences: EditorPreferences): void;
  /** Shows what differs from the live text; undefined hides it. Resolves when it is shown. */
  compare(live: string | undefined): Promise<void>;
  run(action: EditorAction): void;
  focus(): void;
  /** Ends the editor; what is returned goes on where this one stopped. */
  close(): KeptView;
}

/** Of the file: its name and what is told about its edits. */
const identity = new Compartment();
const language = new Compartment();
const preferenceSlot = new Compartment();
const changesSlot = new Compartment();

/** An editor for one file. Colours come when their language has loaded; typing need not wait. */
export function createCodeEditor(options: CodeEditorOptions): CodeEditor {
  const { from, site } = options;
  const kept = 'state' in from ? from : undefined;
  const identityOf = [
    EditorView.contentAttributes.of({ 'aria-label': options.label }),
    problemLinter({ language: options.language, checkSettings: options.checkSettings }),
    pathAndWordCompletion(site),
    EditorView.updateListener.of((update) => {
      const ours = update.transactions.some((step) => step.annotation(Transaction.remote));
      if (update.docChanged && !ours) options.onChange(textOf(update.state));
      if (update.selectionSet || update.docChanged || update.transactions.length > 0) {
        options.onPosition(positionOf(update.state));
      }
    }),
  ];
  let destroyed = false;
  let languageOf = kept?.languageOf;
  let lineEnd = kept?.lineEnd ?? lineEndOf('text' in from ? from.text : '');
  const textOf = (state: EditorState): string =>
    lineEnd === '\n' ? state.sliceDoc() : state.sliceDoc().replaceAll('\n', lineEnd);

  const view = new EditorView({
    parent: options.parent,
    state: kept?.state ?? createState('text' in from ? from.text : ''),
    ...(kept && { scrollTo: kept.scroll }),
  });
  view.dispatch({
    effects: [
      identity.reconfigure(identityOf),
      preferenceSlot.reconfigure(preferenceExtensions(options.preferences)),
    ],
  });
  if (options.focus) view.focus();

  async function bringLanguage(): Promise<void> {
    const support = await loadLanguage(options.language, site);
    if (destroyed) return;
    view.dispatch({ effects: language.reconfigure(support) });
    languageOf = site.path;
  }
  if (languageOf !== site.path) bringLanguage().catch(options.onError);

  return {
    text: () => textOf(view.state),
    setText(text) {
      lineEnd = lineEndOf(text);
      const changes = smallestChange(view.state.doc, view.state.toText(text));
      if (changes) view.dispatch({ changes, annotations: Transaction.remote.of(true) });
    },
    rewrite(text, cursor) {
      const next = view.state.toText(text);
      const changes = smallestChange(view.state.doc, next);
      if (!changes) return;
      const selection =
        cursor === undefined ? {} : { selection: { anchor: Math.min(cursor, next.length) } };
      view.dispatch({ changes, ...selection, scrollIntoView: true, userEvent: 'input.format' });
    },
    cursor: () => view.state.selection.main.head,
    selectLine(line) {
      const { doc } = view.state;
      const { from: start, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
      view.dispatch({
        selection: { anchor: start, head: to },
        effects: EditorView.scrollIntoView(start, { y: 'center' }),
      });
      view.focus();
    },
    setCompileProblem: (entry) => view.dispatch({ effects: setCompileProblem.of(entry) }),
    setPreferences(preferences) {
      view.dispatch({ effects: preferenceSlot.reconfigure(preferenceExtensions(preferences)) });
    },
    async compare(live) {
      if (live === undefined) {
        view.dispatch({ effects: changesSlot.reconfigure([]) });
        return;
      }
      const changes = await import('./changes.ts');
      countChanges = changes.countChanges;
      if (destroyed) return;
      // Taken away first: the extension keeps the text that it was made with.
      view.dispatch({ effects: changesSlot.reconfigure([]) });
      view.dispatch({ effects: changesSlot.reconfigure(changes.showChanges(live)) });
    },
    run(action) {
      view.focus();
      EDITOR_ACTIONS[action](view);
    },
    focus: () => view.focus(),
    close() {
      destroyed = true;
      const keptView = { languageOf, lineEnd, state: view.state, scroll: view.scrollSnapshot() };
      view.destroy();
      return keptView;
    },
  };
}

function createState(text: string): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      identity.of([]),
      history(),
      baseExtensions(),
      language.of([]),
      preferenceSlot.of([]),
      changesSlot.of([]),
    ],
  });
}

function lineEndOf(text: string): LineEnd {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** As the extension counts them, once that has been fetched. */
let countChanges: (state: EditorState) => number | undefined = () => undefined;

function positionOf(state: EditorState): EditorPosition {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  return {
    line: line.number,
    column: head - line.from + 1,
    selections: state.selection.ranges.length,
    problems: diagnosticCount(state),
    problem: problemAt(state, head),
    changes: countChanges(state),
  };
}
