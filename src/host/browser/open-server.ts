import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { Identity } from '../../protocol/identity.ts';
import type { CookieStorage } from '../cookies/jar-file.ts';
import type { SiteDatabase } from '../database/site-database.ts';
import { siteHandler } from '../dispatch.ts';
import type { DynamicSite } from '../dynamic-site.ts';
import { type ServeControl, serveSite } from '../serve.ts';
import type {
  ServeEvent,
  SignalingState,
  TrafficTotals,
  VisitorInfo,
  VisitorStats,
} from '../serve-event.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { staticFiles } from '../static-files.ts';
import { answerBackups } from './backup-channel.ts';
import { collectingUnlessKept } from './blob-lock.ts';
import { cookieFile } from './cookie-file.ts';
import { archiveOf } from './export-server.ts';
import type { HostEnvironment } from './host-environment.ts';
import { acquireHostingLock, type HostingLock } from './hosting-lock.ts';
import { importArchive } from './import-archive.ts';
import { dynamicSiteLater } from './later-site.ts';
import { OpfsSiteStore } from './opfs-site-store.ts';
import { projectFiles } from './project-files.ts';
import type {
  ArchiveStream,
  LongTaskOptions,
  OpenServer,
  OpenServerOptions,
  SiteStore,
} from './public-api.ts';
import { readDatabaseFile } from './read-database-file.ts';
import { hasDatabase, siteDirectory } from './site-directories.ts';
import { type SitePlace, takeSnapshot } from './site-snapshot.ts';

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
    const { registry, root, locks, roomLeft } = environment;
    // Asked again, too: while it waited, the server may have been renamed or deleted.
    await registry.touch(parsed.name);
    const folder = await registry.folder(parsed.name);
    const directory = await siteDirectory(root, folder);
    const store = await OpfsSiteStore.open(directory, {
      collecting: collectingUnlessKept(locks, folder),
      ...(roomLeft ? { roomLeft } : {}),
    });
    const cookies = cookieFile(directory);
    const site = { name: parsed.name, folder, identity, directory, lock, store, cookies };
    return new TabServer(environment, site, options);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/** What was opened of a site. */
interface OpenedSite {
  readonly name: SiteName;
  readonly folder: string;
  readonly identity: Identity;
  readonly directory: FileSystemDirectoryHandle;
  readonly lock: HostingLock;
  readonly store: OpfsSiteStore;
  readonly cookies: CookieStorage;
}

class TabServer implements OpenServer {
  readonly name: SiteName;
  readonly publicKey: string;
  readonly store: SiteStore;
  readonly #environment: HostEnvironment;
  readonly #place: SitePlace;
  readonly #files: OpfsSiteStore;
  readonly #lock: HostingLock;
  readonly #options: OpenServerOptions;
  readonly #dynamic: DynamicSite | undefined;
  readonly #stop = new AbortController();
  readonly #visitors = new Map<string, VisitorInfo>();
  #signaling: SignalingState = { state: 'connecting' };
  #control: ServeControl | undefined;
  #serving: Promise<void>;
  #closing: Promise<void> | undefined;

  constructor(environment: HostEnvironment, site: OpenedSite, options: OpenServerOptions) {
    const { lock, store, name, folder } = site;
    this.#environment = environment;
    this.#place = { name, folder };
    this.name = site.name;
    this.publicKey = site.identity.publicKey;
    this.store = store;
    this.#files = store;
    this.#lock = lock;
    this.#options = options;
    this.#dynamic = this.#openDynamicSite(environment, site);
    this.#serving = this.#serve(environment, site);
    answerBackups(
      environment.locks,
      name,
      (signal) => this.#backupAsBlob(signal),
      this.#stop.signal,
    );
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

  readmit(visitorKey: string): void {
    this.#control?.readmit(visitorKey);
  }

  pause(): void {
    this.#control?.pause();
  }

  resume(): void {
    this.#control?.resume();
  }

  paused(): boolean {
    return this.#control?.paused() ?? false;
  }

  async visitorStats(signal: AbortSignal): Promise<readonly VisitorStats[]> {
    if (signal.aborted) throw asPeerServerError(signal.reason, 'cancelled');
    return this.#control?.visitorStats() ?? [];
  }

  traffic(): TrafficTotals {
    return this.#control?.traffic() ?? { requests: 0, sentBytes: 0, receivedBytes: 0 };
  }

  async database(): Promise<SiteDatabase> {
    return this.#withDatabase().database();
  }

  async backupDatabase(signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    return this.#withDatabase().backup(signal);
  }

  async restoreDatabase(file: Blob, signal: AbortSignal): Promise<void> {
    const dynamic = this.#withDatabase();
    await dynamic.restore(await readDatabaseFile(file), signal);
  }

  async exportArchive(options: LongTaskOptions): Promise<ArchiveStream> {
    const backup = (signal: AbortSignal) => this.#backupAsBlob(signal);
    const snapshot = await takeSnapshot(this.#environment, this.#place, backup, options.signal);
    return archiveOf(this.#place, snapshot, options);
  }

  async importArchive(archive: Blob, options: LongTaskOptions): Promise<void> {
    await importArchive(
      {
        store: this.#files,
        dynamic: this.#dynamic,
        hasDatabase: () => hasDatabase(this.#environment.root, this.#place.folder),
      },
      archive,
      { ...options, signal: AbortSignal.any([options.signal, this.#stop.signal]) },
    );
  }

  /** Undefined when there is no database: a backup would make one. */
  async #backupAsBlob(signal: AbortSignal): Promise<Blob | undefined> {
    if (!(await hasDatabase(this.#environment.root, this.#place.folder))) return undefined;
    return new Blob([await this.backupDatabase(signal)]);
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
      try {
        await this.#files.close(reason);
        await this.#serving;
        await this.#dynamic?.close();
      } finally {
        // Whatever went wrong, another tab must not wait for ever.
        this.#lock.release();
      }
    })();
    return this.#closing;
  }

  #withDatabase(): DynamicSite {
    if (this.#dynamic) return this.#dynamic;
    throw new PeerServerError('storage-failed', 'This site has no database.');
  }

  #openDynamicSite(
    environment: HostEnvironment,
    { store, directory, folder }: OpenedSite,
  ): DynamicSite | undefined {
    const onLog = (entry: SiteLogEntry) => this.#note({ kind: 'site-log', entry });
    const opening = environment.openDynamicSite?.({
      files: projectFiles(store),
      staticFiles: staticFiles(store.liveFiles),
      directory,
      folder,
      scheme: this.#options.signalUrl.startsWith('wss:') ? 'https' : 'http',
      onLog,
      signal: this.#stop.signal,
    });
    opening?.catch((thrown: unknown) => {
      const { message } = asPeerServerError(thrown, 'host-failed');
      const text = `What runs a site's code cannot be loaded: ${message}`;
      onLog({ at: Date.now(), level: 'error', source: 'sandbox', text });
    });
    return opening && dynamicSiteLater(opening);
  }

  /** Never rejects: how it ended is told in the event `ended`. */
  async #serve(environment: HostEnvironment, { identity, cookies }: OpenedSite): Promise<void> {
    const { createSocket, onNetworkChange, answer } = environment;
    let error: PeerServerError | undefined;
    try {
      await serveSite({
        name: this.name,
        identity,
        handler: siteHandler(this.#files.liveFiles, this.#dynamic),
        cookieStorage: cookies,
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
