import type { Clock } from '../../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../../protocol/errors.ts';

export interface WaitLimit {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly ms: number;
  /** Ends the work before its time. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does `work`, and waits for it so long and no longer, whatever the work makes of its signal.
 * @throws PeerServerError too-slow after that time; or with the reason of `signal`, by default `cancelled`; or
 *   what `work` rejects with
 */
export async function withinTime<T>(
  { clock, ms, signal }: WaitLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const cancel = clock.schedule(ms, () =>
    ending.abort(new PeerServerError('too-slow', `The host did not answer within ${ms} ms.`)),
  );
  const abort = () => ending.abort(signal?.reason);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  try {
    return await untilAborted(work(ending.signal), ending.signal);
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
}

/** What `promise` settles with, or a rejection with the signal's reason if that comes first. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(asPeerServerError(signal.reason, 'cancelled'));
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}
