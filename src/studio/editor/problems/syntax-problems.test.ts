import { readFileSync } from 'node:fs';
import { css } from '@codemirror/lang-css';
import { html } from '@codemirror/lang-html';
import { javascript, tsxLanguage, typescriptLanguage } from '@codemirror/lang-javascript';
import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { syntaxProblems } from './syntax-problems.ts';

const LANGUAGES = {
  html: html(),
  css: css(),
  js: javascript({ jsx: true }),
  ts: typescriptLanguage,
  tsx: tsxLanguage,
} satisfies Record<string, Extension>;
type Known = keyof typeof LANGUAGES;

/** Each problem as the text that is underlined and what is said about it. */
function problems(language: Known, text: string): [string, string][] {
  const state = EditorState.create({ doc: text, extensions: LANGUAGES[language] });
  const tree = ensureSyntaxTree(state, text.length, 5000);
  if (!tree) throw new Error('Not parsed in time.');
  return syntaxProblems(tree, text).map(({ from, to, message }) => [text.slice(from, to), message]);
}

describe('what can be seen to be wrong', () => {
  it.each<[Known, string, string, string]>([
    ['ts', 'const = 2;', '=', 'does not fit here'],
    ['ts', 'export const GET = () => {\n  return 1;\n', '{', '“{” is never closed.'],
    ['ts', 'foo(1, 2;', '2', 'missing here'],
    ['js', 'const a = "unfinished\nconst b = 2;', '', ''],
    ['css', 'a { color: red', '{', '“{” is never closed.'],
    ['html', '<div><p>text</div>\n</section>', '</section>', 'closes nothing'],
    ['html', '<main><h1>Title</h1>', '<main>', '</main> is missing'],
    ['html', '<p>a</p><script>const = 1;</script>', '=', 'does not fit here'],
    ['html', '<style>a { color: }</style><b', '<b', 'a > is missing'],
  ])('in %s: %s', (language, text, underlined, message) => {
    const found = problems(language, text);
    expect(found.length).toBeGreaterThan(0);
    if (underlined === '') return;
    expect(found).toContainEqual([underlined, expect.stringContaining(message)]);
  });

  it.each<[Known, string]>([
    ['ts', 'const a = <T,>(x: T): T => x satisfies unknown as T;\nconst b = <number>a(1);'],
    [
      'ts',
      "import type { Route } from 'peerserver';\nexport const GET: Route = ({ sql }) => sql`x`;",
    ],
    [
      'ts',
      'class A { #x = 1; static { } get y() { return this.#x ?? 2; } accessor z = 3; }\nenum E { a }',
    ],
    ['tsx', 'export const a = <p class="x">{1 + 1} text &amp; more</p>;'],
    [
      'js',
      'label: for (const a of b) { continue label; }\nawait import("x");\na ||= b?.c?.[d] ** 2n;',
    ],
    ['css', '@layer a { .b { &:hover { color: color-mix(in oklab, red 2%, blue); } } }'],
    [
      'css',
      '@container card (width > 3rem) { :is(a, b) > c { margin: calc(1px * -1) !important } }',
    ],
    [
      'css',
      '@media (width >= 40rem) { a::before { content: "x" } }\n@supports not (display: grid) {}',
    ],
    ['html', '<!doctype html>\n<ul><li>a<li>b</ul><p>one<p>two<br>a < b & c'],
    ['html', '<input disabled><svg viewBox="0 0 1 1"><path d="M0 0"/></svg><!-- <b> -->'],
    ['html', '<table><tr><td>1<td>2<tr><td>3</table><script type="text/template"><b></script>'],
    ['html', '<my-part>a</my-part><script>if (a < b && c > d) x = "</b>";</script>'],
  ])('nothing is in %s: %s', (language, text) => {
    expect(problems(language, text)).toEqual([]);
  });

  it.each([
    ['ts', '../../../host/serve.ts'],
    ['tsx', '../file-toolbar.tsx'],
    ['css', '../editor.css'],
    ['css', '../../styles/base.css'],
  ] as const)('nothing is in our own %s, %s', (language, path) => {
    const text = readFileSync(new URL(path, import.meta.url), 'utf8');
    expect(problems(language, text)).toEqual([]);
  });
});
