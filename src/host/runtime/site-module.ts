/** What the compiler makes of a site, as the runtime imports it: the module's default export. */
export interface SiteModule {
  /** By file; loaded when it is first asked for, so that one that throws harms nobody else. */
  readonly routes: Readonly<Record<string, () => Promise<Record<string, unknown>>>>;
  /** `server.ts`. */
  readonly server?: () => Promise<Record<string, unknown>>;
  /** Texts of `templates/**` by path below `templates/`: `items/list.hbs`. */
  readonly templates: Readonly<Record<string, string>>;
  /** `templates/helpers.ts`. */
  readonly templateHelpers?: () => Promise<Record<string, unknown>>;
  /** The template engine; there when there are templates. */
  readonly handlebars?: () => Promise<Record<string, unknown>>;
}

/**
 * Imports of `peerserver` in a site's code get what stands under this symbol on `globalThis`: the runtime
 * puts it there before the site is loaded.
 */
export const RUNTIME_EXPORTS = Symbol.for('peerserver.runtime');
