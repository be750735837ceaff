import { describe, expect, it } from 'vitest';
import { parseQuery, type SearchQuery } from './search-query.ts';
import { findInText, textOfBytes } from './search-text.ts';

const QUERY = { regularExpression: false, matchCase: false, wholeWord: false };

function find(text: string, wanted: string, more: Partial<SearchQuery> = {}) {
  const parsed = parseQuery({ ...QUERY, text: wanted, ...more });
  if (!parsed.ok) throw new Error(parsed.message);
  return findInText(text, new RegExp(parsed.pattern.source, parsed.pattern.flags), 10);
}

/** Lines with what was found in them in brackets. */
function marked(text: string, wanted: string, more: Partial<SearchQuery> = {}): string[] {
  return find(text, wanted, more).map(({ line, text: shown, ranges }) => {
    let result = shown;
    for (const [start, end] of ranges.toReversed()) {
      result = `${result.slice(0, start)}[${result.slice(start, end)}]${result.slice(end)}`;
    }
    return `${line}: ${result}`;
  });
}

describe('a search in a text', () => {
  const text = 'A rose is a rose\r\n  is (a) rose.\n\nRosé, prose';

  it('finds all places, capitals or not, and shows lines without their indent', () => {
    expect(marked(text, 'rose')).toEqual([
      '1: A [rose] is a [rose]',
      '2: is (a) [rose].',
      '4: Rosé, p[rose]',
    ]);
  });

  it('takes what was typed literally', () => {
    expect(marked(text, '(a)')).toEqual(['2: is [(a)] rose.']);
    expect(marked('a.b a-b $^ \\ /', '\\ /')).toEqual(['1: a.b a-b $^ [\\ /]']);
    expect(marked('1-2', '1-2')).toEqual(['1: [1-2]']);
  });

  it('keeps to case and to whole words of any language', () => {
    expect(marked(text, 'Ros', { matchCase: true })).toEqual(['4: [Ros]é, prose']);
    expect(marked(text, 'ros', { wholeWord: true })).toEqual([]);
    expect(marked(text, 'rosé', { wholeWord: true })).toEqual(['4: [Rosé], prose']);
  });

  it('takes regular expressions, line by line', () => {
    const regex = { regularExpression: true };
    expect(marked(text, '^\\s*is.*$', regex)).toEqual(['2: [is (a) rose.]']);
    expect(marked(text, 'p?rose?', regex)).toHaveLength(3);
    expect(marked('x', 'y*', regex)).toEqual([]);
    // One that only the older rules allow.
    expect(marked('a-b', '\\a\\-b', regex)).toEqual(['1: [a-b]']);
  });

  it('says what is no regular expression', () => {
    const parsed = parseQuery({ ...QUERY, text: '(', regularExpression: true });
    expect(parsed).toMatchObject({ ok: false, message: expect.stringMatching(/no regular exp/) });
  });

  it('shows of a long line the part around the first match', () => {
    const long = `${'x'.repeat(100_000)}needle${'y'.repeat(100_000)}`;
    const [found] = find(long, 'needle');
    expect(found?.text).toHaveLength(240);
    const [start = 0, end = 0] = found?.ranges[0] ?? [];
    expect(found?.text.slice(start, end)).toBe('needle');
  });

  it.each(['gu', 'g'])('goes on after an empty match before an emoji, flags %s', (flags) => {
    expect(findInText('🦦🦦 xx 🦦', new RegExp('x*', flags), 10)).toEqual([
      { line: 1, text: '🦦🦦 xx 🦦', ranges: [[5, 7]] },
    ]);
  });

  it('gives as many lines as are wanted and no more', () => {
    expect(find('a\n'.repeat(10_000), 'a')).toHaveLength(10);
  });
});

it('a file is text unless it holds a NUL', () => {
  expect(textOfBytes(new TextEncoder().encode('héllo'))).toBe('héllo');
  expect(textOfBytes(new Uint8Array([104, 0, 105]))).toBeUndefined();
});
