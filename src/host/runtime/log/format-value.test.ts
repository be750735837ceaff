import { describe, expect, it } from 'vitest';
import { formatArguments, formatValue } from './format-value.ts';

const loop: Record<string, unknown> = { a: 1 };
loop.self = loop;
class Plant {
  name = 'Rose';
}
const wide = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, index]));
const nested = { a: { b: { c: { d: { e: 1 } } } } };

describe('a value in the log', () => {
  it.each<[string, unknown, string]>([
    ['a text', "it's", "'it\\'s'"],
    ['numbers', [1, -0, 2n, Number.NaN], '[ 1, -0, 2n, NaN ]'],
    ['nothing', [null, undefined], '[ null, undefined ]'],
    ['an object', { a: 1, 'b c': 'x' }, "{ a: 1, 'b c': 'x' }"],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{ a: 1 }'],
    ['an instance', new Plant(), "Plant { name: 'Rose' }"],
    ['itself inside', loop, '{ a: 1, self: [Circular] }'],
    ['a Map', new Map([['a', { b: 1 }]]), "Map(1) { 'a' => { b: 1 } }"],
    ['a Set', new Set([1]), 'Set(1) { 1 }'],
    ['bytes', new Uint8Array([1, 2]), 'Uint8Array(2) [ 1, 2 ]'],
    ['a function', formatValue, '[function formatValue]'],
    ['a class', Plant, '[class Plant]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a pattern', /a/g, '/a/g'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['an empty list and object', [[], {}], '[ [], {} ]'],
    ['a promise', Promise.resolve(1), 'Promise { … } (is an `await` missing?)'],
    ['headers', new Headers({ a: '1' }), "Headers { a: '1' }"],
    ['what is deep', nested, '{ a: { b: { c: { d: { … } } } } }'],
    [
      'what throws when it is read',
      {
        get a() {
          throw new Error('no');
        },
      },
      '[throws no]',
    ],
  ])('is shown: %s', (_, value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('is shown over several lines when it is long', () => {
    const rows = [1, 2].map((id) => ({ id, name: `a rather long name of the plant number ${id}` }));
    expect(formatValue(rows).split('\n')).toEqual([
      '[',
      "  { id: 1, name: 'a rather long name of the plant number 1' },",
      "  { id: 2, name: 'a rather long name of the plant number 2' }",
      ']',
    ]);
  });

  it('is an error with its causes, without the stacks that are in lines of the bundle', () => {
    const text = formatValue(new TypeError('outer', { cause: new Error('inner') }));
    expect(text).toBe('TypeError: outer\nCaused by: Error: inner');
  });

  it('costs no more than is shown of it, however wide and deep', () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 4; depth += 1) value = Array.from({ length: 99 }, () => value);
    for (const large of [value, wide, 'x'.repeat(1e6), new Uint8Array(1e7), loop]) {
      expect(formatValue(large).length).toBeLessThan(15_000);
    }
    expect(formatValue(wide)).toContain('… 400 more');
  });
});

describe('what console.log is given', () => {
  it.each<[unknown[], string]>([
    [['a', 1, 'b'], 'a 1 b'],
    [
      ['%s is %d years, %i, %f, %o%%%c!', 'Ada', '36.5', 2.7, '1.5', { a: 1 }, 'color: red'],
      'Ada is 36 years, 2, 1.5, { a: 1 }%!',
    ],
    [['%s and %s', 1], '1 and %s'],
    [[{ a: 1 }, 'x'], '{ a: 1 } x'],
    [
      ['--> GET /a \u001b[32m200\u001b[0m 0ms', { a: '\u001b[1;38;5;9mred\u001b[m' }],
      "--> GET /a 200 0ms { a: 'red' }",
    ],
    [[], ''],
  ])('is put together as devtools do: %j', (values, text) => {
    expect(formatArguments(values)).toBe(text);
  });

  it('keeps what is no sequence of colours, however much of it there is', () => {
    for (const part of ['\u001b[', '\u001b[1;', '\u001b]0;m', '[32m', '\u001b[2J']) {
      const text = part.repeat(50_000);
      expect(formatArguments([text], text.length)).toBe(text);
    }
    expect(formatArguments([`\u001b[${'1'.repeat(1e6)}`, '\u001b[31m'.repeat(1e5)], 5)).toBe(
      '\u001b[111… (999998 characters more)',
    );
  });

  it('is cut where it is too long, and says so', () => {
    expect(formatArguments(['x'.repeat(30)], 10)).toBe(`${'x'.repeat(10)}… (20 characters more)`);
  });
});
