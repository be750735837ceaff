/** What the specification's scripts check with. */
import type { Bench } from './bench.ts';

type Call = (...values: unknown[]) => unknown;

class Mismatch extends Error {}

/** By the names that its scripts use. */
export function assertions(bench: Bench): Record<string, unknown> {
  return {
    expect,
    equal,
    equals: equal,
    shouldThrow: (call: Call, type?: unknown, message?: string | RegExp) =>
      checkThrown(caughtFrom(call), type, message),
    shouldCompileTo: (template: string, input: unknown, expected: string) =>
      equal(bench.compile(template)(input), expected),
    compileWithPartials: (template: string, input: unknown) => bench.compile(template)(input),
    expectTemplate: (template: string) => bench.expectTemplate(template),
    sinon: spies(),
  };
}

export function equal(found: unknown, expected: unknown, message = ''): void {
  if (found !== expected) {
    throw new Mismatch(`${show(found)} is not ${show(expected)} ${message}`.trim());
  }
}

/** @param type class of the error, or what its message must be @param message what its message must be */
export function checkThrown(thrown: unknown, type?: unknown, message?: string | RegExp): void {
  if (thrown === NOTHING) throw new Mismatch('Nothing was thrown.');
  if (typeof type === 'function' && !(thrown instanceof type)) {
    throw new Mismatch(`What was thrown is of another class: ${thrown}`);
  }
  const wanted = typeof type === 'string' || type instanceof RegExp ? type : message;
  const told = thrown instanceof Error ? thrown.message : String(thrown);
  const matches = wanted instanceof RegExp ? wanted.test(told) : told.includes(wanted ?? '');
  if (!matches) throw new Mismatch(`"${told}" does not match ${wanted}`);
}

/** In the place of an error where there is none. */
export const NOTHING = Symbol('nothing was thrown');

export function caughtFrom(call: Call): unknown {
  try {
    call();
    return NOTHING;
  } catch (thrown) {
    return thrown;
  }
}

function expect(found: unknown): object {
  const be = {
    true: () => equal(found, true),
    false: () => equal(found, false),
    undefined: () => equal(found, undefined),
  };
  const to = {
    be,
    equal: (expected: unknown, message?: string) => equal(found, expected, message),
    match: (pattern: RegExp) => {
      if (!pattern.test(String(found))) throw new Mismatch(`${show(found)} has no ${pattern}`);
    },
    throw: (type?: unknown, message?: string | RegExp) =>
      checkThrown(caughtFrom(found as Call), type, message),
  };
  return { to };
}

/** Functions of objects that are watched or replaced until `restore`. */
function spies() {
  const undo: (() => void)[] = [];
  const replace = (object: Record<string, unknown>, name: string, by: unknown) => {
    const before = object[name];
    undo.push(() => {
      object[name] = before;
    });
    object[name] = by;
  };
  return {
    replace,
    spy(object: Record<string, Call>, name: string) {
      const args: unknown[][] = [];
      const watched = object[name];
      replace(object, name, function (this: unknown, ...values: unknown[]) {
        args.push(values);
        return watched && Reflect.apply(watched, this, values);
      });
      return {
        args,
        get callCount() {
          return args.length;
        },
        get calledOnce() {
          return args.length === 1;
        },
      };
    },
    restore() {
      for (const each of undo.splice(0).reverse()) each();
    },
  };
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
