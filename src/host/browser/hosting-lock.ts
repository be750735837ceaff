/**
 * One tab hosts a site at a time. A Web Lock says which; it frees itself when a tab closes or crashes. A
 * tab that wants the site asks the one that has it, through a BroadcastChannel, and waits for the lock.
 */
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';

/** What the browser gives; tests pass stand-ins. */
export interface LockEnvironment {
  readonly locks: Pick<LockManager, 'request' | 'query'>;
  openChannel(name: string): BroadcastChannel;
}

export interface HostingLock {
  /** Resolves when another tab asks for the site: stop, then `release`. */
  readonly wanted: Promise<void>;
  /** Lets the next tab have the site; safe to call again. */
  release(): void;
}

/** The browser's own. */
export const browserLocks: LockEnvironment = {
  get locks() {
    return navigator.locks;
  },
  openChannel: (name) => new BroadcastChannel(name),
};

/** The one message on the channel: "let me have the site". */
const TAKE_OVER = 'take-over';

/**
 * Gets the right to host a site, from another tab if need be. Waits for as long as that tab takes to store
 * what it has; a tab that is gone has released its lock already.
 * @throws PeerServerError cancelled when `signal` aborts first
 */
export async function acquireHostingLock(
  site: string,
  signal: AbortSignal,
  environment: LockEnvironment,
): Promise<HostingLock> {
  const name = hostingLockName(site);
  const channel = environment.openChannel(name);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Listens from the start: a third tab may ask while this one still waits, and must not wait for ever.
  const wanted = new Promise<void>((resolve) => {
    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.data === TAKE_OVER) resolve();
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      // Lives as long as the lock is held; rejects if the wait is aborted.
      environment.locks
        .request(name, { signal }, () => {
          resolve();
          return held;
        })
        .then(() => channel.close(), reject);
      channel.postMessage(TAKE_OVER);
    });
  } catch (thrown) {
    channel.close();
    if (signal.aborted) {
      const text = 'Waiting for the other tab was cancelled.';
      throw new PeerServerError('cancelled', text, { cause: thrown });
    }
    throw asPeerServerError(thrown, 'storage-failed');
  }
  return { wanted, release };
}

/** The lock of whoever hosts a site, which is also the name of the channel to ask for it. */
export function hostingLockName(site: string): string {
  return `peerserver-site-${site}`;
}
