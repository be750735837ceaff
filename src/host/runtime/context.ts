/** The one argument of a route's functions. */

import { nearestName } from '../nearest-name.ts';
import type { Assets, FileOptions } from './assets.ts';
import type { Call } from './call.ts';
import type { SiteCookies } from './cookies.ts';
import { CONTEXT_NAMES } from './errors/likely-cause.ts';
import { SiteError } from './errors/site-error.ts';
import { type FormFields, readForm } from './form.ts';
import type { SiteLog } from './log/site-console.ts';
import type { Session } from './session/sessions.ts';
import type { RenderOptions, Templates } from './template/templates.ts';

/** What a route shares with all others. */
export interface RouteSurroundings {
  readonly db: unknown;
  readonly sql: unknown;
  readonly env: Readonly<Record<string, unknown>>;
  readonly assets: Assets;
  readonly templates: Templates;
}

/** What people who come from elsewhere look for, and what it is called here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  req: '`request`',
  res: 'a Response that you return',
  response: 'a Response that you return',
  body: '`form()` for a form, or `request.json()`',
  headers: '`request.headers`',
  method: '`request.method`',
  database: '`db`',
  DB: '`db`',
  ctx: 'the argument itself',
  template: '`render(name, data)`',
  cookie: '`cookies`',
  variables: '`env`',
  console: 'the global `console`, or `log`',
};

/** Makes the argument. Reading a name from it that is nearly one of its own throws a SiteError that says so. */
export function createContext(
  call: Call,
  shared: RouteSurroundings,
  own: { readonly session: Session; readonly cookies: SiteCookies; readonly log: SiteLog },
): object {
  const { request, params } = call;
  const url = new URL(request.url);
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of url.searchParams) query[name] = value;
  let form: Promise<FormFields> | undefined;
  const context = {
    request,
    url,
    params,
    query,
    form: () => {
      form ??= readForm(request);
      return form;
    },
    session: own.session,
    db: shared.db,
    sql: shared.sql,
    render: (name: string, data?: unknown, options?: RenderOptions) =>
      shared.templates.render(name, data, options),
    file: (path: string, options?: FileOptions) => shared.assets.file(path, request, options),
    cookies: own.cookies,
    env: shared.env,
    log: own.log,
  };
  return Object.setPrototypeOf(context, WATCHED_PROTOTYPE);
}

/** Stands behind the argument, so that it is asked for what the argument has not. */
const WATCHED_PROTOTYPE: object = new Proxy(Object.prototype, {
  get(target, name, receiver) {
    if (typeof name === 'string' && !(name in target)) {
      const meant = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : nearestOf(name);
      if (meant !== undefined) {
        throw new SiteError(`A route's argument has no \`${name}\`.`, {
          hint: `Did you mean ${meant}? It has ${CONTEXT_NAMES.join(', ')}.`,
        });
      }
    }
    return Reflect.get(target, name, receiver);
  },
});

function nearestOf(name: string): string | undefined {
  const nearest = nearestName(name, CONTEXT_NAMES);
  return nearest === undefined ? undefined : `\`${nearest}\``;
}
