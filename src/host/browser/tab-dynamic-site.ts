import { databaseWorkerUrl, sqliteWasmUrl } from 'virtual:host-assets';
import { runtimeScript } from 'virtual:sandbox-runtime';
import { systemClock } from '../../protocol/clock.ts';
import { createDynamicSite, type DynamicSite } from '../dynamic-site.ts';
import { compilerHere } from './compile-here.ts';
import { openDatabase } from './database-host.ts';
import type { TabSiteOptions } from './host-environment.ts';
import { sandboxFrames } from './sandbox-frame.ts';

/** Path of the page of sandboxes' frames, which has a policy of its own. */
const SANDBOX_PAGE = '/sandbox.html';

/** A site's dynamic part in this tab: compiler and database in workers, its code in a sandboxed frame. */
export function openTabDynamicSite({ directory, name, ...options }: TabSiteOptions): DynamicSite {
  return createDynamicSite({
    ...options,
    compiler: compilerHere(directory),
    openDatabase: (signal) =>
      openDatabase({ name, workerUrl: databaseWorkerUrl, wasmUrl: sqliteWasmUrl, signal }),
    createSandbox: sandboxFrames(SANDBOX_PAGE, runtimeScript),
    clock: systemClock,
  });
}
