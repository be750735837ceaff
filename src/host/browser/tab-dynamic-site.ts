import { runtimeScript } from 'virtual:sandbox-runtime';
import { systemClock } from '../../protocol/clock.ts';
import { createDynamicSite } from '../create-dynamic-site.ts';
import type { DynamicSite } from '../dynamic-site.ts';
import { compilerHere } from './compile-here.ts';
import type { TabSiteOptions } from './host-environment.ts';
import { sandboxFrames } from './sandbox-frame.ts';
import { openTabDatabase } from './tab-database.ts';

/** Path of the page of sandboxes' frames, which has a policy of its own. */
const SANDBOX_PAGE = '/sandbox.html';

/** A site's dynamic part in this tab: compiler and database in workers, its code in a sandboxed frame. */
export function openTabDynamicSite({ directory, folder, ...options }: TabSiteOptions): DynamicSite {
  return createDynamicSite({
    ...options,
    compiler: compilerHere(directory),
    openDatabase: (signal) => openTabDatabase(folder, signal),
    createSandbox: sandboxFrames(SANDBOX_PAGE, runtimeScript),
    clock: systemClock,
  });
}
