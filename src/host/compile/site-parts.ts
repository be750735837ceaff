import { SETTINGS_FILE } from '../project/parse-settings.ts';
import { readRoutes } from '../project/read-routes.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { loaderOf } from './resolve-import.ts';

const TEMPLATES_FOLDER = 'templates/';
const CODE_ENDINGS = ['ts', 'tsx', 'js', 'jsx', 'mjs'];

/** Which files of a project are its dynamic part; the rest is there when these import it. */
export interface SiteParts {
  readonly routeFiles: readonly string[];
  readonly server: string | undefined;
  readonly templateHelpers: string | undefined;
  /** All text below `templates/`. */
  readonly templates: readonly string[];
  readonly problems: readonly SiteLogEntry[];
}

/**
 * Finds the dynamic part of a site; undefined when there is none: no project, or neither routes nor a server.
 * @param now milliseconds since 1970, for the entries
 */
export function findSiteParts(paths: ReadonlySet<string>, now: number): SiteParts | undefined {
  if (!paths.has(SETTINGS_FILE)) return undefined;
  const { table, problems } = readRoutes(paths, now);
  const server = oneOf('server', paths);
  // A site of which the only route has no valid name has something to tell.
  if (table.files.length === 0 && server === undefined && problems.length === 0) return undefined;
  const templates = [...paths].filter(
    (path) =>
      path.startsWith(TEMPLATES_FOLDER) && (loaderOf(path) === 'text' || loaderOf(path) === 'json'),
  );
  return {
    routeFiles: table.files,
    server,
    templateHelpers: oneOf(`${TEMPLATES_FOLDER}helpers`, paths),
    templates: templates.sort(),
    problems,
  };
}

/** The module that imports a site's parts and exports them as a `SiteModule`; its imports begin at the root. */
export function entryModule(parts: SiteParts, templates: ReadonlyMap<string, string>): string {
  const load = (specifier: string) => `() => import(${JSON.stringify(specifier)})`;
  const routes = parts.routeFiles.map((file) => `${JSON.stringify(file)}: ${load(`/${file}`)},`);
  const texts = [...templates].map(
    // In brackets: `{ "__proto__": … }` would not be a key.
    ([path, text]) =>
      `[${JSON.stringify(path.slice(TEMPLATES_FOLDER.length))}]: ${JSON.stringify(text)},`,
  );
  return [
    'export default {',
    `routes: {${routes.join('\n')}},`,
    parts.server === undefined ? '' : `server: ${load(`/${parts.server}`)},`,
    `templates: {${texts.join('\n')}},`,
    parts.templateHelpers === undefined
      ? ''
      : `templateHelpers: ${load(`/${parts.templateHelpers}`)},`,
    templates.size === 0 ? '' : `handlebars: ${load('handlebars')},`,
    '};',
  ].join('\n');
}

function oneOf(stem: string, paths: ReadonlySet<string>): string | undefined {
  return CODE_ENDINGS.map((ending) => `${stem}.${ending}`).find((path) => paths.has(path));
}
