import { ensureSyntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { Language } from '../language-of-file.ts';
import { compileProblem } from './compile-problem.ts';
import { jsonProblems } from './json-problems.ts';
import { firstPerLine, type Problem } from './problem.ts';
import { sqlProblems } from './sql-problems.ts';
import { syntaxProblems, type Tree } from './syntax-problems.ts';
import { type TemplateParser, templateProblems } from './template-problems.ts';

/** Longer texts are not checked while they are edited, in characters: that would be felt in typing. */
export const MAX_CHECKED_LENGTH = 300_000;
/** Milliseconds that reading the rest of a text may take; it goes on when the editor is idle again. */
const PARSE_MS = 50;

/** What is known of the text besides itself. */
export interface CheckedFile {
  readonly language: Language;
  /** What the settings' own rules say; for `peerserver.json` only. */
  readonly checkSettings: ((text: string) => readonly LineProblem[]) | undefined;
}

/** Something wrong with a line, from 1. */
export interface LineProblem {
  readonly line: number | undefined;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** All that is wrong with the text of an editor: what the compiler said, then what can be seen here. */
export async function findProblems(state: EditorState, file: CheckedFile): Promise<Problem[]> {
  const compiled = state.field(compileProblem, false);
  const seen = state.doc.length > MAX_CHECKED_LENGTH ? [] : await seenIn(state, file);
  const lineOf = (position: number) =>
    state.doc.lineAt(Math.min(position, state.doc.length)).number;
  const others = compiled
    ? seen.filter(({ from }) => lineOf(from) !== lineOf(compiled.from))
    : seen;
  return firstPerLine(compiled ? [compiled, ...others] : others, lineOf);
}

async function seenIn(
  state: EditorState,
  { language, checkSettings }: CheckedFile,
): Promise<Problem[]> {
  // With line breaks of one character, as positions in the editor count them.
  const text = state.doc.toString();
  switch (language) {
    case 'html':
    case 'css':
    case 'javascript':
    case 'typescript':
    case 'tsx': {
      const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS);
      const found = tree ? syntaxProblems(tree, text) : [];
      return found.filter((problem) => !isBeingTyped(problem, state));
    }
    case 'json': {
      const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS);
      const found = jsonProblems(text, tree ? firstError(tree) : undefined);
      if (found.length > 0 || !checkSettings) return found;
      return checkSettings(text).map((problem) => onLine(problem, state));
    }
    case 'sql':
      return sqlProblems(text);
    case 'handlebars':
      return templateProblems(text, await loadTemplateParser());
    default:
      return [];
  }
}

function firstError(tree: Tree): number | undefined {
  let at: number | undefined;
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) at ??= from;
    },
  });
  return at;
}

/** What is missing where the cursor is, is about to come. */
function isBeingTyped({ to, unfinished }: Problem, { selection }: EditorState): boolean {
  const { head } = selection.main;
  return unfinished === true && to <= head && head <= to + 1;
}

async function loadTemplateParser(): Promise<TemplateParser> {
  const { default: handlebars } = await import('handlebars');
  return (text) => handlebars.parse(text);
}

function onLine({ line, severity, message }: LineProblem, { doc }: EditorState): Problem {
  const { from, to, text } = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  const indent = text.length - text.trimStart().length;
  return { from: from + indent, to, severity, message };
}
