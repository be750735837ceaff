/**
 * Blobs that no index needs any more are removed after each save, by the one tab that has the site open. A tab
 * that reads them without having it open, to export or duplicate it, must not have them taken away: it shares
 * a Web Lock, which frees itself when the tab closes or crashes, and nothing is removed meanwhile.
 */
import { asPeerServerError } from '../../protocol/errors.ts';
import type { LockEnvironment } from './hosting-lock.ts';

/** Runs what removes blobs, if nobody needs them. */
export type Collecting = (collect: () => Promise<void>) => Promise<void>;

/**
 * Keeps a site's blobs until the returned function is called, which is safe to call again.
 * @param folder the site's, as the registry has it
 * @throws PeerServerError cancelled when `signal` aborts first
 */
export async function keepBlobs(
  { locks }: LockEnvironment,
  folder: string,
  signal: AbortSignal,
): Promise<() => void> {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const options: LockOptions = { mode: 'shared', signal };
      const granted = (): Promise<void> => {
        resolve();
        return held;
      };
      locks.request(lockName(folder), options, granted).catch(reject);
    });
  } catch (thrown) {
    throw asPeerServerError(thrown, signal.aborted ? 'cancelled' : 'storage-failed');
  }
  return release;
}

/** For the tab that has the site open: removes blobs only while no tab keeps them. */
export function collectingUnlessKept({ locks }: LockEnvironment, folder: string): Collecting {
  return async (collect) => {
    await locks.request(lockName(folder), { ifAvailable: true }, async (lock) => {
      // Another time: the next save collects again, and so does the next opening.
      if (lock) await collect();
    });
  };
}

function lockName(folder: string): string {
  return `peerserver-blobs-${folder}`;
}
