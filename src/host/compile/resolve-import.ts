import { nearestName } from '../nearest-name.ts';
import { isRouteFile } from '../project/read-routes.ts';

/** How esbuild reads a file of the site, by its ending. */
const LOADERS = {
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
  // JSX in a plain file is what many write.
  js: 'jsx',
  mjs: 'jsx',
  cjs: 'jsx',
  jsx: 'jsx',
  json: 'json',
  txt: 'text',
  md: 'text',
  html: 'text',
  htm: 'text',
  sql: 'text',
  hbs: 'text',
  handlebars: 'text',
  css: 'text',
  svg: 'text',
  xml: 'text',
  csv: 'text',
} as const;

export type SourceLoader = (typeof LOADERS)[keyof typeof LOADERS];

/** How to read a file, or undefined for one that code cannot import. */
export function loaderOf(path: string): SourceLoader | undefined {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(LOADERS, ending) ? LOADERS[ending as keyof typeof LOADERS] : undefined;
}

/** Tried in this order behind a name without its ending, and behind `index` in a folder. */
const ENDINGS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cts', '.cjs', '.json'];

/** As TypeScript wants it, imports may name the file that would come out of the compiler. */
const OUTPUT_ENDINGS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.js$/, ['.ts', '.tsx', '.jsx']],
  [/\.jsx$/, ['.tsx']],
  [/\.mjs$/, ['.mts']],
  [/\.cjs$/, ['.cts']],
];

export type ResolvedImport =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly text: string; readonly hint: string };

/**
 * Finds the file that an import of the site's own means.
 * @param specifier `./x`, `../x`, or `/x` from the site's root
 * @param importer path of the importing file, relative to the root
 * @param files all files of the site
 */
export function resolveImport(
  specifier: string,
  importer: string,
  files: ReadonlySet<string>,
): ResolvedImport {
  const wanted = normalPath(specifier, importer);
  const shown = JSON.stringify(specifier.slice(0, 200));
  if (wanted === undefined) {
    const text = `${shown} leads out of the site.`;
    return { ok: false, text, hint: 'Code can import files of its own site, and packages.' };
  }
  for (const candidate of candidatesOf(wanted)) {
    if (files.has(candidate)) return { ok: true, path: candidate };
  }
  const text = `There is no file for the import ${shown}.`;
  const near = nearestName(wanted, namesFor(wanted, files));
  const hint = near
    ? `Did you mean "${specifierFor(near, importer, specifier)}"? Capital letters count.`
    : missingHint(wanted);
  return { ok: false, text, hint };
}

/** @param wanted path from the root, perhaps without its ending */
function missingHint(wanted: string): string {
  const file = /\.[^./]+$/.test(wanted) ? wanted : `${wanted}.ts`;
  if (!isRouteFile(file))
    return `It would be the file "${file}" of this site; make it, or correct the import.`;
  const hidden = file.replace(/[^/]+$/, '_$&');
  return `It would be the file "${file}" of this site, and an address of it. Make "${hidden}" instead and import that, or correct the import.`;
}

/** Path from the root without `.` and `..`, or undefined when it leads above the root. */
function normalPath(specifier: string, importer: string): string | undefined {
  const parts = specifier.startsWith('/') ? [] : importer.split('/').slice(0, -1);
  // What follows a `?` is for bundlers of other kinds.
  for (const part of specifier.replace(/[?].*$/, '').split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/').normalize('NFC');
}

function candidatesOf(wanted: string): readonly string[] {
  const swapped = OUTPUT_ENDINGS.flatMap(([ending, endings]) =>
    ending.test(wanted) ? endings.map((other) => wanted.replace(ending, other)) : [],
  );
  const folder = wanted === '' ? '' : `${wanted}/`;
  return [
    wanted,
    ...swapped,
    ...ENDINGS.map((ending) => wanted + ending),
    ...ENDINGS.map((ending) => `${folder}index${ending}`),
  ];
}

/** What the import could have meant: with the ending if it has one, else without. */
function* namesFor(wanted: string, files: ReadonlySet<string>): Iterable<string> {
  const hasEnding = loaderOf(wanted) !== undefined;
  for (const file of files) {
    if (loaderOf(file) !== undefined) yield hasEnding ? file : file.replace(/\.[^./]+$/, '');
  }
}

/** The path as the importer would write it, in the way it began to. */
function specifierFor(path: string, importer: string, specifier: string): string {
  if (specifier.startsWith('/')) return `/${path}`;
  const from = importer.split('/').slice(0, -1);
  const to = path.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same += 1;
  const up = from.length - same;
  return `${up === 0 ? './' : '../'.repeat(up)}${to.slice(same).join('/')}`;
}
