import type { ProjectFiles } from '../project/project-files.ts';
import type { CompiledSite } from './compiled-site.ts';

/** Compiles one site again and again. Where it runs (worker, process) is the platform's business. */
export interface Compiler {
  /**
   * Compiles the files as they are now; undefined when the site has no dynamic part at all. Fast when little
   * has changed since the last time. What is wrong with the files is in the result.
   * @throws PeerServerError storage-failed, host-failed (the compiler itself cannot be loaded), cancelled
   */
  compile(
    files: ProjectFiles,
    options: { readonly packagesFrom: string; readonly signal: AbortSignal },
  ): Promise<CompiledSite | undefined>;
  close(): Promise<void>;
}
