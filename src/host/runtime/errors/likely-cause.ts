/** What an engine's error message probably comes from, said in a sentence to somebody who learns. */
import { nearestName } from '../../nearest-name.ts';

/** What a route's argument holds. */
export const CONTEXT_NAMES = [
  'request',
  'url',
  'params',
  'query',
  'form',
  'session',
  'db',
  'sql',
  'render',
  'file',
  'cookies',
  'env',
  'log',
] as const;

/** What `peerserver` exports. */
export const EXPORT_NAMES = [
  'redirect',
  'notFound',
  'json',
  'html',
  'hashPassword',
  'verifyPassword',
] as const;

const OF_PAGES = new Set([
  'document',
  'window',
  'localStorage',
  'sessionStorage',
  'alert',
  'confirm',
  'prompt',
  'HTMLElement',
]);
const OF_NODE = new Set([
  'require',
  'module',
  'exports',
  '__dirname',
  '__filename',
  'process',
  'Buffer',
]);
const OF_LISTS = new Set([
  'map',
  'filter',
  'forEach',
  'find',
  'some',
  'every',
  'reduce',
  'slice',
  'join',
  'sort',
  'includes',
]);
const OF_DATABASE = new Set(['prepare', 'batch', 'exec', 'dump']);

/**
 * One sentence or two, or undefined when nothing better can be said than the message itself. Knows the words of
 * V8 and of SpiderMonkey.
 */
export function likelyCause(error: unknown): string | undefined {
  if (!(error instanceof Error)) {
    return 'Throw an Error, or a Response such as `throw notFound()`: other values have no stack.';
  }
  // Ours, and the database's, bring their own.
  const { hint } = error as { readonly hint?: unknown };
  if (typeof hint === 'string') return hint;
  const { message } = error;
  for (const rule of RULES) {
    const match = rule.pattern.exec(message);
    const cause = match && rule.cause(match[1] ?? '', match[2] ?? '');
    if (cause) return cause;
  }
  return undefined;
}

interface Rule {
  readonly pattern: RegExp;
  cause(first: string, second: string): string | undefined;
}

const RULES: readonly Rule[] = [
  { pattern: /^([\w$]+) is not defined$/, cause: undefinedName },
  {
    pattern:
      /^Cannot access '([\w$]+)' before initialization|^can't access lexical declaration '([\w$]+)' before/,
    cause: (a, b) =>
      `\`${a || b}\` is used before the line that declares it, or two files import each other: move what both need into a third file.`,
  },
  { pattern: /^([\w$.()[\]]+) is not a function/, cause: notAFunction },
  { pattern: /^([\w$.()[\]]+) is not (?:async )?iterable/, cause: notIterable },
  {
    pattern:
      /^Cannot (?:read|set) properties of (undefined|null) \((?:reading|setting) '([^']+)'\)/,
    cause: (what, property) => propertyOfNothing(undefined, what, property),
  },
  {
    pattern: /^can't access property "([^"]+)", (.+) is (?:undefined|null)$/,
    cause: (property, what) => propertyOfNothing(what, 'undefined', property),
  },
  {
    pattern: /^Cannot destructure property '([\w$]+)' of .* as it is (?:undefined|null)/,
    cause: (name) =>
      `\`${name}\` was to be taken out of something that is not there. A route is called with one argument; a function of yours gets only what you pass on.`,
  },
  {
    pattern: /^Assignment to constant variable|^invalid assignment to const/,
    cause: () => 'A `const` keeps its value: declare it with `let` to change it.',
  },
  {
    pattern: /^Maximum call stack size exceeded|^too much recursion/,
    cause: () => 'A function calls itself, directly or by way of others, without an end.',
  },
  {
    pattern: /in JSON at position|is not valid JSON|Unexpected end of JSON|^JSON\.parse:/,
    cause: () =>
      'The text is no JSON. For the body of a request: an HTML form sends fields, which `await form()` reads.',
  },
  {
    pattern: /serialize a BigInt|BigInt value can't be serialized/,
    cause: () => 'JSON has no bigint: write it as `String(value)` or `Number(value)`.',
  },
  {
    pattern: /circular structure to JSON|cyclic object value/i,
    cause: () =>
      'An object holds itself, directly or further in. Return a new object with the properties you want.',
  },
  {
    pattern: /Cannot mix BigInt|can't convert BigInt/i,
    cause: () => 'A bigint and a number do not mix: convert one with `Number(…)` or `BigInt(…)`.',
  },
  {
    pattern: /^(?:Failed to parse URL|Invalid URL|.* is not a valid URL)/,
    cause: () =>
      'A whole address is needed here, with `https://` in front. A file of this site is read with `env.ASSETS.fetch("/data.json")`.',
  },
  {
    pattern: /^(?:Failed to fetch|fetch failed|NetworkError when attempting to fetch)/,
    cause: () =>
      'The other server cannot be reached, or does not allow requests from elsewhere (CORS). "fetch" in peerserver.json says where this site may send requests.',
  },
];

