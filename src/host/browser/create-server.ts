import { parseSiteName, type SiteName, suggestName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { identityFromKeyPair } from '../../protocol/identity.ts';
import { connectSignaling } from '../../signaling/client.ts';
import { CLAIM_TIMEOUT_MS, type ClaimResult, claimName } from '../claim-name.ts';
import type { HostEnvironment } from './host-environment.ts';
import { acquireHostingLock } from './hosting-lock.ts';
import { OpfsSiteStore } from './opfs-site-store.ts';
import type {
  CreateServerOptions,
  CreateServerResult,
  ServerRecord,
  SiteTemplate,
} from './public-api.ts';
import { removeSiteDirectory, siteDirectory } from './site-directories.ts';
import { templateById } from './templates.ts';

const ALREADY_HERE =
  'You have a server of this name in this browser already. Open it from the list.';

/**
 * Makes a server in three steps, of which the last makes it exist: its name is claimed for a fresh key, its
 * files are stored, and it is entered in this browser's list. When a step fails, those before are undone;
 * only the key stays, for the next try, because an answer that was lost may have given it the name.
 * @throws PeerServerError signaling-failed, storage-failed, cancelled
 */
export async function createServerIn(
  environment: HostEnvironment,
  options: CreateServerOptions,
): Promise<CreateServerResult> {
  const template = templateById(options.template);
  const parsed = parseSiteName(options.name);
  if (!parsed.ok) return refused(options.name, parsed.message);
  const { name } = parsed;
  if (await environment.registry.has(name)) {
    return refused(name, ALREADY_HERE);
  }
  const keyPair = await environment.registry.pendingKeyPair(name);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(CLAIM_TIMEOUT_MS)]);
  const { createSocket } = environment;
  const socket = await connectSignaling(options.signalUrl, {
    signal,
    ...(createSocket ? { createSocket } : {}),
  });
  try {
    const identity = await identityFromKeyPair(keyPair);
    const claim: ClaimResult = await claimName(socket, name, identity, signal);
    if (claim.kind === 'refused') {
      await environment.registry.forgetPending(name);
      return refused(name, claim.message, claim.suggestion);
    }
    try {
      const server = await storeServer(environment, name, keyPair, template, options.signal);
      return server ? { kind: 'created', server } : refused(name, ALREADY_HERE);
    } catch (thrown) {
      // There is no server, so somebody else may have the name.
      socket.send({ kind: 'release' });
      throw thrown;
    }
  } finally {
    socket.close();
  }
}

/** Returns undefined, and touches nothing, when another tab made the same server meanwhile. */
async function storeServer(
  environment: HostEnvironment,
  name: SiteName,
  keyPair: CryptoKeyPair,
  template: SiteTemplate,
  signal: AbortSignal,
): Promise<ServerRecord | undefined> {
  const lock = await acquireHostingLock(name, signal, environment.locks);
  try {
    // Both tabs had the same pending key, so both were given the name.
    if (await environment.registry.has(name)) return undefined;
    // What an interrupted attempt left behind belongs to nobody.
    await removeSiteDirectory(environment.root, name);
    const store = await OpfsSiteStore.open(await siteDirectory(environment.root, name));
    const files = template.files.map(({ path, text }) => ({ path, content: text }));
    await store.writeMany(files, { publish: true, signal });
    await store.close(new PeerServerError('cancelled', 'The server is ready; open it.'));
    return await environment.registry.add(name, keyPair);
  } finally {
    lock.release();
  }
}

function refused(typed: string, message: string, suggestion?: string): CreateServerResult {
  const suggested = parseSiteName(suggestion ?? '');
  const name = suggested.ok ? suggested.name : suggestName(typed, Math.random());
  return { kind: 'refused', message, suggestion: name };
}
