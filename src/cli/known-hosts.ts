import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PeerServerError } from '../protocol/errors.ts';
import type { HostKeyPin } from '../visitor/connect-site.ts';
import type { HostKeyPins } from '../visitor/node-visitor.ts';

/**
 * Keys of hosts by their sites, kept in a file: `{ "format": 1, "hosts": { "garden.localhost:8890": key } }`.
 */
export class KnownHosts implements HostKeyPins {
  readonly #path: string;

  /** @param path of the JSON file; it and its folder are made when the first key is remembered */
  constructor(path: string) {
    this.#path = path;
  }

  pinFor(site: string): HostKeyPin {
    return { load: () => this.#load(site), save: (key) => this.#save(site, key) };
  }

  /**
   * @throws PeerServerError `storage-failed` when the file cannot be read or understood: to visit without
   *   it would be to trust anybody
   */
  async #load(site: string): Promise<string | undefined> {
    return (await this.#read()).get(site);
  }

  /**
   * What another process remembers at the same moment may be lost; it is learned again at its next visit.
   * @throws PeerServerError `storage-failed`
   */
  async #save(site: string, key: string): Promise<void> {
    const hosts = await this.#read();
    if (hosts.get(site) === key) return;
    hosts.set(site, key);
    const text = JSON.stringify({ format: 1, hosts: Object.fromEntries(hosts) }, null, 2);
    const temporary = `${this.#path}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeFile(temporary, `${text}\n`, { mode: 0o600 });
      await rename(temporary, this.#path);
    } catch (cause) {
      throw new PeerServerError(
        'storage-failed',
        `The file of known hosts cannot be written: ${this.#path}. Check its permissions, or name another with --known-hosts.`,
        { cause },
      );
    }
  }

  async #read(): Promise<Map<string, string>> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return new Map();
      throw new PeerServerError(
        'storage-failed',
        `The file of known hosts cannot be read: ${this.#path}. Check its permissions, or name another with --known-hosts.`,
        { cause },
      );
    }
    try {
      return parseHosts(JSON.parse(text));
    } catch (cause) {
      throw new PeerServerError(
        'storage-failed',
        `The file of known hosts is damaged: ${this.#path}. Mend it, or move it away to trust every host anew.`,
        { cause },
      );
    }
  }
}

function parseHosts(value: unknown): Map<string, string> {
  if (!isRecord(value) || value.format !== 1 || !isRecord(value.hosts)) {
    throw new Error('This is not a file of known hosts of format 1.');
  }
  return new Map(
    Object.entries(value.hosts).map(([site, key]) => {
      if (typeof key !== 'string') throw new Error(`The key of ${site} is not text.`);
      return [site, key];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
