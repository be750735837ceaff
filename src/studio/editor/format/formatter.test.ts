import { describe, expect, it } from 'vitest';
import type { Language } from '../language-of-file.ts';
import { describeFailure, format, formatterOf, MAX_FORMATTED_LENGTH } from './formatter.ts';

async function formatted(language: Language, path: string, text: string): Promise<string> {
  const result = await format(language, path, text, 0);
  return result.kind === 'formatted' ? result.text : result.message;
}

describe('putting a text in order', () => {
  it.each<[Language, string, string, string]>([
    ['html', 'a.html', '<p   class=a>x<script>let a={b:1}</script>', '<p class="a">'],
    ['css', 'a.css', 'a{color:red}', 'a {\n  color: red;\n}\n'],
    ['css', 'a.scss', 'a{b{color:$x}}', 'a {\n  b {\n    color: $x;\n  }\n}\n'],
    ['typescript', 'a.ts', 'const a:number="x" as any', "const a: number = 'x' as any;\n"],
    ['tsx', 'a.tsx', 'const a=<p>{1}</p>', 'const a = <p>{1}</p>;\n'],
    ['javascript', 'a.js', 'let a={b}', 'let a = { b };\n'],
    ['json', 'a.json', '{"a":[1,2]}', '{ "a": [1, 2] }\n'],
    ['markdown', 'a.md', '*  one\n*  two', '- one\n- two\n'],
    ['sql', 'a.sql', 'select a,b from t where c=1;select 2', 'SELECT\n  a,\n  b\nFROM\n  t'],
    ['handlebars', 'a.hbs', '<ul>\n{{#each a}}\n<li>\n{{/each}}', '<ul>\n  {{#each a}}\n    <li>'],
  ])('%s', async (language, path, text, expected) => {
    expect(await formatted(language, path, text)).toContain(expected);
  });

  it('keeps the cursor where it was in the text', async () => {
    const text = 'let   a = {b:1};   let  c';
    const result = await format('javascript', 'a.js', text, text.indexOf('c'));
    if (result.kind !== 'formatted') throw new Error(result.message);
    expect(result.text.slice(result.cursor)).toBe('c;\n');
  });

  it('leaves a text that cannot be read as it is, and says where', async () => {
    expect(await formatted('typescript', 'a.ts', 'let a = 1;\nconst = 2;')).toMatch(
      /^The text was left as it is.* Look at line 2\.$/,
    );
    expect(await formatted('css', 'a.css', 'a {{ b')).toContain('left as it is');
  });

  it('does not touch what is too long, or has no form', async () => {
    expect(await formatted('css', 'a.css', ' '.repeat(MAX_FORMATTED_LENGTH + 1))).toContain(
      'too long',
    );
    expect(formatterOf('plain')).toBeUndefined();
    expect(await formatted('plain', 'a.txt', ' a')).toContain('no fixed form');
  });

  it('says so when the formatter cannot be fetched', () => {
    const thrown = new TypeError('Failed to fetch dynamically imported module: http://x/y.js');
    expect(describeFailure(thrown)).toContain('could not be fetched');
  });
});
