import { CompletionContext } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completePaths } from './path-completion.ts';

const PATHS = [
  'peerserver.json',
  'public/index.html',
  'public/style.css',
  'templates/plant.hbs',
  'routes/a.ts',
  'lib/b.ts',
];

/** What is offered where `|` stands, and from where on. */
function offered(text: string, path = 'routes/a.ts') {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', '') });
  const result = completePaths(path, () => PATHS)(new CompletionContext(state, pos, false));
  return result && { from: result.from, labels: result.options.map(({ label }) => label) };
}

describe('completion of paths', () => {
  it.each([
    ['<a href="/|">', '/style.css'],
    ["<img src='|'>", '/style.css'],
    ['a { background: url(|) }', '/style.css'],
    ['await fetch("/st|")', '/style.css'],
    ["return redirect('|')", '/style.css'],
    ["return render('pl|')", 'plant'],
    ["return file('|')", 'style.css'],
    ["import x from '|'", '../lib/b.ts'],
    ["await import('../|')", '../lib/b.ts'],
    ['<ul>{{> |}}</ul>', 'plant'],
  ])('offers in %s the path %s', (text, path) => {
    expect(offered(text)?.labels).toContain(path);
  });

  it('replaces all that was typed of a path', () => {
    expect(offered('<a href="/st|')?.from).toBe('<a href="'.length);
  });

  it.each([
    '<p>|',
    'href|',
    'const render = "|"',
    'profile("a")|',
    '<a href="/x">|',
  ])('offers nothing in %s', (text) => {
    expect(offered(text)).toBeNull();
  });
});
