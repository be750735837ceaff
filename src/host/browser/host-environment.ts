import type { SiteName } from '../../address/site-name.ts';
import type { CreatePeer } from '../../link/peer.ts';
import type { WebSocketLike } from '../../signaling/client.ts';
import type { DynamicSite, DynamicSiteOptions } from '../dynamic-site.ts';
import type { ServeOptions } from '../serve.ts';
import type { LockEnvironment } from './hosting-lock.ts';
import type { ServerRegistry } from './server-registry.ts';
import type { FileSystemRoot } from './site-directories.ts';

/** What a site's dynamic part gets from the tab that serves it. */
export interface TabSiteOptions
  extends Pick<DynamicSiteOptions, 'files' | 'staticFiles' | 'scheme' | 'onLog' | 'signal'> {
  /** The site's folder, for its database and for what was compiled. */
  readonly directory: FileSystemDirectoryHandle;
  readonly name: SiteName;
}

/** All that this room takes from the browser, so that tests can run it in Node with stand-ins. */
export interface HostEnvironment {
  readonly root: FileSystemRoot;
  readonly registry: ServerRegistry;
  readonly locks: LockEnvironment;
  readonly createPeer: CreatePeer;
  readonly createSocket?: (url: string) => WebSocketLike;
  readonly onNetworkChange?: ServeOptions['onNetworkChange'];
  readonly answer?: ServeOptions['answer'];
  /** Loads what runs dynamic parts, and begins with one. Without it sites have files only. */
  readonly openDynamicSite?: (options: TabSiteOptions) => Promise<DynamicSite>;
}
