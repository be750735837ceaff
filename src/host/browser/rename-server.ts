import { parseSiteName, type SiteName } from '../../address/site-name.ts';
import { refused, refusedOwn } from './create-server.ts';
import { requirePlace } from './export-server.ts';
import type { HostEnvironment } from './host-environment.ts';
import { acquireHostingLock } from './hosting-lock.ts';
import type { CreateServerResult, NamedServerOptions, ServerRecord } from './public-api.ts';
import { claimServerName, releaseServerName } from './server-names.ts';

/**
 * Gives a server another name. The new name is claimed first, with the server's key, while it may still run;
 * then it is stopped, and one write in the list makes the change: its files stay where they are. Last, the
 * old name is given back. Whatever moment this breaks off, the server has one of the two names, and the lease
 * of the other runs out.
 * @throws PeerServerError no-such-site, signaling-failed, storage-failed, cancelled; nothing has changed then
 */
export async function renameServerIn(
  environment: HostEnvironment,
  from: string,
  options: NamedServerOptions,
): Promise<CreateServerResult> {
  const { registry } = environment;
  const place = await requirePlace(environment, from);
  const parsed = parseSiteName(options.name);
  if (!parsed.ok) return refused(options.name, parsed.message);
  const to = parsed.name;
  if (await registry.has(to)) return refusedOwn(to);
  const identity = await registry.identity(place.name);
  const claim = await claimServerName(environment, to, identity, options);
  if (claim.kind === 'refused') return refused(to, claim.message, claim.suggestion);
  // Nobody gives this up: what came of the renaming is decided then. It has a limit of time of its own.
  const giveBack = (name: SiteName): Promise<void> => {
    const { signal } = new AbortController();
    return releaseServerName(environment, name, identity, { ...options, signal });
  };
  let server: ServerRecord | undefined;
  try {
    server = await moveRecord(environment, place.name, to, options.signal);
  } catch (thrown) {
    await giveBack(to);
    throw thrown;
  }
  if (!server) return refusedOwn(to);
  await giveBack(place.name);
  return { kind: 'created', server };
}

/** Returns undefined, and changes nothing, when another tab has given the name away meanwhile. */
async function moveRecord(
  { registry, locks }: HostEnvironment,
  from: SiteName,
  to: SiteName,
  signal: AbortSignal,
): Promise<ServerRecord | undefined> {
  const lock = await acquireHostingLock(from, signal, locks);
  try {
    const newLock = await acquireHostingLock(to, signal, locks);
    try {
      if (await registry.has(to)) return undefined;
      return await registry.rename(from, to);
    } finally {
      newLock.release();
    }
  } finally {
    lock.release();
  }
}
