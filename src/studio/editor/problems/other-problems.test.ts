import { jsonLanguage } from '@codemirror/lang-json';
import { Text } from '@codemirror/state';
import handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';
import { jsonProblems } from './json-problems.ts';
import { firstPerLine, MAX_PROBLEMS } from './problem.ts';
import { sqlProblems } from './sql-problems.ts';
import { templateProblems } from './template-problems.ts';

/** Where the editor's own parser first stops understanding. */
function firstError(text: string): number | undefined {
  let at: number | undefined;
  jsonLanguage.parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) at ??= from;
    },
  });
  return at;
}

describe('what is wrong with JSON', () => {
  it.each([
    ['{ "a": 1, }', '}', 'no comma after the last'],
    ["{ 'a': 1 }", "'", 'double quotes'],
    ['{ a: 1 }', 'a', 'double quotes'],
    ['{ "a": 1\n  "b": 2 }', '"', 'comma is missing'],
    ['// text\n{}', '/', 'no comments'],
    ['{ "a": 1', '1', 'not JSON'],
  ])('%j', (text, underlined, message) => {
    const [problem] = jsonProblems(text, firstError(text));
    expect(text.slice(problem?.from, problem?.to)).toBe(underlined);
    expect(problem?.message).toContain(message);
  });

  it.each(['', '  ', '{}', '[1, "a", null]'])('nothing with %j', (text) => {
    expect(jsonProblems(text)).toEqual([]);
  });
});

describe('what is wrong with SQL', () => {
  it.each([
    ['CREATE TABLE a (id INTEGER;', '(', 'never closed'],
    ["INSERT INTO a VALUES ('x);", "'", 'never closed'],
    ['SELECT 1) FROM a;', ')', 'closes nothing'],
    ['/* text', '/', 'comment is never closed'],
    ['CREATE TABLE a (id)\nCREATE TABLE b (id);', ')', 'semicolon is missing'],
  ])('%j', (text, underlined, message) => {
    const [problem] = sqlProblems(text);
    expect(text.slice(problem?.from, problem?.to)).toBe(underlined);
    expect(problem?.message).toContain(message);
  });

  it.each([
    '',
    "INSERT INTO a VALUES ('it''s (', \"b;\", `c`); -- it's",
    'CREATE TABLE a AS\nSELECT CASE WHEN x THEN 1 ELSE 2 END FROM b;',
    'CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  INSERT INTO log VALUES (1);\n  DELETE FROM b;\nEND;\nDROP TABLE c;',
    'CREATE VIEW v AS\nSELECT 1',
    'ALTER TABLE t\nDROP COLUMN c;',
    'WITH n AS (SELECT 1)\nINSERT INTO a SELECT * FROM n;',
    'WITH n AS (SELECT 1)\nDELETE FROM a;',
    'BEGIN;\nINSERT INTO a VALUES (1);\nCOMMIT;',
  ])('nothing with %j', (text) => {
    expect(sqlProblems(text)).toEqual([]);
  });
});

describe('what is wrong with a template', () => {
  const found = (text: string) => templateProblems(text, (source) => handlebars.parse(source));

  it.each([
    ['<ul>\n{{#each a}}\n{{/if}}\n</ul>', 2, 'closes another'],
    ['<p>\n{{name}\n</p>', 2, 'does not fit between'],
    ['a\n{{/if}}', 2, 'not open'],
    ['a\n{{#if b}}\nc', 3, 'ends too early'],
  ])('%j', (text, line, message) => {
    const [problem] = found(text);
    expect(problem?.message).toContain(message);
    expect(Text.of(text.split('\n')).lineAt(problem?.from ?? 0).number).toBe(line);
  });

  it('nothing with one that Handlebars reads', () => {
    expect(
      found('{{> a/b x="1"}}{{#each c as |d|}}{{d.e}}{{../f}}{{else}}{{{g}}}{{/each}}'),
    ).toEqual([]);
  });
});

describe('a list of problems', () => {
  it('has one a line, in order, and not endlessly many', () => {
    const problem = (from: number) => ({
      from,
      to: from + 1,
      severity: 'error' as const,
      message: '',
    });
    const perTen = (from: number) => Math.floor(from / 10);
    expect(firstPerLine([25, 3, 7, 21].map(problem), perTen).map(({ from }) => from)).toEqual([
      3, 21,
    ]);
    const many = Array.from({ length: 1000 }, (_, index) => problem(index * 10));
    expect(firstPerLine(many, perTen)).toHaveLength(MAX_PROBLEMS);
  });
});
