import { type Diagnostic, forEachDiagnostic, linter, lintGutter } from '@codemirror/lint';
import type { EditorState, Extension } from '@codemirror/state';
import type { ViewUpdate } from '@codemirror/view';
import { compileProblem, setCompileProblem } from './compile-problem.ts';
import { type CheckedFile, findProblems } from './find-problems.ts';

/** Milliseconds without typing before a text is checked: a half-typed word is no mistake. */
const CHECK_PAUSE_MS = 600;

/** Underlines problems and marks their lines. */
export function problemLinter(file: CheckedFile): Extension {
  return [
    compileProblem,
    lintGutter(),
    linter(async ({ state }) => await findProblems(state, file), {
      delay: CHECK_PAUSE_MS,
      needsRefresh: (update) => movedToLine(update) || hasNews(update),
    }),
  ];
}

/** What was not told while it was typed may be told now. */
function movedToLine({ selectionSet, state, startState }: ViewUpdate): boolean {
  const lineOf = ({ doc, selection }: EditorState) => doc.lineAt(selection.main.head).number;
  return selectionSet && lineOf(state) !== lineOf(startState);
}

function hasNews({ transactions }: ViewUpdate): boolean {
  return transactions.some(({ effects }) => effects.some((effect) => effect.is(setCompileProblem)));
}

/** What is wrong at a position, in words; undefined when nothing is. */
export function problemAt(state: EditorState, position: number): string | undefined {
  let message: string | undefined;
  forEachDiagnostic(state, (problem: Diagnostic, from, to) => {
    if (from <= position && position <= to) message ??= problem.message;
  });
  return message;
}
