import type { RouteTable } from '../project/route-table.ts';
import type { SiteLogEntry } from '../site-log.ts';

/**
 * A site's dynamic part as one ECMAScript module without imports. Its default export is a `SiteModule`
 * (`runtime/site-module.ts`).
 */
export interface CompiledSite {
  readonly code: string;
  /** Source map (version 3, JSON) of `code`; sources are paths relative to the site's root. */
  readonly sourceMap: string;
  /** SHA-256 of `code`, hex: the same hash needs no restart. */
  readonly hash: string;
  readonly routes: RouteTable;
  /** True when there is a `server.ts` (or .js, .tsx, .jsx). */
  readonly hasServer: boolean;
  /**
   * What is wrong with the files. A broken file does not take the site down: it becomes a module that throws
   * this message when it is loaded, so that only what needs it fails.
   */
  readonly problems: readonly SiteLogEntry[];
}
