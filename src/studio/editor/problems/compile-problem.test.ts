import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import type { SiteLogEntry } from '../../host.ts';
import { compileProblem, setCompileProblem } from './compile-problem.ts';
import { findProblems } from './find-problems.ts';

function entry(line: number, column: number, lineText?: string): SiteLogEntry {
  const place = { file: 'routes/a.ts', line, column, ...(lineText !== undefined && { lineText }) };
  return { at: 0, level: 'error', source: 'compile', text: 'Wrong.', hint: 'Mend it.', place };
}

function open(doc: string, error: SiteLogEntry): EditorState {
  const state = EditorState.create({ doc, extensions: compileProblem });
  return state.update({ effects: setCompileProblem.of(error) }).state;
}

/** The text that is underlined. */
function underlined(state: EditorState): string | undefined {
  const problem = state.field(compileProblem);
  return problem && state.sliceDoc(problem.from, problem.to);
}

describe('what the compiler says', () => {
  it('is shown at its word, with the advice', () => {
    const state = open('one\n  const two = 2;', entry(2, 9, '  const two = 2;'));
    expect(underlined(state)).toBe('two');
    expect(state.field(compileProblem)?.message).toBe('Wrong. Mend it.');
  });

  it('is found again in text that was moved meanwhile', () => {
    expect(underlined(open('new\nnew\none\ntwo', entry(2, 1, 'two')))).toBe('two');
    expect(underlined(open('one\nother', entry(2, 1, 'two')))).toBeUndefined();
  });

  it('stays within the text, whatever place it tells', () => {
    expect(underlined(open('one', entry(99, 99)))).toBe('e');
    expect(underlined(open('', entry(1, 1)))).toBe('');
  });

  it('moves with its line, and goes when that line is edited or the code is right', () => {
    const state = open('one\ntwo', entry(2, 1, 'two'));
    const moved = state.update({ changes: { from: 0, insert: 'zero\n' } }).state;
    expect(underlined(moved)).toBe('two');
    const edited = moved.update({ changes: { from: moved.doc.length, insert: '!' } }).state;
    expect(underlined(edited)).toBeUndefined();
    expect(
      underlined(state.update({ effects: setCompileProblem.of(undefined) }).state),
    ).toBeUndefined();
  });

  it('comes before what else is wrong on its line', async () => {
    const state = open("{ 'a': 1 }", entry(1, 3));
    const file = { language: 'json', checkSettings: undefined } as const;
    expect((await findProblems(state, file)).map(({ message }) => message)).toEqual([
      'Wrong. Mend it.',
    ]);
  });
});

describe('what the settings’ rules say', () => {
  it('is shown in its line', async () => {
    const state = EditorState.create({ doc: '{\n  "format": 2\n}' });
    const found = await findProblems(state, {
      language: 'json',
      checkSettings: () => [{ line: 2, severity: 'error', message: 'Not 1.' }],
    });
    expect(found.map(({ from, to }) => state.sliceDoc(from, to))).toEqual(['"format": 2']);
  });
});
