import { systemClock } from '../../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import {
  MAX_DOWNLOADED_LENGTH,
  MAX_PACKAGE_FILE_BYTES,
  PACKAGE_TIMEOUT_MS,
  PARALLEL_DOWNLOADS,
} from './limits.ts';

/** A module from a package server as it is kept: under the address that was asked for. */
export interface RemoteModule {
  /** Where it came from in the end; its own imports are relative to this. */
  readonly url: string;
  readonly kind: 'js' | 'json';
  readonly text: string;
}

/** Keeps modules with the site, so that it works without a network afterwards, and with the same versions. */
export interface RemoteModuleStore {
  get(url: string): Promise<RemoteModule | undefined>;
  set(url: string, module: RemoteModule): Promise<void>;
}

/** A module that cannot be had, with a text for the author. */
export class RemoteModuleError extends PeerServerError {
  /** @param reason `missing`: its server has no such module */
  constructor(
    readonly reason: 'missing' | 'unreachable' | 'unusable',
    text: string,
    cause?: unknown,
  ) {
    super('storage-failed', text, cause === undefined ? {} : { cause });
  }
}

/** Loads modules of packages that are not built in: each once, then from the store. */
export class RemoteModules {
  readonly #store: RemoteModuleStore;
  readonly #fetch: typeof fetch;
  readonly #memory = new Map<string, Promise<RemoteModule>>();
  /** Those that wait for their turn to download. */
  readonly #queue: (() => void)[] = [];
  #downloading = 0;
  #downloadedLength = 0;

  /** @param fetchModule the platform's `fetch`, or a stand-in */
  constructor(store: RemoteModuleStore, fetchModule: typeof fetch = (...args) => fetch(...args)) {
    this.#store = store;
    this.#fetch = fetchModule;
  }

  /**
   * The module at an address, redirects followed.
   * @throws RemoteModuleError not there, no connection, no JavaScript, too large
   * @throws PeerServerError storage-failed, cancelled
   */
  load(url: string, signal: AbortSignal): Promise<RemoteModule> {
    const known = this.#memory.get(url);
    if (known) return known;
    const loading = this.#loadOnce(url, signal);
    this.#memory.set(url, loading);
    void loading.then(
      // Asked for by where it came from, it is the same module.
      (module) => this.#memory.set(module.url, loading),
      // The next save tries again.
      () => this.#memory.delete(url),
    );
    return loading;
  }

  async #loadOnce(url: string, signal: AbortSignal): Promise<RemoteModule> {
    const kept = await this.#store.get(url);
    if (kept) return kept;
    const module = await this.#inTurn(() => this.#download(url, signal));
    try {
      await this.#store.set(url, module);
    } catch (cause) {
      const { message } = asPeerServerError(cause, 'storage-failed');
      throw new RemoteModuleError('unusable', `${url} cannot be kept (${message}).`, cause);
    }
    return module;
  }

  async #inTurn(download: () => Promise<RemoteModule>): Promise<RemoteModule> {
    if (this.#downloading < PARALLEL_DOWNLOADS) this.#downloading += 1;
    // Whoever is done hands its place on.
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      if (this.#downloadedLength > MAX_DOWNLOADED_LENGTH) {
        const megabytes = MAX_DOWNLOADED_LENGTH / 1024 / 1024;
        const text = `The site's packages are larger than ${megabytes} MiB together.`;
        throw new RemoteModuleError('unusable', text);
      }
      const module = await download();
      this.#downloadedLength += module.text.length;
      return module;
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#downloading -= 1;
    }
  }

  async #download(url: string, signal: AbortSignal): Promise<RemoteModule> {
    let response: Response;
    let text: string;
    // By hand, since Node 20 may collect what `AbortSignal.any` and `.timeout` give before it aborts.
    const stop = new AbortController();
    const cancel = () => stop.abort(signal.reason);
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    const late = new PeerServerError('too-slow', 'It took too long.');
    const cancelTimer = systemClock.schedule(PACKAGE_TIMEOUT_MS, () => stop.abort(late));
    try {
      response = await this.#fetch(url, {
        signal: stop.signal,
        redirect: 'follow',
        credentials: 'omit',
      });
      text = await readLimited(response, url);
    } catch (thrown) {
      if (signal.aborted) throw asPeerServerError(signal.reason, 'cancelled');
      if (thrown instanceof PeerServerError && thrown !== late) throw thrown;
      throw new RemoteModuleError('unreachable', `${url} cannot be reached.`, thrown);
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', cancel);
    }
    if (!response.ok) {
      const isMissing = response.status === 404 || response.status === 410;
      const text = `${url} answered with ${response.status}.`;
      throw new RemoteModuleError(isMissing ? 'missing' : 'unusable', text);
    }
    const type = response.headers.get('content-type') ?? '';
    const kind = /[/+]json\b/.test(type) ? 'json' : 'js';
    if (kind === 'js' && !/\b(java|ecma)script\b/.test(type)) {
      const text = `${url} is no JavaScript, but ${type.slice(0, 80) || 'of no type'}.`;
      throw new RemoteModuleError('unusable', text);
    }
    return { url: response.url || url, kind, text };
  }
}

async function readLimited(response: Response, url: string): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks).text();
    size += value.length;
    if (size > MAX_PACKAGE_FILE_BYTES) {
      await reader.cancel();
      const megabytes = MAX_PACKAGE_FILE_BYTES / 1024 / 1024;
      throw new RemoteModuleError('unusable', `${url} is larger than ${megabytes} MiB.`);
    }
    chunks.push(value);
  }
}
