import { describe, expect, it } from 'vitest';
import { nearestName } from '../../nearest-name.ts';
import { likelyCause } from './likely-cause.ts';

/** What an engine says when this code runs. */
function thrownBy(code: string): unknown {
  try {
    return new Function(code)();
  } catch (error) {
    return error;
  }
}

describe('the likely cause', () => {
  it.each([
    [
      'a name of the argument',
      'return sql',
      "`sql` comes in the handler's argument: `export function GET({ sql })`.",
    ],
    ['a misspelled one', 'return sesion', 'Did you mean `session`?'],
    ['an export of ours', 'redirect("/")', "`import { redirect } from 'peerserver'`"],
    ['a name of pages', 'document.title', 'there is no page'],
    ['a name of Node’s', '__dirname + ""', 'belongs to Node.js'],
    ['a property of nothing', 'let row; row.name', 'is undefined on this line'],
    ['the database where there is none', 'const env = {}; env.DB.prepare("")', '`db` in a route'],
    ['a list that is none', 'const items = {}; items.map()', '`items` is no list'],
    ['a function that is none', 'const x = {}; x.y.z()', ''],
    ['a misspelled function', 'const x = {}; x.foo()', '`x` has no function `foo`'],
    [
      'something that cannot be iterated',
      'const items = {}; for (const i of items);',
      '`items` is no list',
    ],
    [
      'an export of ours taken from the argument, as the bundler numbers it',
      'const redirect2 = undefined; redirect2("/")',
      "`redirect` is imported: `import { redirect } from 'peerserver'`",
    ],
    ['a name of the argument, numbered', 'const sql2 = 1; sql2()', '`sql` is something else here'],
    ['a constant', 'const a = 1; a = 2', '`let`'],
    ['use before declaration', 'a; const a = 1', '`a` is used before'],
    ['an endless recursion', 'function f() { f() } f()', 'calls itself'],
    ['bad JSON', 'JSON.parse("a=1")', 'form()'],
    ['a bigint in JSON', 'JSON.stringify(1n)', 'no bigint'],
    ['a circle in JSON', 'const a = {}; a.a = a; JSON.stringify(a)', 'holds itself'],
    ['a bigint and a number', '1n + 1', 'do not mix'],
    ['a relative address', 'new URL("/x")', 'whole address'],
    ['a property to be taken out of nothing', 'const { a } = undefined', '`a` was to be taken out'],
  ])('of %s is told', (_, code, text) => {
    expect(likelyCause(thrownBy(code)) ?? '').toContain(text);
  });

  it.each([
    ['can\'t access property "name", row is undefined', '`row` is undefined'],
    ["can't access lexical declaration 'a' before initialization", '`a` is used before'],
    ['too much recursion', 'calls itself'],
    ["invalid assignment to const 'a'", '`let`'],
    ['JSON.parse: unexpected character at line 1 column 1 of the JSON data', 'form()'],
    ["BigInt value can't be serialized in JSON", 'no bigint'],
    ['cyclic object value', 'holds itself'],
    ['NetworkError when attempting to fetch resource.', 'CORS'],
  ])('is told in the words of Firefox: %s', (message, text) => {
    expect(likelyCause(new TypeError(message))).toContain(text);
  });

  it('is the error’s own hint where it has one', () => {
    expect(likelyCause(Object.assign(new Error('x is not defined'), { hint: 'mine' }))).toBe(
      'mine',
    );
  });

  it('is left to the host where it knows the file better, and to the message where that says all', () => {
    expect(likelyCause(new ReferenceError('plantName is not defined'))).toBeUndefined();
    expect(likelyCause(new Error('out of stock'))).toBeUndefined();
  });
});

describe('the nearest name', () => {
  it.each([
    ['lsit', ['list', 'lost'], 'list'],
    ['Session', ['session'], 'session'],
    ['xyz', ['list', 'session'], undefined],
    ['ab', ['cd'], undefined],
    ['same', ['same'], undefined],
  ])('to %s of %j is %s', (name, known, expected) => {
    expect(nearestName(name, known)).toBe(expected);
  });
});
