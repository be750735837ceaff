import { type ReadonlySignal, signal } from '@preact/signals';
import type { SiteName } from '../../address/site-name.ts';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { ServerRecord } from '../host.ts';

export interface ServerList {
  /** Last used first; undefined until it was read. */
  readonly servers: ReadonlySignal<readonly ServerRecord[] | undefined>;
  /** Why the list cannot be read. */
  readonly problem: ReadonlySignal<string | undefined>;
  has(name: SiteName): boolean;
  refresh(): Promise<void>;
}

/**
 * The servers of this browser, as last read.
 * @param read reads them; its rejection becomes the problem
 */
export function createServerList(read: () => Promise<readonly ServerRecord[]>): ServerList {
  const servers = signal<readonly ServerRecord[] | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  return {
    servers,
    problem,
    has: (name) => servers.value?.some((server) => server.name === name) ?? false,
    async refresh() {
      try {
        const found = await read();
        servers.value = found.toSorted((a, b) => b.lastUsed - a.lastUsed);
        problem.value = undefined;
      } catch (thrown) {
        servers.value ??= [];
        problem.value = asPeerServerError(thrown, 'storage-failed').message;
      }
    },
  };
}
