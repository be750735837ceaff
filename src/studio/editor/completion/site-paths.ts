/** Which paths fit where a site's files are named: pure, from the list of the site's files. */

/** What names a file. */
export type PathUse =
  /** An address as visitors ask for it: `href`, `src`, `url(…)`, `fetch`. */
  | 'address'
  | 'import'
  /** `render('…')` */
  | 'template'
  /** `file('…')` */
  | 'public-file'
  /** `{{> …}}` */
  | 'partial';

const PUBLIC = 'public/';
const ROUTES = 'routes/';
const TEMPLATE = /^templates\/(.+)\.(?:hbs|handlebars)$/;
const CODE = /\.(?:[mc]?[jt]s|[jt]sx|json)$/i;
/** What site code can import besides its own files. */
const PACKAGES = ['peerserver', 'hono'];

/** More would be slow to draw, and nobody reads them. */
export const MAX_PATHS = 500;

/**
 * The paths to offer.
 * @param from the file that names them
 * @param paths all files of the site
 */
export function sitePaths(use: PathUse, from: string, paths: readonly string[]): string[] {
  return [...new Set(found(use, from, paths))].slice(0, MAX_PATHS);
}

function found(use: PathUse, from: string, paths: readonly string[]): string[] {
  const project = paths.includes('peerserver.json');
  switch (use) {
    case 'address':
      return paths.flatMap((path) => addressOf(path, project));
    case 'import':
      return importsOf(from, paths, project && !from.startsWith(PUBLIC));
    case 'template':
      return paths.flatMap((path) =>
        templateOf(path, (name) => !/^(?:layouts|partials)\//.test(name)),
      );
    case 'partial':
      return paths.flatMap((path) => templateOf(path, () => path !== from));
    case 'public-file':
      return paths
        .filter((path) => path.startsWith(PUBLIC))
        .map((path) => path.slice(PUBLIC.length));
  }
}

function addressOf(path: string, project: boolean): string[] {
  if (!project) return [withoutIndex(`/${path}`)];
  if (path.startsWith(PUBLIC)) return [withoutIndex(`/${path.slice(PUBLIC.length)}`)];
  if (!path.startsWith(ROUTES) || !CODE.test(path)) return [];
  const route = path.slice(ROUTES.length).replace(CODE, '');
  // What a bracket stands for is not known here; what begins with `_` is no route.
  if (/\[|(?:^|\/)_/.test(route)) return [];
  return [`/${route.replace(/(?:^|\/)index$/, '')}`];
}

function withoutIndex(address: string): string {
  return address.replace(/\/index\.html$/, '/');
}

function importsOf(from: string, paths: readonly string[], siteCode: boolean): string[] {
  const root = siteCode ? '' : from.startsWith(PUBLIC) ? PUBLIC : '';
  const own = paths.filter(
    (path) =>
      path !== from &&
      CODE.test(path) &&
      path.startsWith(root) &&
      !(siteCode && path.startsWith(PUBLIC)),
  );
  const relative = own.map((path) => relativeTo(from, path));
  return siteCode ? [...PACKAGES, ...relative] : relative;
}

function templateOf(path: string, fits: (name: string) => boolean): string[] {
  const name = TEMPLATE.exec(path)?.[1];
  return name !== undefined && fits(name) ? [name] : [];
}

/** `./b.ts`, `../c/d.ts`: a path as seen from another file. */
export function relativeTo(from: string, path: string): string {
  const folders = from.split('/').slice(0, -1);
  const parts = path.split('/');
  let shared = 0;
  while (shared < folders.length && folders[shared] === parts[shared]) shared++;
  const up = '../'.repeat(folders.length - shared);
  return `${up || './'}${parts.slice(shared).join('/')}`;
}
