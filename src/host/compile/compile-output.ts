import { readRoutes } from '../project/read-routes.ts';
import { sha256Hex } from '../sha256.ts';
import type { SiteLogEntry } from '../site-log.ts';
import type { CompiledSite } from './compiled-site.ts';

/** A compiled site as plain data, which can be sent to another thread and stored. */
export interface CompileOutput {
  readonly code: string;
  readonly sourceMap: string;
  readonly hash: string;
  readonly routeFiles: readonly string[];
  readonly hasServer: boolean;
  readonly problems: readonly SiteLogEntry[];
  /** False when a download or a read failed: then it may be another one next time. */
  readonly isLasting: boolean;
  /** The same key and the same inputs make the same output. */
  readonly key: string;
  /** SHA-256, hex, of each file of the site that was read, by path. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** A compiled site of its plain data. */
export function compiledSite(output: CompileOutput): CompiledSite {
  const { code, sourceMap, hash, routeFiles, hasServer, problems } = output;
  // Problems of routes are among the problems already.
  const { table } = readRoutes(routeFiles, 0);
  return { code, sourceMap, hash, routes: table, hasServer, problems };
}

/** What an output depends on beside the contents of files: which files there are, and who compiles. */
export function compileKey(
  compilerVersion: string,
  paths: ReadonlySet<string>,
  packagesFrom: string,
): Promise<string> {
  return sha256Hex(JSON.stringify([compilerVersion, packagesFrom, [...paths].sort()]));
}
