/**
 * What code of a site finds here, as the editor offers it. A test compares the names with
 * `host/runtime/public-types.ts`, which is what the package ships.
 */

/** What a thing is called, and one line about it. */
export type Descriptions = Readonly<Record<string, string>>;

/** The names of a route's argument. */
export const CONTEXT: Descriptions = {
  request: 'The visitor’s request, with all its headers',
  url: 'The request’s whole address, as a URL',
  params: 'What the [names] in the file’s path matched',
  query: 'Parameters behind the ? of the address',
  form: 'await form(): the fields of the submitted form',
  session: 'Kept for this visitor: set and read properties',
  db: 'The site’s database, with D1’s interface',
  sql: 'Runs SQL with its values bound: const rows = await sql`…`',
  render: 'render(name, data): a page made of templates/name.hbs',
  file: 'file(path): a file of public/',
  cookies: 'Cookies of this visitor',
  env: 'Variables of peerserver.json, DB and ASSETS',
  log: 'Writes to the site’s log, with this request',
};

/** What `import { … } from 'peerserver'` has. */
export const EXPORTS: Descriptions = {
  redirect: 'redirect(url, status = 303): sends the visitor elsewhere',
  notFound: 'notFound(text?): an answer with status 404, to return or to throw',
  json: 'json(data, init?): an answer with data as JSON',
  html: 'html(text, init?): an answer with HTML',
  hashPassword: 'await hashPassword(password): what to keep in its place',
  verifyPassword: 'await verifyPassword(password, hash): true when it is the one',
};

/** The types among them. */
export const EXPORTED_TYPES: Descriptions = {
  Route: 'Type of a route’s function',
  RouteContext: 'Type of its argument',
  Server: 'Type of what server.ts exports',
};

const DATABASE: Descriptions = {
  prepare: 'prepare(sql): a statement; then .bind(…), .first(), .all(), .run()',
  batch: 'await batch(statements): all of them in one transaction',
  exec: 'await exec(sql): statements without values, one after the other',
};

const ASSETS: Descriptions = {
  fetch: 'await fetch(path): what a visitor gets there without any code',
};

/** Members of a prepared statement. */
export const STATEMENT: Descriptions = {
  bind: 'bind(…values): puts values in the place of each ?',
  first: 'await first(column?): the first row, or one column of it; null when there is none',
  run: 'await run(): for INSERT, UPDATE, DELETE; see .meta of the result',
  all: 'await all(): { results, meta }, with all rows in results',
  raw: 'await raw(): rows as lists of values',
};

/** Members of what is called so in a site's code. */
export const MEMBERS: Readonly<Record<string, Descriptions>> = {
  db: DATABASE,
  'env.DB': DATABASE,
  'env.ASSETS': ASSETS,
  env: {
    DB: 'The site’s database, as db in a route',
    ASSETS: 'The files of public/',
  },
  session: { destroy: 'destroy(): forgets everything in it' },
  cookies: {
    get: 'get(name): a cookie’s value, or undefined',
    all: 'all(): every cookie by its name',
    set: 'set(name, value, options?): goes with whatever the route returns',
    delete: 'delete(name, options?): with the path and domain that it was set with',
  },
  log: {
    debug: 'debug(…values): for yourself',
    info: 'info(…values): what happened',
    warn: 'warn(…values): what may be wrong',
    error: 'error(…values): what is wrong',
  },
};
