/**
 * The host in a browser tab, as the studio sees it: this browser's servers, their files, and serving them.
 * Nothing else of this room is for other rooms.
 */
import { createBrowserPeer } from '../../link/browser-peer.ts';
import { createServerIn } from './create-server.ts';
import { deleteServerIn } from './delete-server.ts';
import type { HostEnvironment } from './host-environment.ts';
import { browserLocks } from './hosting-lock.ts';
import { indexedDbTable } from './indexed-db.ts';
import { openServerIn } from './open-server.ts';
import type {
  CreateServerOptions,
  CreateServerResult,
  DeleteServerOptions,
  OpenServer,
  OpenServerOptions,
  ServerRecord,
} from './public-api.ts';
import { ServerRegistry, type StoredServer } from './server-registry.ts';
import { originPrivateFileSystem } from './site-directories.ts';
import { endWithPage } from './tab-peers.ts';

export type { RequestEvent, ServeEvent, SignalingState, VisitorInfo } from '../serve-event.ts';
export type { SiteLogEntry, SourcePlace } from '../site-log.ts';
export type * from './public-api.ts';
export { MAX_PATH_LENGTH } from './site-path.ts';
export { SITE_TEMPLATES } from './templates.ts';

const environment: HostEnvironment = {
  root: originPrivateFileSystem,
  registry: new ServerRegistry(indexedDbTable<StoredServer>('servers', 'name')),
  locks: browserLocks,
  createPeer: endWithPage(createBrowserPeer, (leave) => addEventListener('pagehide', leave)),
  onNetworkChange(changed) {
    addEventListener('online', changed);
    return () => removeEventListener('online', changed);
  },
  // Loaded with the first server that is opened, and not with the home page.
  openDynamicSite: async (options) => {
    const { openTabDynamicSite } = await import('./tab-dynamic-site.ts');
    return openTabDynamicSite(options);
  },
};

/** This browser's servers, the most recently used first. Rejects with storage-failed. */
export function listServers(): Promise<readonly ServerRecord[]> {
  return environment.registry.list();
}

/**
 * Makes a server: claims its name for a fresh key, stores the template's files, published, and remembers
 * it. A name that is not to be had is a result with a suggestion.
 * @throws PeerServerError signaling-failed, storage-failed, cancelled; nothing is left behind then but the
 *   key, with which the next try gets the name even if the answer to this one was lost
 */
export function createServer(options: CreateServerOptions): Promise<CreateServerResult> {
  return createServerIn(environment, options);
}

/**
 * Removes a server with its files and its key, for good, and gives its name back.
 * @throws PeerServerError no-such-site, storage-failed, cancelled
 */
export function deleteServer(name: string, options: DeleteServerOptions): Promise<void> {
  return deleteServerIn(environment, name, options);
}

/**
 * Hosts a server in this tab until `close()`; another tab that hosts it is asked to stop and waited for.
 * Resolves when its files can be used; events tell when visitors can come.
 * @throws PeerServerError no-such-site, storage-failed, cancelled
 */
export function openServer(name: string, options: OpenServerOptions): Promise<OpenServer> {
  return openServerIn(environment, name, options);
}
