/** What a browser gives this room, in memory and shared by any number of "tabs". */
import { systemClock } from '../../../protocol/clock.ts';
import { createDynamicSite } from '../../create-dynamic-site.ts';
import type { SignalingStandIn } from '../../testing/signaling-stand-in.ts';
import type { HostEnvironment } from '../host-environment.ts';
import type { LockEnvironment } from '../hosting-lock.ts';
import type { RecordTable } from '../indexed-db.ts';
import { ServerRegistry, type StoredServer } from '../server-registry.ts';
import { siteDirectory } from '../site-directories.ts';
import { memoryDatabase } from './memory-database.ts';
import { MemoryDisk } from './memory-disk.ts';

/** A table that clones what it keeps, as IndexedDB does. */
export function memoryTable<T>(keyOf: (record: T) => string): RecordTable<T> {
  const records = new Map<string, T>();
  return {
    get: async (key) => records.get(key),
    all: async () => [...records.values()],
    async put(record) {
      records.set(keyOf(record), structuredClone(record));
    },
    async delete(key) {
      records.delete(key);
    },
    async replace(from, record) {
      records.delete(from);
      records.set(keyOf(record), structuredClone(record));
    },
  };
}

interface HeldOrWaiting {
  readonly name: string;
  readonly mode: LockMode;
  /** Undefined while it waits. */
  held: boolean;
  grant(): void;
}

/** Locks as the Web Locks API grants them: in the order of the requests, shared ones together. */
export class MemoryLocks {
  readonly #requests: HeldOrWaiting[] = [];

  readonly request: LockEnvironment['locks']['request'] = async (
    name: string,
    first: unknown,
    second?: unknown,
  ) => {
    const options = (second === undefined ? {} : first) as LockOptions;
    const callback = (second ?? first) as (lock: Lock | null) => Promise<unknown>;
    return this.#request(name, options, callback) as Promise<never>;
  };

  query = async (): Promise<LockManagerSnapshot> => {
    const info = (wanted: boolean) =>
      this.#requests
        .filter(({ held }) => held === wanted)
        .map(({ name, mode }) => ({ name, mode }));
    return { held: info(true), pending: info(false) };
  };

  async #request(
    name: string,
    { mode = 'exclusive', ifAvailable = false, signal }: LockOptions,
    callback: (lock: Lock | null) => Promise<unknown>,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    let grant = (): void => {};
    const granted = new Promise<void>((resolve) => {
      grant = resolve;
    });
    const request: HeldOrWaiting = { name, mode, held: false, grant };
    this.#requests.push(request);
    this.#grant(name);
    try {
      if (!request.held && ifAvailable) return await callback(null);
      await Promise.race([
        granted,
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => !request.held && reject(signal.reason), {
            once: true,
          });
        }),
      ]);
      return await callback({ name, mode });
    } finally {
      this.#requests.splice(this.#requests.indexOf(request), 1);
      this.#grant(name);
    }
  }

  /** Gives the lock to those at the head of the queue. */
  #grant(name: string): void {
    const queue = this.#requests.filter((request) => request.name === name);
    for (const [index, request] of queue.entries()) {
      const before = queue.slice(0, index);
      const free = before.every(({ held, mode }) => held && mode === 'shared');
      if (index > 0 && !(free && request.mode === 'shared')) return;
      request.held = true;
      request.grant();
    }
  }
}

/** An environment with all it keeps, for tests to look into. */
export interface MemoryEnvironment extends HostEnvironment {
  readonly disk: MemoryDisk;
  /** Called when an open server's database is to be replaced, which waits for it. */
  restoring: () => Promise<void>;
}

export function memoryEnvironment(signaling: SignalingStandIn): MemoryEnvironment {
  const disk = new MemoryDisk();
  const locks = new MemoryLocks();
  let time = 1_800_000_000_000;
  const environment: MemoryEnvironment = {
    disk,
    restoring: async () => {},
    root: async () => disk.root(),
    registry: new ServerRegistry(
      memoryTable<StoredServer>(({ name }) => name),
      () => time++,
    ),
    locks: { locks, openChannel: (name) => new BroadcastChannel(name) },
    clock: systemClock,
    openDatabase: async (folder) =>
      memoryDatabase(await siteDirectory(async () => disk.root(), folder)),
    openDynamicSite: async ({ directory, folder: _, ...options }) =>
      createDynamicSite({
        ...options,
        // No site of these tests has code.
        compiler: { compile: async () => undefined, close: async () => {} },
        createSandbox: () => {
          throw new Error('No code is run in these tests.');
        },
        openDatabase: () => memoryDatabase(directory, () => environment.restoring()),
        clock: systemClock,
      }),
    createPeer: () => Promise.reject(new Error('No visitor comes in these tests.')),
    createSocket: signaling.createSocket,
  };
  return environment;
}