function undefinedName(name: string): string | undefined {
  if (CONTEXT_NAMES.some((known) => known === name)) return fromContext(name);
  if (EXPORT_NAMES.some((known) => known === name)) return fromPackage(name);
  if (OF_PAGES.has(name)) {
    return `This code runs on the host, where there is no page, so there is no \`${name}\`. Put it into a script of the page.`;
  }
  if (OF_NODE.has(name)) {
    return `\`${name}\` belongs to Node.js. Here, use \`import\` for modules, \`env\` for settings, Uint8Array for bytes.`;
  }
  const near = nearestName(name, CONTEXT_NAMES);
  if (near) return `Did you mean \`${near}\`? ${fromContext(near)}`;
  const exported = nearestName(name, EXPORT_NAMES);
  if (exported) return `Did you mean \`${exported}\`? ${fromPackage(exported)}`;
  // The host knows the file's text, and so what else may have been meant.
  return undefined;
}

function fromContext(name: string): string {
  return `\`${name}\` comes in the handler's argument: \`export function GET({ ${name} })\`.`;
}

function fromPackage(name: string): string {
  return `\`${name}\` must be imported: \`import { ${name} } from 'peerserver'\`.`;
}

/** Without the number that the bundler adds to names that several files have, where a name of ours is left. */
function withoutNumber(name: string): string {
  const plain = name.replace(/\d+$/, '');
  return [...CONTEXT_NAMES, ...EXPORT_NAMES].some((known) => known === plain) ? plain : name;
}

function notAFunction(numbered: string): string | undefined {
  const expression = withoutNumber(numbered);
  const parts = expression.split('.');
  const method = parts.at(-1) ?? '';
  const owner = parts.slice(0, -1).join('.');
  if (owner && OF_LISTS.has(method)) {
    return `\`${owner}\` is no list. Is an \`await\` missing before what made it? The rows of a query are in \`.results\`: \`const { results } = await db.prepare("…").all()\`.`;
  }
  if (!owner && CONTEXT_NAMES.some((name) => name === expression)) {
    return `\`${expression}\` is something else here. ${fromContext(expression)}`;
  }
  if (EXPORT_NAMES.some((name) => name === expression)) {
    return `\`${expression}\` is imported: \`import { ${expression} } from 'peerserver'\`.`;
  }
  if (owner) {
    return `\`${owner}\` has no function \`${method}\`. Is the name right, and is an \`await\` missing before what made \`${owner}\`?`;
  }
  return `\`${expression}\` holds something else than a function. Is its import right?`;
}

function notIterable(expression: string): string {
  return `\`${expression}\` is no list. Is an \`await\` missing before what made it? The rows of a query are in \`.results\`.`;
}

function propertyOfNothing(expression: string | undefined, what: string, property: string): string {
  if (OF_DATABASE.has(property)) {
    return "The database is `db` in a route's argument, and `env.DB` in server.ts.";
  }
  const subject = expression ? `\`${expression}\`` : `What stands before \`.${property}\``;
  return `${subject} is ${what} on this line. Did a query find no row, is a name misspelled, or is a \`return\` missing in the function that made it?`;
}
