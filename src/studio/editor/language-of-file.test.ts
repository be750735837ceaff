import { describe, expect, it } from 'vitest';
import { languageOfFile } from './language-of-file.ts';

describe('the language of a file', () => {
  it.each([
    ['a/b.HTM', 'html'],
    ['a.svg', 'xml'],
    ['a.css', 'css'],
    ['a.scss', 'css'],
    ['a.mjs', 'javascript'],
    ['a.jsx', 'javascript'],
    ['a.ts', 'typescript'],
    ['a.tsx', 'tsx'],
    ['a.json', 'json'],
    ['README.md', 'markdown'],
    ['migrations/0001.sql', 'sql'],
    ['templates/a.hbs', 'handlebars'],
    ['notes', 'plain'],
  ])('%s is %s', (path, language) => {
    expect(languageOfFile(path)).toBe(language);
  });
});
