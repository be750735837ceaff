import { describe, expect, it } from 'vitest';
import {
  delimitedLine,
  guessSeparator,
  MAX_FIELD_LENGTH,
  MAX_FIELDS,
  MAX_PROBLEMS,
  readDelimited,
} from './delimited-text.ts';

const NULL = undefined;

describe('reading CSV', () => {
  it.each<[string, string, (string | undefined)[][]]>([
    [
      'plain fields',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['any end of line, and none at the end', 'a\rb\nc', [['a'], ['b'], ['c']]],
    [
      'quotation marks, separators and lines in a field',
      '"a,""b""","c\r\nd"\n',
      [['a,"b"', 'c\r\nd']],
    ],
    ['a byte order mark', '\ufeffa,b', [['a', 'b']]],
    [
      'NULL and an empty text',
      'a,b,c\n,"",x',
      [
        ['a', 'b', 'c'],
        [NULL, '', 'x'],
      ],
    ],
    ['a separator at the end', 'a,\n', [['a', NULL]]],
    [
      'empty lines between',
      'a,b\n\n\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['an empty line as NULL where there is one column', 'a\n\n1\n', [['a'], [NULL], ['1']]],
    ['quotation marks within a field', 'a"b,c', [['a"b', 'c']]],
    [
      'other alphabets',
      'größe,名前\n1,🌱',
      [
        ['größe', '名前'],
        ['1', '🌱'],
      ],
    ],
    ['nothing', '', []],
  ])('takes %s', (_, text, records) => {
    expect(readDelimited(text, ',').records).toEqual(records);
  });

  it.each([';', '\t', '|'])('takes the separator %j', (separator) => {
    const text = `a${separator}"b${separator}"\n1${separator}2,5`;
    expect(readDelimited(text, separator).records).toEqual([
      ['a', `b${separator}`],
      ['1', '2,5'],
    ]);
    expect(guessSeparator(text)).toBe(separator);
  });

  it('guesses the separator by the first line, outside quotation marks', () => {
    expect(guessSeparator('"a;b;c",d\n1;2;3;4')).toBe(',');
    expect(guessSeparator('')).toBe(',');
  });

  it('says in which line a record is bad, and reads on', () => {
    const { records, lines, problems } = readDelimited('a,b\n"x\ny"z,1\n2,3\n"open,4\n5,6', ',');
    expect(records).toEqual([
      ['a', 'b'],
      ['2', '3'],
    ]);
    expect(lines).toEqual([1, 4]);
    expect(problems).toEqual([
      { line: 2, text: 'something stands behind a closing quotation mark' },
      { line: 5, text: 'a quotation mark is not closed' },
    ]);
  });

  it('keeps no record with a million columns, nor one with a field of many megabytes', () => {
    const wide = ','.repeat(1_000_000);
    const long = 'x'.repeat(MAX_FIELD_LENGTH + 1);
    const { records, problems } = readDelimited(`a\n${wide}\n${long}\n"${long}"\nb`, ',');
    expect(records).toEqual([['a'], ['b']]);
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(problems[0]?.text).toContain(MAX_FIELDS.toLocaleString('en'));
  });

  it('tells a bounded number of problems, and stops after so many records', () => {
    expect(readDelimited('"a"b\n'.repeat(MAX_PROBLEMS * 3), ',').problems).toHaveLength(
      MAX_PROBLEMS,
    );
    expect(readDelimited('a\n'.repeat(100), ',', 3).records).toHaveLength(3);
  });
});

describe('writing CSV', () => {
  it('is read back as it was', () => {
    const fields = ['', NULL, 'a', '"', ',', '\n', ' x ', '🌱'];
    expect(readDelimited(delimitedLine(fields), ',').records).toEqual([fields]);
    const lines = [['a'], [NULL], [''], ['b']].map((record) => delimitedLine(record)).join('');
    expect(readDelimited(lines, ',').records).toEqual([['a'], [NULL], [''], ['b']]);
  });
});
