import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';

/** True when the browser refused to store more. */
export function isQuotaError(thrown: unknown): boolean {
  if (thrown instanceof PeerServerError) return isQuotaError(thrown.cause);
  return thrown instanceof Error && thrown.name === 'QuotaExceededError';
}

/** Bytes that may still be stored; undefined when that is not known. */
export type RoomLeft = () => Promise<number | undefined>;

/**
 * More than this cannot be what is left when a save is refused: Chromium says 10 GiB, whatever there is, so
 * that no page can tell browsers apart by it.
 */
const BELIEVABLE_ROOM = 1_000_000_000;

/** The same error, and how much room there is if it is about that. */
export async function withRoomLeft(thrown: unknown, roomLeft?: RoomLeft): Promise<unknown> {
  if (!isQuotaError(thrown)) return thrown;
  const bytes = await roomLeft?.();
  return noRoom(thrown, bytes === undefined || bytes > BELIEVABLE_ROOM ? undefined : bytes);
}

function noRoom(cause: unknown, left?: number): PeerServerError {
  const room = left === undefined ? 'no room left' : `only ${inMegabytes(left)} left, too little`;
  const text = `This browser has ${room} for the site: nothing was changed. Remove large files from the site or free space on the disk, then save again.`;
  return new PeerServerError('storage-failed', text, { cause });
}

function inMegabytes(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  return megabytes < 10 ? `${megabytes.toFixed(1)} MB` : `${Math.floor(megabytes)} MB`;
}

/**
 * What storage threw, in words that say what to do.
 * @param doing what failed, e.g. `Saving`
 */
export function storageError(doing: string, thrown: unknown): PeerServerError {
  if (thrown instanceof PeerServerError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return asPeerServerError(thrown, 'storage-failed');
  }
  if (isQuotaError(thrown)) return noRoom(thrown);
  if (thrown instanceof Error && thrown.name === 'NotFoundError') {
    const text =
      'The site is gone from this browser’s storage, which was cleared while it was open: nothing can be saved. Copy what you still see here before you close this tab.';
    return new PeerServerError('storage-failed', text, { cause: thrown });
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  const text = `${doing} failed (${detail}). Nothing was changed; try again, and reload the page if it fails again.`;
  return new PeerServerError('storage-failed', text, { cause: thrown });
}

/** Throws `cancelled` when the caller has given up. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new PeerServerError('cancelled', 'The save was cancelled: nothing was changed.', {
      cause: signal.reason,
    });
  }
}
