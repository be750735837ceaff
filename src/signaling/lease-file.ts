import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseSiteName } from '../address/site-name.ts';
import type { Clock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { Lease } from './leases.ts';
import type { SignalingLogger } from './logger.ts';

/** Changes within this time are written together: a wave of hosts after a restart makes one file, not many. */
export const SAVE_DELAY_MS = 1000;

/** Keeps leases in a JSON file: `{ "format": 1, "leases": [{ "name", "key", "lastSeen" }] }`. */
export class LeaseFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: SignalingLogger;
  #cancelSave: (() => void) | undefined;
  /** One writer at a time: each save waits for the one before. */
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, clock: Clock, logger: SignalingLogger) {
    this.#path = path;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Reads the leases. No file means none yet. A file that is damaged is put aside under another name, so that
   * an operator can mend it, and the server starts without leases: better than not at all.
   * @throws PeerServerError storage-failed when there is a file but it cannot be read
   */
  async load(): Promise<Lease[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw new PeerServerError(
        'storage-failed',
        `The file of leases cannot be read: ${this.#path}. Check its permissions.`,
        { cause },
      );
    }
    try {
      return parseLeases(text);
    } catch (error) {
      const keptAs = `${this.#path}.damaged-${Math.round(this.#clock.now())}`;
      await rename(this.#path, keptAs);
      this.#logger.error(
        { err: error, keptAs },
        'The file of leases is damaged. It was put aside and all names are free until claimed again.',
      );
      return [];
    }
  }

  /** Writes what `list` gives, soon. */
  saveSoon(list: () => readonly Lease[]): void {
    this.#cancelSave ??= this.#clock.schedule(SAVE_DELAY_MS, () => {
      this.#cancelSave = undefined;
      void this.#save(list());
    });
  }

  /** Writes now what is still to be written; resolves when the file is safe on the disk. */
  async flush(list: () => readonly Lease[]): Promise<void> {
    if (this.#cancelSave) {
      this.#cancelSave();
      this.#cancelSave = undefined;
      void this.#save(list());
    }
    await this.#writing;
  }

  #save(leases: readonly Lease[]): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await writeWhole(this.#path, JSON.stringify({ format: 1, leases }));
      } catch (error) {
        // The server goes on: names are held in memory, and the next change tries again.
        this.#logger.error({ err: error }, 'The file of leases cannot be written.');
      }
    });
    return this.#writing;
  }
}

/** Replaces the file in one step, so that a crash leaves the old text or the new one, never a part. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

function parseLeases(text: string): Lease[] {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value) || value.format !== 1 || !Array.isArray(value.leases)) {
    throw new Error('This is not a file of leases of format 1.');
  }
  return value.leases.map((entry: unknown) => {
    if (!isRecord(entry)) throw new Error('A lease must be an object.');
    const { name, key, lastSeen } = entry;
    if (typeof name !== 'string' || typeof key !== 'string' || typeof lastSeen !== 'number') {
      throw new Error('A lease needs name, key and lastSeen.');
    }
    const parsed = parseSiteName(name);
    if (!parsed.ok) throw new Error(`A lease has a bad name: ${parsed.message}`);
    return { name: parsed.name, key, lastSeen };
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
