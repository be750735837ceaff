import type { Clock } from '../../protocol/clock.ts';

/**
 * Another page's worker may still hold a site's files: browsers let go of them a little after a page is gone. One
 * holds a site at a time (`hosting-lock.ts`), so this passes. Waits in milliseconds, six seconds in all.
 */
const WAITS_MS = [20, 50, 100, 200, 400, 800, 1500, 3000];

/** Does what takes files that nobody has open; waits while somebody has. Rejects with what it rejected with at last. */
export async function onceFree<T>(work: () => Promise<T>, clock: Clock): Promise<T> {
  for (const wait of WAITS_MS) {
    try {
      return await work();
    } catch (thrown) {
      if (!isTaken(thrown)) throw thrown;
      await new Promise<void>((resolve) => clock.schedule(wait, resolve));
    }
  }
  return work();
}

/** Whether files could not be used because somebody has them open. */
export function isTaken(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'NoModificationAllowedError';
}
