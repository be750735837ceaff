/**
 * The host in a browser tab, as the studio sees it: this browser's servers, their files, and serving them.
 * Nothing else of this room is for other rooms.
 */
import { createBrowserPeer } from '../../link/browser-peer.ts';
import { systemClock } from '../../protocol/clock.ts';
import { createServerIn } from './create-server.ts';
import { deleteServerIn } from './delete-server.ts';
import { describeServerIn } from './describe-server.ts';
import { duplicateServerIn } from './duplicate-server.ts';
import { exportServerIn } from './export-server.ts';
import type { HostEnvironment } from './host-environment.ts';
import { browserLocks } from './hosting-lock.ts';
import { indexedDbTable } from './indexed-db.ts';
import { openServerIn } from './open-server.ts';
import type {
  ArchiveStream,
  CreateServerOptions,
  CreateServerResult,
  DeleteServerOptions,
  LongTaskOptions,
  NamedServerOptions,
  OpenServer,
  OpenServerOptions,
  ServerDescription,
  ServerRecord,
} from './public-api.ts';
import { renameServerIn } from './rename-server.ts';
import { ServerRegistry, type StoredServer } from './server-registry.ts';
import { originPrivateFileSystem } from './site-directories.ts';
import { askToKeepStorage, storageLeft } from './storage-room.ts';
import { endWithPage } from './tab-peers.ts';
import { removeUnownedFolders } from './unowned-folders.ts';

export type {
  InsertReport,
  ScriptReport,
  ScriptResult,
  SqlFailure,
  SqlResult,
  SqlStatement,
  SqlValue,
} from '../database/database-messages.ts';
export type { SiteDatabase } from '../database/site-database.ts';
export { SqlError } from '../database/sql-error.ts';
export { parseSettings } from '../project/parse-settings.ts';
export type {
  RequestEvent,
  ServeEvent,
  SignalingState,
  TrafficTotals,
  VisitorInfo,
  VisitorStats,
} from '../serve-event.ts';
export type { SiteLogEntry, SourcePlace } from '../site-log.ts';
export { MAX_PATH_LENGTH, normalizeSitePath } from '../site-path.ts';
export { listArchive } from './archive-files.ts';
export { inspectArchive } from './inspect-archive.ts';
export { MAX_UNDO_BYTES } from './manifest.ts';
export type * from './public-api.ts';

const environment: HostEnvironment = {
  root: originPrivateFileSystem,
  registry: new ServerRegistry(indexedDbTable<StoredServer>('servers', 'name')),
  locks: browserLocks,
  clock: systemClock,
  createPeer: endWithPage(createBrowserPeer, (leave) => addEventListener('pagehide', leave)),
  onNetworkChange(changed) {
    addEventListener('online', changed);
    return () => removeEventListener('online', changed);
  },
  openDatabase: async (folder, signal) => {
    const { openTabDatabase } = await import('./tab-database.ts');
    return openTabDatabase(folder, signal);
  },
  keepStorage: askToKeepStorage,
  roomLeft: storageLeft,
  // Loaded with the first server that is opened, and not with the home page.
  openDynamicSite: async (options) => {
    const { openTabDynamicSite } = await import('./tab-dynamic-site.ts');
    return openTabDynamicSite(options);
  },
};

/**
 * This browser's servers, the most recently used first. What is left of others is removed on this occasion.
 * @throws PeerServerError storage-failed
 */
export async function listServers(): Promise<readonly ServerRecord[]> {
  const servers = await environment.registry.list();
  // Nobody waits for it, and it is tried again the next time.
  removeUnownedFolders(environment).catch(() => undefined);
  return servers;
}

/**
 * Makes a server: claims its name for a fresh key, stores its content, published, and remembers
 * it. A name that is not to be had is a result with a suggestion.
 * @throws PeerServerError signaling-failed, storage-failed, cancelled; nothing is left behind then but the
 *   key, with which the next try gets the name even if the answer to this one was lost
 */
export function createServer(options: CreateServerOptions): Promise<CreateServerResult> {
  return createServerIn(environment, options);
}

/**
 * Makes a server that is a copy of another one, drafts and database included, with a key of its own. The
 * other may run meanwhile, here or in another tab.
 * @throws PeerServerError no-such-site, signaling-failed, storage-failed, cancelled; as `createServer`
 */
export function duplicateServer(
  from: string,
  options: NamedServerOptions,
): Promise<CreateServerResult> {
  return duplicateServerIn(environment, from, options);
}

/**
 * Gives a server another name; it keeps its key, its content and its visitors' cookies. A tab that runs it is
 * asked to stop. A name that is not to be had is a result with a suggestion, and nothing has changed then.
 * @throws PeerServerError no-such-site, signaling-failed, storage-failed, cancelled; nothing has changed
 */
export function renameServer(
  from: string,
  options: NamedServerOptions,
): Promise<CreateServerResult> {
  return renameServerIn(environment, from, options);
}

/**
 * A zip of everything of a server: live files, drafts, database. A tab that runs it is not disturbed.
 * @throws PeerServerError no-such-site, storage-failed, cancelled; so does the stream
 */
export function exportServer(name: string, options: LongTaskOptions): Promise<ArchiveStream> {
  return exportServerIn(environment, name, options);
}

/**
 * How large a server is, and whether a tab runs it.
 * @throws PeerServerError no-such-site, storage-failed
 */
export function describeServer(
  name: string,
  options: { readonly signal: AbortSignal },
): Promise<ServerDescription> {
  return describeServerIn(environment, name, options.signal);
}

/**
 * Removes a server with its files and its key, for good, and gives its name back.
 * @throws PeerServerError no-such-site, cancelled; storage-failed, also when it is deleted and only its files
 *   could not be removed yet
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
