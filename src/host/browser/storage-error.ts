import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';

/** True when the browser refused to store more. */
export function isQuotaError(thrown: unknown): boolean {
  if (thrown instanceof PeerServerError) return isQuotaError(thrown.cause);
  return thrown instanceof Error && thrown.name === 'QuotaExceededError';
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
  if (isQuotaError(thrown)) {
    const text =
      'This browser has no room left for the site: nothing was changed. Remove large files from the site or free space on the disk, then save again.';
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
