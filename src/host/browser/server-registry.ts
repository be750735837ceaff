import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { generateKeyPair, type Identity, identityFromKeyPair } from '../../protocol/identity.ts';
import type { RecordTable } from './indexed-db.ts';
import type { ServerRecord } from './public-api.ts';

/**
 * A server as it is kept. The private key is not extractable: not even this origin's own scripts can read
 * it, only sign with it.
 */
export interface StoredServer {
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsed: number;
  readonly keyPair: CryptoKeyPair;
  /** Of its files, in `peerserver-sites/`; by default called as the server. It stays when that is renamed. */
  readonly folder?: string;
}

/** This browser's servers with their keys. */
export class ServerRegistry {
  readonly #table: RecordTable<StoredServer>;
  readonly #now: () => number;

  /** @param now time of day in milliseconds since 1970 */
  constructor(table: RecordTable<StoredServer>, now: () => number = Date.now) {
    this.#table = table;
    this.#now = now;
  }

  /** All servers, the most recently used first. */
  async list(): Promise<readonly ServerRecord[]> {
    const stored = await this.#table.all();
    return stored.flatMap(readRecord).sort((a, b) => b.lastUsed - a.lastUsed);
  }

  async has(name: SiteName): Promise<boolean> {
    return (await this.#table.get(name)) !== undefined;
  }

  /** The server's identity. Throws no-such-site when this browser has no such server. */
  async identity(name: SiteName): Promise<Identity> {
    return identityFromKeyPair((await this.#require(name)).keyPair);
  }

  /** The folder of the server's files. Throws no-such-site when this browser has no such server. */
  async folder(name: SiteName): Promise<string> {
    return folderOf(await this.#require(name));
  }

  /** The folders of all servers. One whose making was begun is in it, too, under a name that no folder has. */
  async folders(): Promise<ReadonlySet<string>> {
    return new Set((await this.#table.all()).map(folderOf));
  }

  /**
   * A folder for the files of a new server that is no other's: of its own name, if that is free. It stays free
   * for who holds the name's hosting lock.
   */
  async freeFolder(name: SiteName): Promise<string> {
    const taken = await this.folders();
    let folder: string = name;
    // No name has this sign, so it can be no other server's own.
    for (let count = 2; taken.has(folder); count += 1) folder = `${name}~${count}`;
    return folder;
  }

  /**
   * The key pair to claim a new server's name with, kept before the claim: when its answer is lost, the next
   * try must come with the same key, or nobody could have the name for as long as it is leased.
   */
  async pendingKeyPair(name: SiteName): Promise<CryptoKeyPair> {
    const kept = await this.#table.get(pendingName(name));
    if (kept) return kept.keyPair;
    const keyPair = await newKeyPair();
    const now = this.#now();
    await this.#table.put({ name: pendingName(name), createdAt: now, lastUsed: now, keyPair });
    return keyPair;
  }

  /** Destroys the key pair of a claim that was refused. */
  async forgetPending(name: SiteName): Promise<void> {
    await this.#table.delete(pendingName(name));
  }

  /** Remembers a server with its folder, under a key pair, which is pending no longer. */
  async add(name: SiteName, keyPair: CryptoKeyPair, folder: string): Promise<ServerRecord> {
    const createdAt = this.#now();
    await this.#table.put({ name, createdAt, lastUsed: createdAt, keyPair, folder });
    await this.forgetPending(name);
    return { name, createdAt, lastUsed: createdAt };
  }

  /** Calls a server otherwise, in one step; it keeps its key and its folder. */
  async rename(from: SiteName, to: SiteName): Promise<ServerRecord> {
    const stored = await this.#require(from);
    const { createdAt, lastUsed } = stored;
    await this.#table.replace(from, { ...stored, name: to, folder: folderOf(stored) });
    return { name: to, createdAt, lastUsed };
  }

  /** Notes that the server is used now. */
  async touch(name: SiteName): Promise<void> {
    await this.#table.put({ ...(await this.#require(name)), lastUsed: this.#now() });
  }

  /** Forgets a server and destroys its key. */
  async delete(name: SiteName): Promise<void> {
    await this.#table.delete(name);
  }

  async #require(name: SiteName): Promise<StoredServer> {
    const stored = await this.#table.get(name);
    if (stored) return stored;
    const text = `This browser has no server called “${name}”. Create it on the home page.`;
    throw new PeerServerError('no-such-site', text);
  }
}

/** A fresh pair whose private half can never leave this browser. */
export function newKeyPair(): Promise<CryptoKeyPair> {
  return generateKeyPair(false);
}

/** No site can have such a name, so these records are never taken for servers. */
function pendingName(name: SiteName): string {
  return `pending:${name}`;
}

/** The name under which a server was made whose folder is called so; undefined when that is none of ours. */
export function makerOf(folder: string): SiteName | undefined {
  const [, name = ''] = /^([^~]+)(?:~\d+)?$/.exec(folder) ?? [];
  const parsed = parseSiteName(name);
  return parsed.ok && parsed.name === name ? parsed.name : undefined;
}

function folderOf({ name, folder }: StoredServer): string {
  return folder ?? name;
}

function readRecord({ name, createdAt, lastUsed }: StoredServer): ServerRecord[] {
  const parsed = parseSiteName(name);
  // Pending keys are no servers; and a name may have become reserved since, and cannot be served then.
  return parsed.ok ? [{ name: parsed.name, createdAt, lastUsed }] : [];
}
