import type { CreatePeer } from '../../link/peer.ts';
import type { Clock } from '../../protocol/clock.ts';
import type { WebSocketLike } from '../../signaling/client.ts';
import type { SiteDatabase } from '../database/site-database.ts';
import type { DynamicSite, DynamicSiteOptions } from '../dynamic-site.ts';
import type { ServeOptions } from '../serve.ts';
import type { LockEnvironment } from './hosting-lock.ts';
import type { ServerRegistry } from './server-registry.ts';
import type { FileSystemRoot } from './site-directories.ts';
import type { RoomLeft } from './storage-error.ts';

/** What a site's dynamic part gets from the tab that serves it. */
export interface TabSiteOptions
  extends Pick<DynamicSiteOptions, 'files' | 'staticFiles' | 'scheme' | 'onLog' | 'signal'> {
  /** The site's folder, for what was compiled. */
  readonly directory: FileSystemDirectoryHandle;
  /** Its name, for the database in it. */
  readonly folder: string;
}

/** All that this room takes from the browser, so that tests can run it in Node with stand-ins. */
export interface HostEnvironment {
  readonly root: FileSystemRoot;
  readonly registry: ServerRegistry;
  readonly locks: LockEnvironment;
  readonly clock: Clock;
  readonly createPeer: CreatePeer;
  readonly createSocket?: (url: string) => WebSocketLike;
  readonly onNetworkChange?: ServeOptions['onNetworkChange'];
  readonly answer?: ServeOptions['answer'];
  /** Opens the database in a site's folder, one at a time: the caller holds the site's hosting lock. */
  readonly openDatabase: (folder: string, signal: AbortSignal) => Promise<SiteDatabase>;
  /** Asks the browser once not to throw anything away when the disk is full. Nobody waits for the answer. */
  readonly keepStorage?: () => void;
  /** Bytes that this origin may still store, as far as the browser says. */
  readonly roomLeft?: RoomLeft;
  /** Loads what runs dynamic parts, and begins with one. Without it sites have files only. */
  readonly openDynamicSite?: (options: TabSiteOptions) => Promise<DynamicSite>;
}
