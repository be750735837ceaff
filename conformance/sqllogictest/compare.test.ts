import { describe, expect, it } from 'vitest';
import { type Answer, mismatch } from './compare.ts';
import { parseScript } from './parse-script.ts';

function check(script: string, answers: readonly Answer[]): (string | undefined)[] {
  const labels = new Map<string, string>();
  return parseScript(script).map((record, index) =>
    mismatch(record, answers[index] ?? { error: 'none' }, labels),
  );
}

describe('a script of sqllogictest', () => {
  it('is read with its lines, without what is for other databases, up to its end', () => {
    const script = [
      'hash-threshold 8',
      '',
      '# a comment',
      'statement ok',
      'CREATE TABLE t(a)',
      '',
      'onlyif mysql # not ours',
      'statement ok',
      'SELECT 1 DIV 1',
      '',
      'skipif postgresql',
      'query I rowsort label-1',
      'SELECT a',
      'FROM t',
      '----',
      '1',
      '2',
      '',
      'statement error',
      'SELECT b FROM t',
      '',
      'halt',
      '',
      'statement ok',
      'SELECT 2',
    ].join('\n');
    expect(parseScript(script)).toEqual([
      { line: 4, sql: 'CREATE TABLE t(a)', expected: { kind: 'ok' } },
      {
        line: 12,
        sql: 'SELECT a\nFROM t',
        expected: {
          kind: 'rows',
          types: 'I',
          sort: 'rowsort',
          label: 'label-1',
          lines: ['1', '2'],
        },
      },
      { line: 19, sql: 'SELECT b FROM t', expected: { kind: 'error' } },
    ]);
  });
});

describe('the comparison', () => {
  it('writes values as their column wants them', () => {
    const script =
      'query ITTTRRI nosort\nSELECT\n----\n-1\n2.0\n(empty)\na@\n0.500\n9223372036854776000.000\nNULL';
    const values = ['r-1.9', 'r2', 't', 'taé', 'r0.5', 'r9223372036854775807', 'n'];
    expect(check(script, [{ values, columns: 7 }])).toEqual([undefined]);
  });

  it('sorts rows or values, and knows long results by their hash', () => {
    const two = (sort: string, lines: string) => `query II ${sort}\nSELECT\n----\n${lines}`;
    const answer = { values: ['i3', 'i1', 'i2', 'i9'], columns: 2 };
    expect(check(two('rowsort', '2\n9\n3\n1'), [answer])).toEqual([undefined]);
    expect(check(two('valuesort', '1\n2\n3\n9'), [answer])).toEqual([undefined]);
    expect(check(two('nosort', '1\n2\n3\n9'), [answer])).toEqual([
      '3 1 2 9 in the place of 1 2 3 9',
    ]);
    const hash = '4 values hashing to 00000000000000000000000000000000';
    expect(check(two('nosort', hash), [answer])[0]).toContain('in the place of 4 values hashing');
  });

  it('tells errors, errors that are missing, and results that differ under one label', () => {
    const script = 'statement ok\nA\n\nstatement error\nB\n\nstatement error\nC';
    const none = { values: [], columns: 0 };
    expect(check(script, [{ error: 'no' }, { error: 'no' }, none])).toEqual([
      'no',
      undefined,
      'It should have failed.',
    ]);
    const same = 'query I nosort x\nA\n----\n1\n\nquery I nosort x\nB\n----\n2';
    const answers = ['i1', 'i2'].map((value) => ({ values: [value], columns: 1 }));
    expect(check(same, answers)).toEqual([undefined, 'Another result than before for x.']);
  });
});
