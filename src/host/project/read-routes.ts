import type { SiteLogEntry } from '../site-log.ts';
import type { RouteMatch, RouteTable } from './route-table.ts';

const ROUTES_FOLDER = 'routes/';
const ROUTE_FILE = /\.(ts|tsx|js|jsx|mjs)$/;
const TYPES_FILE = /\.d\.ts$/;

/** One part of a pattern. */
type Part =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'param' | 'rest'; readonly name: string };

/** A place in the tree of patterns: a request's path leads down, one part a step. */
interface Node {
  readonly children: Map<string, Node>;
  param: Node | undefined;
  /** Ends here, with nothing after. */
  end: Leaf | undefined;
  /** Ends here, with one part at least after. */
  rest: Leaf | undefined;
}

interface Leaf {
  readonly file: string;
  /** Of the parts that are not fixed, in their order. */
  readonly names: readonly string[];
}

/**
 * Reads which addresses a site's files below `routes/` answer. The order of `paths` makes no difference. A
 * slash at the end of an address makes none either: `/items` and `/items/` are the same route, be it
 * `routes/items.ts` or `routes/items/index.ts`.
 * @param paths all files of the site; others are passed over
 * @param now milliseconds since 1970, for the entries
 * @returns `problems`: names that are no pattern, and files of which another has the same pattern
 */
export function readRoutes(
  paths: Iterable<string>,
  now: number,
): { readonly table: RouteTable; readonly problems: readonly SiteLogEntry[] } {
  const root = emptyNode();
  const files: string[] = [];
  const problems: SiteLogEntry[] = [];
  const report = (file: string, text: string, hint: string) => {
    problems.push({ at: now, level: 'error', source: 'compile', text, hint, place: { file } });
  };
  for (const file of [...new Set(paths)].filter(isRouteFile).sort()) {
    const pattern = parsePattern(file);
    if (typeof pattern === 'string') {
      report(file, `${file} is no route: ${pattern}`, PATTERN_HINT);
      continue;
    }
    const other = insert(root, pattern, file);
    if (other === undefined) files.push(file);
    else {
      const text = `${file} answers the same addresses as ${other}, which is the one that is used.`;
      report(file, text, 'Remove or rename one of the two.');
    }
  }
  return { table: { files, match: (pathname) => match(root, pathname) }, problems };
}

const PATTERN_HINT =
  'A part is a word, a parameter such as [id], or, as the last one, [...rest] for all that follows.';

/**
 * True for the code below `routes/` that answers requests; a file or folder that begins with `_` is only
 * there to be imported, and one that begins with a dot is hidden.
 */
export function isRouteFile(path: string): boolean {
  if (!path.startsWith(ROUTES_FOLDER) || !ROUTE_FILE.test(path) || TYPES_FILE.test(path)) {
    return false;
  }
  return path
    .slice(ROUTES_FOLDER.length)
    .split('/')
    .every((part) => !part.startsWith('_') && (!part.startsWith('.') || part === '.well-known'));
}

/** The parts of a file's pattern, or what is wrong with it. */
function parsePattern(file: string): readonly Part[] | string {
  const names = file.slice(ROUTES_FOLDER.length).replace(ROUTE_FILE, '').split('/');
  if (names.at(-1) === 'index') names.pop();
  const parts: Part[] = [];
  const seen = new Set<string>();
  for (const [index, text] of names.entries()) {
    const [, dots, name] = /^\[(\.\.\.)?([A-Za-z_$][\w$-]*)\]$/.exec(text) ?? [];
    if (name === undefined) {
      if (/[[\]]/.test(text)) return `“${text}” is neither a word nor a parameter.`;
      parts.push({ kind: 'static', text: text.normalize('NFC') });
      continue;
    }
    if (seen.has(name)) return `the parameter “${name}” is in it twice.`;
    seen.add(name);
    if (dots !== undefined && index < names.length - 1) return `“${text}” is not the last part.`;
    parts.push({ kind: dots === undefined ? 'param' : 'rest', name });
  }
  return parts;
}

/** Adds a file; returns the one that has the place already. */
function insert(root: Node, parts: readonly Part[], file: string): string | undefined {
  let node = root;
  const names = parts.flatMap((part) => (part.kind === 'static' ? [] : [part.name]));
  const leaf = { file, names };
  for (const part of parts) {
    if (part.kind === 'rest') {
      if (node.rest) return node.rest.file;
      node.rest = leaf;
      return undefined;
    }
    node = part.kind === 'static' ? childOf(node, part.text) : paramOf(node);
  }
  if (node.end) return node.end.file;
  node.end = leaf;
  return undefined;
}

function childOf(node: Node, text: string): Node {
  const child = node.children.get(text) ?? emptyNode();
  node.children.set(text, child);
  return child;
}

function paramOf(node: Node): Node {
  node.param ??= emptyNode();
  return node.param;
}

function emptyNode(): Node {
  return { children: new Map(), param: undefined, end: undefined, rest: undefined };
}

function match(root: Node, pathname: string): RouteMatch | undefined {
  const segments = decodePath(pathname);
  const found = segments && find(root, segments, 0, []);
  if (!found) return undefined;
  const { leaf, values } = found;
  // Made of entries: a parameter may be called `__proto__`.
  const params = Object.fromEntries(leaf.names.map((name, index) => [name, values[index] ?? '']));
  return { file: leaf.file, params };
}

/** The path's parts; undefined for an address that no route can have. What is wrong with it others say. */
function decodePath(pathname: string): readonly string[] | undefined {
  if (!pathname.startsWith('/')) return undefined;
  const raw = pathname.slice(1).split('/');
  if (raw.at(-1) === '') raw.pop();
  const segments: string[] = [];
  for (const part of raw) {
    const segment = decodePart(part);
    if (segment === undefined || UNUSABLE.has(segment) || segment.includes('\0')) return undefined;
    segments.push(segment);
  }
  return segments;
}

/** A name that leads elsewhere in a file system never becomes a parameter's value. */
const UNUSABLE = new Set(['', '.', '..']);

function decodePart(part: string): string | undefined {
  try {
    return decodeURIComponent(part).normalize('NFC');
  } catch {
    // URIError: a percent sign that begins no code. The static files' handler answers 400 to it.
    return undefined;
  }
}

/**
 * The most specific pattern: a word before a parameter before a rest, at each part from the left. Every node
 * is reached in one way only, so the search costs no more than the tree is large.
 */
function find(
  node: Node,
  segments: readonly string[],
  index: number,
  values: readonly string[],
): { leaf: Leaf; values: readonly string[] } | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.end && { leaf: node.end, values };
  const child = node.children.get(segment);
  const found =
    (child && find(child, segments, index + 1, values)) ??
    (node.param && find(node.param, segments, index + 1, [...values, segment]));
  if (found || !node.rest) return found;
  const rest = segments.slice(index);
  // A separator within a part would look like one between parts, and might lead out of a folder.
  if (rest.some((part) => /[/\\]/.test(part))) return undefined;
  return { leaf: node.rest, values: [...values, rest.join('/')] };
}
