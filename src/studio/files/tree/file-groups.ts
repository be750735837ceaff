/** The groups that a site's files are shown in, and what is made in each. */

export type GroupId = 'pages' | 'dynamic' | 'templates' | 'database';

export interface FileGroup {
  readonly id: GroupId;
  readonly title: string;
  /** Its files lie here; a slash at the end, empty for the site itself. */
  readonly folder: string;
  /** One sentence: what it is for. */
  readonly hint: string;
  /** Of the button that adds to it. */
  readonly createLabel: string;
}

const PAGES: FileGroup = {
  id: 'pages',
  title: 'Pages and assets',
  folder: 'public/',
  hint: 'What visitors get as it is: pages, styles, pictures.',
  createLabel: 'New page',
};

const PROJECT_GROUPS: readonly FileGroup[] = [
  PAGES,
  {
    id: 'dynamic',
    title: 'Dynamic Files',
    folder: '',
    hint: 'Code that answers requests: a route for each address.',
    createLabel: 'New route',
  },
  {
    id: 'templates',
    title: 'Templates',
    folder: 'templates/',
    hint: 'Pages with gaps that routes fill in.',
    createLabel: 'New template',
  },
  {
    id: 'database',
    title: 'Database',
    folder: 'migrations/',
    hint: 'SQL that makes the tables, applied once each, in order.',
    createLabel: 'New migration',
  },
];

/** A site without code is all pages and assets. */
const PLAIN_GROUPS: readonly FileGroup[] = [{ ...PAGES, folder: '' }];

/** The groups of a site in the order in which they are shown. */
export function groupsOf(project: boolean): readonly FileGroup[] {
  return project ? PROJECT_GROUPS : PLAIN_GROUPS;
}

/** The group that a path belongs to. */
export function groupOfPath(path: string, project: boolean): FileGroup {
  const groups = groupsOf(project);
  const special = groups.find(({ folder }) => folder !== '' && path.startsWith(folder));
  const rest = groups.find(({ folder }) => folder === '');
  return special ?? rest ?? PAGES;
}

/**
 * The address that a route answers: `routes/items/[id].ts` → `/items/[id]`; undefined of what is no route.
 */
export function addressOfRoute(path: string): string | undefined {
  const name = /^routes\/(.+)\.(?:tsx?|jsx?|mjs)$/.exec(path)?.[1];
  // Of names that begin so, the host makes no routes: they are there to be imported, or hidden.
  if (name === undefined || name.endsWith('.d') || /(^|\/)[_.](?!well-known)/.test(name)) {
    return undefined;
  }
  return `/${name.replace(/(^|\/)index$/, '')}`;
}

/** The address at which visitors find a public file, as it is typed: `public/a b.html` → `/a%20b.html`. */
export function addressOfFile(path: string, project: boolean): string | undefined {
  if (project && !path.startsWith(PAGES.folder)) return undefined;
  const name = project ? path.slice(PAGES.folder.length) : path;
  const address = `/${name.split('/').map(encodeURIComponent).join('/')}`;
  return address.replace(/(^|\/)index\.html$/, '$1');
}

/** The number of the next migration, in as many digits as the last has, four at least. */
export function nextMigrationNumber(paths: Iterable<string>): string {
  let last = 0;
  let digits = 4;
  for (const path of paths) {
    const number = /^migrations\/(\d+)[^/]*\.sql$/.exec(path)?.[1];
    if (number === undefined || Number(number) < last) continue;
    last = Number(number);
    digits = Math.max(4, number.length);
  }
  return String(last + 1).padStart(digits, '0');
}
