import { PeerServerError } from '../../protocol/errors.ts';

/** As a worker does what it is asked: who gives up is told so at once, and it is done all the same. */
export function answeredAsByWorker<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(new PeerServerError('cancelled', 'Waiting was given up.'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject);
  });
}
