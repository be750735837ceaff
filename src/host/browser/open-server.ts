import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { Identity } from '../../protocol/identity.ts';
import type { CookieStorage } from '../cookies/jar-file.ts';
import { siteHandler } from '../dispatch.ts';
import { type ServeControl, serveSite } from '../serve.ts';
import type { ServeEvent, SignalingState, VisitorInfo } from '../serve-event.ts';
import { cookieFile } from './cookie-file.ts';
import type { HostEnvironment } from './host-environment.ts';
import { acquireHostingLock, type HostingLock } from './hosting-lock.ts';
import { OpfsSiteStore } from './opfs-site-store.ts';
import type { OpenServer, OpenServerOptions, SiteStore } from './public-api.ts';
import { siteDirectory } from './site-directories.ts';

/**
 * Hosts one of this browser's servers in this tab: takes it from another tab if need be, opens its files
 * and begins to serve. Resolves when the files can be used; whether visitors can come is told in events.
 * @throws PeerServerError no-such-site, storage-failed, cancelled
 */
export async function openServerIn(
  environment: HostEnvironment,
  name: string,
  options: OpenServerOptions,
): Promise<OpenServer> {
  const parsed = parseSiteName(name);
  if (!parsed.ok) throw new PeerServerError('no-such-site', parsed.message);
  // Asked before the lock: a mistyped name must not stop the tab that hosts what it happens to name.
  const identity = await environment.registry.identity(parsed.name);
  const lock = await acquireHostingLock(parsed.name, options.signal, environment.locks);
  try {
    const directory = await siteDirectory(environment.root, parsed.name);
    const store = await OpfsSiteStore.open(directory);
    await environment.registry.touch(parsed.name);
    const cookies = cookieFile(directory);
    return new TabServer(environment, parsed.name, identity, lock, store, cookies, options);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

class TabServer implements OpenServer {
  readonly name: SiteName;
  readonly publicKey: string;
  readonly store: SiteStore;
  readonly #files: OpfsSiteStore;
  readonly #lock: HostingLock;
  readonly #options: OpenServerOptions;
  readonly #stop = new AbortController();
  readonly #visitors = new Map<string, VisitorInfo>();
  #signaling: SignalingState = { state: 'connecting' };
  #control: ServeControl | undefined;
  #serving: Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(
    environment: HostEnvironment,
    name: SiteName,
    identity: Identity,
    lock: HostingLock,
    store: OpfsSiteStore,
    cookies: CookieStorage,
    options: OpenServerOptions,
  ) {
    this.name = name;
    this.publicKey = identity.publicKey;
    this.store = store;
    this.#files = store;
    this.#lock = lock;
    this.#options = options;
    this.#serving = this.#serve(environment, identity, cookies);
    void lock.wanted.then(() => this.#yieldToOtherTab());
    const closeQuietly = (): void => void this.close();
    options.signal.addEventListener('abort', closeQuietly, { once: true });
    if (options.signal.aborted) closeQuietly();
  }

  signaling(): SignalingState {
    return this.#signaling;
  }

  visitors(): readonly VisitorInfo[] {
    return [...this.#visitors.values()];
  }

  disconnect(connectionId: string): void {
    this.#control?.disconnect(connectionId);
  }

  close(): Promise<void> {
    const text = 'This server is closed. Open it again to change its files.';
    return this.#close(new PeerServerError('storage-failed', text));
  }

  async #yieldToOtherTab(): Promise<void> {
    if (this.#closing) return;
    this.#options.onEvent({ kind: 'taken-over' });
    const text = 'Another tab has taken this server over. Go on in that tab.';
    await this.#close(new PeerServerError('storage-failed', text));
  }

  /** Saves under way are waited for before another tab may have the files. */
  #close(reason: PeerServerError): Promise<void> {
    this.#closing ??= (async () => {
      this.#stop.abort(reason);
      await this.#files.close(reason);
      await this.#serving;
      this.#lock.release();
    })();
    return this.#closing;
  }

  /** Never rejects: how it ended is told in the event `ended`. */
  async #serve(
    environment: HostEnvironment,
    identity: Identity,
    cookieStorage: CookieStorage,
  ): Promise<void> {
    const { createSocket, onNetworkChange, answer } = environment;
    let error: PeerServerError | undefined;
    try {
      await serveSite({
        name: this.name,
        identity,
        handler: siteHandler(this.#files.liveFiles),
        cookieStorage,
        signalUrl: this.#options.signalUrl,
        createPeer: environment.createPeer,
        signal: this.#stop.signal,
        onEvent: (event) => this.#note(event),
        onReady: (control) => {
          this.#control = control;
        },
        ...(createSocket ? { createSocket } : {}),
        ...(onNetworkChange ? { onNetworkChange } : {}),
        ...(answer ? { answer } : {}),
      });
    } catch (thrown) {
      error = asPeerServerError(thrown, 'host-failed');
    }
    this.#options.onEvent({ kind: 'ended', ...(error ? { error } : {}) });
  }

  /** Keeps what `visitors` and `signaling` tell, then passes the event on. */
  #note(event: ServeEvent): void {
    if (event.kind === 'signaling') {
      const { kind, ...state } = event;
      this.#signaling = state;
    } else if (event.kind === 'visitor-joined') {
      this.#visitors.set(event.visitor.connectionId, event.visitor);
    } else if (event.kind === 'visitor-left') {
      this.#visitors.delete(event.connectionId);
    }
    this.#options.onEvent(event);
  }
}
