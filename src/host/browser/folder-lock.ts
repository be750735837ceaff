import type { LockEnvironment } from './hosting-lock.ts';

/**
 * Does something to a site's folder that nobody else may do meanwhile: making a server in it, or removing it. The
 * hosting lock is not enough: a renamed server lies in the folder of its first name, which another server may
 * have by now.
 */
export async function withFolder<T>(
  { locks }: LockEnvironment,
  folder: string,
  work: () => Promise<T>,
): Promise<T> {
  return locks.request(`peerserver-folder-${folder}`, work);
}
