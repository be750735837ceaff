import { redo, selectAll, toggleComment, undo } from '@codemirror/commands';
import { foldAll, unfoldAll } from '@codemirror/language';
import {
  closeLintPanel,
  nextDiagnostic,
  openLintPanel,
  previousDiagnostic,
} from '@codemirror/lint';
import { gotoLine, openSearchPanel } from '@codemirror/search';
import type { Command } from '@codemirror/view';

/** What the buttons and commands around the editor make it do. */
export const EDITOR_ACTIONS = {
  undo,
  redo,
  selectAll,
  toggleComment,
  foldAll,
  unfoldAll,
  nextProblem: nextDiagnostic,
  previousProblem: previousDiagnostic,
  listProblems: openLintPanel,
  hideProblems: closeLintPanel,
  goToLine: gotoLine,
  find: openSearchPanel,
} as const satisfies Readonly<Record<string, Command>>;

export type EditorAction = keyof typeof EDITOR_ACTIONS;
