import type { CreatePeer } from '../../link/peer.ts';
import type { WebSocketLike } from '../../signaling/client.ts';
import type { ServeOptions } from '../serve.ts';
import type { LockEnvironment } from './hosting-lock.ts';
import type { ServerRegistry } from './server-registry.ts';
import type { FileSystemRoot } from './site-directories.ts';

/** All that this room takes from the browser, so that tests can run it in Node with stand-ins. */
export interface HostEnvironment {
  readonly root: FileSystemRoot;
  readonly registry: ServerRegistry;
  readonly locks: LockEnvironment;
  readonly createPeer: CreatePeer;
  readonly createSocket?: (url: string) => WebSocketLike;
  readonly onNetworkChange?: ServeOptions['onNetworkChange'];
  readonly answer?: ServeOptions['answer'];
}
