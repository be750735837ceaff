import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../protocol/clock.ts';
import type { RequestHandler } from '../../protocol/http-message.ts';
import { createDynamicSite } from '../create-dynamic-site.ts';
import { siteHandler } from '../dispatch.ts';
import type { DynamicSite, DynamicSiteOptions } from '../dynamic-site.ts';
import type { SiteFiles } from '../files.ts';
import { staticFiles } from '../static-files.ts';
import { createNodeCompiler } from './compile-in-process.ts';
import { openDatabase } from './database-host.ts';
import { openFolder } from './open-folder.ts';
import { openProjectFolder } from './project-files.ts';
import { sandboxThreads } from './sandbox-thread.ts';

/** Beside the project's files and hidden, so that it is neither served nor compiled. */
const DATABASE_FILE = '.peerserver/database.sqlite';

export interface OpenSiteOptions
  extends Pick<DynamicSiteOptions, 'scheme' | 'onLog' | 'onLive' | 'signal'> {
  /** Folder with the files of the site. */
  readonly directory: string;
  /** Folder of what the build made for a host in Node: `site-runtime.mjs`, `database-thread.mjs`, `packages/`. */
  readonly programs: URL;
  /** Default: `.peerserver/database.sqlite` in the folder. */
  readonly databasePath?: string;
}

export interface OpenSite {
  /** What lies in the folder. */
  readonly files: SiteFiles;
  readonly handler: RequestHandler;
  readonly dynamic: DynamicSite;
  /** Ends the site's code and closes its database. Safe to call again. */
  close(): Promise<void>;
}

/**
 * A folder on disk as a site, with its code where it is a project.
 * @throws PeerServerError storage-failed when there is no such folder
 */
export async function openSite(options: OpenSiteOptions): Promise<OpenSite> {
  const { directory, programs, scheme, onLog, onLive, signal } = options;
  const files = await openFolder(directory);
  const project = await openProjectFolder(directory, {
    onError: ({ message }) =>
      onLog({ at: Date.now(), level: 'warn', source: 'compile', text: message }),
  });
  const path = options.databasePath ?? join(resolve(directory), DATABASE_FILE);
  const dynamic = createDynamicSite({
    files: project,
    staticFiles: staticFiles(files),
    compiler: createNodeCompiler({ packagesFolder: fileURLToPath(new URL('packages', programs)) }),
    openDatabase: (databaseSignal) =>
      openDatabase({
        path,
        thread: new URL('database-thread.mjs', programs),
        signal: databaseSignal,
      }),
    createSandbox: sandboxThreads(new URL('site-runtime.mjs', programs)),
    clock: systemClock,
    scheme,
    onLog,
    ...(onLive ? { onLive } : {}),
    signal,
  });
  return {
    files,
    handler: siteHandler(files, dynamic),
    dynamic,
    close: async () => {
      project.close();
      await dynamic.close();
    },
  };
}
