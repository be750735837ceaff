/** What a browser gives this room, in memory and shared by any number of "tabs". */
import type { SignalingStandIn } from '../../testing/signaling-stand-in.ts';
import type { HostEnvironment } from '../host-environment.ts';
import type { LockEnvironment } from '../hosting-lock.ts';
import type { RecordTable } from '../indexed-db.ts';
import { ServerRegistry, type StoredServer } from '../server-registry.ts';
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
  };
}

/** Exclusive locks as the Web Locks API grants them: in the order of the requests. */
export class MemoryLocks {
  readonly #queues = new Map<string, Promise<unknown>>();

  readonly request: LockEnvironment['locks']['request'] = async (
    name: string,
    first: unknown,
    second?: unknown,
  ) => {
    const options = (second === undefined ? {} : first) as LockOptions;
    const callback = (second ?? first) as (lock: Lock) => Promise<unknown>;
    const before = this.#queues.get(name) ?? Promise.resolve();
    const turn = this.#takeTurn(name, before, options.signal, callback);
    this.#queues.set(
      name,
      // The next in the queue waits for the end of this turn, however it ends.
      turn.catch(() => before),
    );
    return turn as Promise<never>;
  };

  async #takeTurn(
    name: string,
    before: Promise<unknown>,
    signal: AbortSignal | undefined,
    callback: (lock: Lock) => Promise<unknown>,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    await Promise.race([
      before,
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    ]);
    return callback({ name, mode: 'exclusive' });
  }
}

/** An environment with all it keeps, for tests to look into. */
export function memoryEnvironment(
  signaling: SignalingStandIn,
): HostEnvironment & { readonly disk: MemoryDisk } {
  const disk = new MemoryDisk();
  const locks = new MemoryLocks();
  let time = 1_800_000_000_000;
  return {
    disk,
    root: async () => disk.root(),
    registry: new ServerRegistry(
      memoryTable<StoredServer>(({ name }) => name),
      () => time++,
    ),
    locks: { locks, openChannel: (name) => new BroadcastChannel(name) },
    createPeer: () => Promise.reject(new Error('No visitor comes in these tests.')),
    createSocket: signaling.createSocket,
  };
}
