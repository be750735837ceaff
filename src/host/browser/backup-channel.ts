/**
 * A site's database is open in the tab that runs the site, and nowhere else. Another tab that wants a copy of
 * it asks over a BroadcastChannel; when no tab runs the site, it opens the database itself for a moment.
 */
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';
import type { LockEnvironment } from './hosting-lock.ts';
import { hostingLockName } from './hosting-lock.ts';

/** Makes the copy; undefined when the site has no database. */
export type Backup = (signal: AbortSignal) => Promise<Blob | undefined>;

type Message =
  | { readonly kind: 'wanted'; readonly id: string }
  /** The tab runs the site from now on: whoever waits may ask again. */
  | { readonly kind: 'here' }
  | { readonly kind: 'made'; readonly id: string; readonly database: Blob | undefined }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string };

/**
 * Answers other tabs for as long as this one runs the site.
 * @param signal ends it
 */
export function answerBackups(
  environment: LockEnvironment,
  site: string,
  backup: Backup,
  signal: AbortSignal,
): void {
  if (signal.aborted) return;
  const channel = environment.openChannel(channelName(site));
  const say = (message: Message): void => {
    if (!signal.aborted) channel.postMessage(message);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = parseMessage(data);
    if (message?.kind !== 'wanted') return;
    const { id } = message;
    backup(signal).then(
      (database) => say({ kind: 'made', id, database }),
      (thrown: unknown) =>
        say({ kind: 'failed', id, message: asPeerServerError(thrown, 'storage-failed').message }),
    );
  });
  signal.addEventListener('abort', () => channel.close(), { once: true });
  say({ kind: 'here' });
}

/**
 * A copy of a site's database, from the tab that runs it, which is not disturbed, or from its files.
 * @param fromFiles called while no tab runs the site and none can begin to
 * @throws PeerServerError storage-failed, cancelled
 */
export async function backupFromAnyTab(
  environment: LockEnvironment,
  site: string,
  fromFiles: Backup,
  signal: AbortSignal,
): Promise<Blob | undefined> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const fromTab = askTab(environment, site, either);
  const waiting = environment.locks.request(hostingLockName(site), { signal: either }, () => {
    // Granted: nobody runs it. Openers wait until the copy is made.
    return fromFiles(signal);
  });
  try {
    return await Promise.race([fromTab, waiting]);
  } catch (thrown) {
    throw asPeerServerError(thrown, signal.aborted ? 'cancelled' : 'storage-failed');
  } finally {
    done.abort();
    // The slower of the two ends with this signal; why is known.
    await Promise.allSettled([fromTab, waiting]);
  }
}

function askTab(
  environment: LockEnvironment,
  site: string,
  signal: AbortSignal,
): Promise<Blob | undefined> {
  const channel = environment.openChannel(channelName(site));
  const id = crypto.randomUUID();
  const ask = (): void => channel.postMessage({ kind: 'wanted', id } satisfies Message);
  return new Promise<Blob | undefined>((resolve, reject) => {
    const onAbort = (): void => reject(asPeerServerError(signal.reason, 'cancelled'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = parseMessage(data);
      if (message?.kind === 'here') ask();
      else if (message?.kind === 'made' && message.id === id) resolve(message.database);
      else if (message?.kind === 'failed' && message.id === id) {
        reject(new PeerServerError('storage-failed', message.message));
      }
    });
    ask();
  }).finally(() => channel.close());
}

/** Only this origin's own tabs speak here, though perhaps those of an older version. */
function parseMessage(data: unknown): Message | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { kind, id, database, message }: Partial<Record<string, unknown>> = { ...data };
  if (kind === 'here') return { kind };
  if (typeof id !== 'string') return undefined;
  if (kind === 'wanted') return { kind, id };
  if (kind === 'failed' && typeof message === 'string') return { kind, id, message };
  if (kind !== 'made' || !(database === undefined || database instanceof Blob)) return undefined;
  return { kind, id, database };
}

function channelName(site: string): string {
  return `peerserver-backup-${site}`;
}
