import { asPeerServerError, type PeerServerError } from './errors.ts';

interface Waiter {
  admit(): void;
  refuse(error: PeerServerError): void;
}

/** Counts the exchanges that may be open at once; who comes too many waits in line (S3). */
export class StreamSlots {
  #size: number;
  #taken = 0;
  #closed: PeerServerError | undefined;
  readonly #waiters = new Set<Waiter>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Resolves when a slot is the caller's; rejects after `signal` or `close`. */
  take(signal?: AbortSignal): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed);
    if (signal?.aborted) return Promise.reject(asPeerServerError(signal.reason, 'cancelled'));
    if (this.#taken < this.#size) {
      this.#taken += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const abort = () => waiter.refuse(asPeerServerError(signal?.reason, 'cancelled'));
      const leave = () => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        admit: () => {
          leave();
          this.#taken += 1;
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Gives a slot back. */
  release(): void {
    this.#taken -= 1;
    this.#admitWaiting();
  }

  resize(size: number): void {
    this.#size = size;
    this.#admitWaiting();
  }

  /** Refuses everybody who waits and who comes later. */
  close(error: PeerServerError): void {
    this.#closed = error;
    for (const waiter of [...this.#waiters]) waiter.refuse(error);
  }

  #admitWaiting(): void {
    for (const waiter of [...this.#waiters]) {
      if (this.#taken >= this.#size) return;
      waiter.admit();
    }
  }
}
