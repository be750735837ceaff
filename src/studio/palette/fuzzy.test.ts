import { describe, expect, it } from 'vitest';
import { fuzzyMatch, MAX_QUERY_LENGTH } from './fuzzy.ts';

function order(query: string, texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => {
      const match = fuzzyMatch(query, text);
      return match ? [{ text, score: match.score }] : [];
    })
    .sort((one, other) => other.score - one.score)
    .map(({ text }) => text);
}

describe('matching what is typed', () => {
  it('finds letters in order, whatever lies between, and says which', () => {
    expect(fuzzyMatch('nf', 'New file')?.positions).toEqual([0, 4]);
    expect(fuzzyMatch('NEW', 'a new file')?.positions).toEqual([2, 3, 4]);
    expect(fuzzyMatch('fn', 'New file')).toBeUndefined();
    expect(fuzzyMatch('', 'New file')).toEqual({ score: 0, positions: [] });
  });

  it('takes spaces in the query for nothing', () => {
    expect(fuzzyMatch('go data', 'Go to Database')?.positions).toEqual([0, 1, 6, 7, 8, 9]);
  });

  it('prefers whole pieces and beginnings of words', () => {
    expect(order('log', ['Allow gaps', 'Open a long way', 'Show the log', 'Log'])).toEqual([
      'Log',
      'Show the log',
      'Open a long way',
      'Allow gaps',
    ]);
  });

  it('prefers the name of a file to its folders', () => {
    expect(order('index', ['index/a/notes.txt', 'a/b/index.html', 'style.css'])).toEqual([
      'a/b/index.html',
      'index/a/notes.txt',
    ]);
  });

  it('prefers the later letters that belong together', () => {
    expect(fuzzyMatch('style', 's/t/y/l/e/style.css')?.positions).toEqual([10, 11, 12, 13, 14]);
  });

  it('gives up on what is no search', () => {
    const text = 'a'.repeat(200);
    expect(fuzzyMatch('a'.repeat(MAX_QUERY_LENGTH), text)).toBeDefined();
    expect(fuzzyMatch('a'.repeat(MAX_QUERY_LENGTH + 1), text)).toBeUndefined();
  });
});
