import { parseSiteName, type SiteName, suggestName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { identityFromKeyPair } from '../../protocol/identity.ts';
import { collectingUnlessKept } from './blob-lock.ts';
import { withFolder } from './folder-lock.ts';
import type { HostEnvironment } from './host-environment.ts';
import { acquireHostingLock } from './hosting-lock.ts';
import { OpfsSiteStore } from './opfs-site-store.ts';
import type {
  CreateServerOptions,
  CreateServerResult,
  LongTaskOptions,
  NamedServerOptions,
  ServerRecord,
} from './public-api.ts';
import { readDatabaseFile } from './read-database-file.ts';
import { claimServerName, releaseServerName } from './server-names.ts';
import { removeSiteDirectory, siteDirectory } from './site-directories.ts';
import { type WholeSite, wholeSite } from './whole-site.ts';

const ALREADY_HERE =
  'You have a server of this name in this browser already. Open it from the list.';

/**
 * Makes a server of files or of an archive; see `makeServer`.
 * @throws PeerServerError bad-input when it is no sound archive; signaling-failed, storage-failed, cancelled
 */
export async function createServerIn(
  environment: HostEnvironment,
  options: CreateServerOptions,
): Promise<CreateServerResult> {
  return makeServer(environment, await wholeSite(options.content), options);
}

/**
 * Makes a server in three steps, of which the last makes it exist: its name is claimed for a fresh key, its
 * content is stored, and it is entered in this browser's list. When a step fails, those before are undone;
 * only the key stays, for the next try, because an answer that was lost may have given it the name.
 * @throws PeerServerError bad-input when the content is not sound; signaling-failed, storage-failed, cancelled
 */
export async function makeServer(
  environment: HostEnvironment,
  site: WholeSite,
  options: NamedServerOptions,
): Promise<CreateServerResult> {
  const { registry } = environment;
  const parsed = parseSiteName(options.name);
  if (!parsed.ok) return refused(options.name, parsed.message);
  const { name } = parsed;
  if (await registry.has(name)) return refusedOwn(name);
  const keyPair = await registry.pendingKeyPair(name);
  const identity = await identityFromKeyPair(keyPair);
  const claim = await claimServerName(environment, name, identity, options);
  if (claim.kind === 'refused') {
    await registry.forgetPending(name);
    return refused(name, claim.message, claim.suggestion);
  }
  environment.keepStorage?.();
  try {
    const server = await storeServer(environment, name, keyPair, site, options);
    return server ? { kind: 'created', server } : refusedOwn(name);
  } catch (thrown) {
    // There is no server, so somebody else may have the name, even if this was given up.
    const { signal } = new AbortController();
    await releaseServerName(environment, name, identity, { ...options, signal });
    throw thrown;
  }
}

/** Returns undefined, and touches nothing, when another tab made the same server meanwhile. */
async function storeServer(
  environment: HostEnvironment,
  name: SiteName,
  keyPair: CryptoKeyPair,
  site: WholeSite,
  options: LongTaskOptions,
): Promise<ServerRecord | undefined> {
  const { registry, locks } = environment;
  const lock = await acquireHostingLock(name, options.signal, locks);
  try {
    // Both tabs had the same pending key, so both were given the name.
    if (await registry.has(name)) return undefined;
    const folder = await registry.freeFolder(name);
    return await withFolder(locks, folder, async () => {
      await storeSite(environment, folder, site, options);
      return registry.add(name, keyPair, folder);
    });
  } finally {
    lock.release();
  }
}

/** Stores a site in a folder, or nothing at all. */
async function storeSite(
  environment: HostEnvironment,
  folder: string,
  site: WholeSite,
  options: LongTaskOptions,
): Promise<void> {
  const { root, clock } = environment;
  // What an interrupted attempt left behind belongs to nobody.
  await removeSiteDirectory(root, folder, clock);
  try {
    await storeDatabase(environment, folder, site, options.signal);
    await storeFiles(environment, folder, site, options);
  } catch (thrown) {
    // The first error is the one to report; what is left now goes when servers are listed.
    await removeSiteDirectory(root, folder, clock).catch(() => undefined);
    throw thrown;
  }
}

/** Before the files: whether a database is sound is seen only when it is opened. */
async function storeDatabase(
  environment: HostEnvironment,
  folder: string,
  site: WholeSite,
  signal: AbortSignal,
): Promise<void> {
  const file = await site.database();
  if (!file) return;
  const bytes = await readDatabaseFile(file);
  // Its files are made in a folder that is there.
  await siteDirectory(environment.root, folder);
  const database = await environment.openDatabase(folder, signal);
  try {
    await database.restore(bytes, signal);
  } finally {
    await database.close();
  }
}

async function storeFiles(
  { root, locks, roomLeft }: HostEnvironment,
  folder: string,
  site: WholeSite,
  options: LongTaskOptions,
): Promise<void> {
  const store = await OpfsSiteStore.open(await siteDirectory(root, folder), {
    collecting: collectingUnlessKept(locks, folder),
    ...(roomLeft ? { roomLeft } : {}),
  });
  const staged = store.stage();
  try {
    await staged.add(site, options);
    await store.replaceAll(staged, options.signal);
  } finally {
    await store.close(new PeerServerError('cancelled', 'The server is ready; open it.'));
  }
}

/** The answer to a name that is not to be had. */
export function refused(typed: string, message: string, suggestion?: string): CreateServerResult {
  const suggested = parseSiteName(suggestion ?? '');
  const name = suggested.ok ? suggested.name : suggestName(typed, Math.random());
  return { kind: 'refused', message, suggestion: name };
}

/** The answer to a name that one of this browser's servers has. */
export function refusedOwn(name: SiteName): CreateServerResult {
  return refused(name, ALREADY_HERE);
}
