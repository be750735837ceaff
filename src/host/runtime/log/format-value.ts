/** Values as text, the way a browser's console shows them. */
import { withoutColours } from './colours.ts';

/** How much of a value is shown. */
interface Bounds {
  readonly depth: number;
  readonly entries: number;
  readonly characters: number;
}

const BOUNDS: Bounds = { depth: 4, entries: 100, characters: 10_000 };

/**
 * What `console.log` was given as one line of text, `%s` and the like filled in, without a terminal's colours.
 * @param limit in characters
 */
export function formatArguments(values: readonly unknown[], limit = BOUNDS.characters): string {
  const [first, ...rest] = values;
  const parts: string[] = [];
  if (typeof first === 'string') {
    parts.push(
      first.replace(/%([sdifoOc%])/g, (whole, kind: string) => {
        if (kind === '%') return '%';
        if (rest.length === 0) return whole;
        return substitute(kind, rest.shift());
      }),
    );
  } else if (values.length > 0) {
    parts.push(formatValue(first));
  }
  for (const value of rest) parts.push(typeof value === 'string' ? value : formatValue(value));
  return cut(withoutColours(parts.join(' ')), limit);
}

/** One value. Strings are quoted; what throws when it is looked at is named as such. */
export function formatValue(value: unknown): string {
  const state = { left: BOUNDS.characters, path: [] as unknown[] };
  return cut(format(value, state, 0), BOUNDS.characters);
}

function substitute(kind: string, value: unknown): string {
  switch (kind) {
    case 's':
      return typeof value === 'string' ? value : formatValue(value);
    case 'd':
    case 'i':
      return typeof value === 'bigint' ? `${value}` : String(Math.trunc(Number(value)));
    case 'f':
      return String(Number(value));
    case 'c':
      // Styles have no meaning in text.
      return '';
    default:
      return formatValue(value);
  }
}

interface State {
  /** Characters that may still be made: a wide and deep value costs no more than is shown of it. */
  left: number;
  /** The objects around the current one. */
  readonly path: unknown[];
}

function format(value: unknown, state: State, depth: number): string {
  const text = formatUnbounded(value, state, depth);
  state.left -= text.length;
  return text;
}

function formatUnbounded(value: unknown, state: State, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return String(value);
    case 'function':
      return formatFunction(value);
    case 'object':
      if (value === null) return 'null';
      break;
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
  if (state.path.includes(value)) return '[Circular]';
  if (state.left <= 0) return '…';
  state.path.push(value);
  try {
    return formatObject(value, state, depth);
  } catch (thrown) {
    // A getter or a proxy of the author's: the log must not fail because of what it is given.
    return `[throws ${thrown instanceof Error ? thrown.message : 'when read'}]`;
  } finally {
    state.path.pop();
  }
}

function formatObject(value: object, state: State, depth: number): string {
  if (value instanceof Error) return formatError(value, state, depth);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return 'Promise { … } (is an `await` missing?)';
  if (value instanceof Request) return `Request { ${value.method} ${value.url} }`;
  if (value instanceof Response) return `Response { status: ${value.status} }`;
  if (value instanceof URL) return `URL { ${value.href} }`;
  if (value instanceof Headers || value instanceof URLSearchParams || value instanceof FormData) {
    const name = value.constructor.name;
    const pairs = [...value].map(([key, item]) => [key, item] as const);
    return entriesText(`${name} {`, '}', pairs, state, depth, pairLine);
  }
  if (value instanceof Blob) {
    return `${value.constructor.name} { size: ${value.size}, type: ${quoted(value.type)} }`;
  }
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.byteLength})`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const shown: readonly unknown[] = Array.prototype.slice.call(value, 0, BOUNDS.entries);
    const { length } = value as unknown[] & ArrayBufferView;
    const open = `${value.constructor.name}(${length}) [`;
    return entriesText(open, ']', shown, state, depth, itemLine, length);
  }
  if (Array.isArray(value)) {
    return entriesText('[', ']', value, state, depth, itemLine);
  }
  if (value instanceof Map) {
    return entriesText(`Map(${value.size}) {`, '}', [...value], state, depth, arrowLine);
  }
  if (value instanceof Set) {
    return entriesText(`Set(${value.size}) {`, '}', [...value], state, depth, itemLine);
  }
  const name = className(value);
  const pairs = Object.keys(value).map((key) => [key, Reflect.get(value, key)] as const);
  return entriesText(name === 'Object' ? '{' : `${name} {`, '}', pairs, state, depth, pairLine);
}

type Line<T> = (item: T, state: State, depth: number) => string;

const itemLine: Line<unknown> = (item, state, depth) => format(item, state, depth);
const pairLine: Line<readonly [string, unknown]> = ([key, item], state, depth) =>
  `${/^[\w$]+$/.test(key) ? key : quoted(key)}: ${format(item, state, depth)}`;
const arrowLine: Line<readonly [unknown, unknown]> = ([key, item], state, depth) =>
  `${format(key, state, depth)} => ${format(item, state, depth)}`;

function entriesText<T>(
  open: string,
  close: string,
  items: readonly T[],
  state: State,
  depth: number,
  line: Line<T>,
  count = items.length,
): string {
  if (items.length === 0) return open + close;
  if (depth >= BOUNDS.depth) return `${open} … ${close}`;
  const lines: string[] = [];
  for (const item of items.slice(0, BOUNDS.entries)) {
    if (state.left <= 0) break;
    lines.push(line(item, state, depth + 1));
  }
  const left = count - lines.length;
  if (left > 0) lines.push(`… ${left} more`);
  const short = lines.join(', ');
  if (short.length <= 72 && !short.includes('\n')) return `${open} ${short} ${close}`;
  const indented = lines.map((text) => `  ${text.replaceAll('\n', '\n  ')}`);
  return `${open}\n${indented.join(',\n')}\n${close}`;
}

function formatError(error: Error, state: State, depth: number): string {
  // Without its stack, which is in lines of the bundle: the host is sent it beside the text, and maps it.
  const text = `${error.name}: ${error.message}`.trimEnd();
  if (error.cause === undefined || depth >= BOUNDS.depth) return text;
  return `${text}\nCaused by: ${format(error.cause, state, depth + 1)}`;
}

function formatFunction(value: unknown): string {
  const { name } = value as { readonly name?: unknown };
  const text = Function.prototype.toString.call(value);
  const kind = text.startsWith('class') ? 'class' : 'function';
  return `[${kind} ${typeof name === 'string' && name ? name : '(anonymous)'}]`;
}

function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return 'Object';
  const made: unknown = value.constructor;
  return typeof made === 'function' && made.name ? made.name : 'Object';
}

function quoted(text: string): string {
  const short = text.length > BOUNDS.characters ? `${text.slice(0, BOUNDS.characters)}…` : text;
  return `'${short.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${text.length - limit} characters more)`;
}
