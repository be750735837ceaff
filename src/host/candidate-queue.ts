import type { Candidate } from '../protocol/negotiation.ts';

/**
 * Candidates that one visitor may have waiting here. A browser finds about ten; whoever sends hundreds is
 * not looking for a path.
 */
export const MAX_WAITING_CANDIDATES = 64;

/** ICE candidates of one visitor on their way from the signaling socket to the link, in order. */
export class CandidateQueue {
  readonly #waiting: Candidate[] = [];
  #ended = false;
  #wake: () => void = () => {};

  /** Adds one; beyond the limit it is dropped. */
  push(candidate: Candidate): void {
    if (this.#ended || this.#waiting.length >= MAX_WAITING_CANDIDATES) return;
    this.#waiting.push(candidate);
    this.#wake();
  }

  /** No more will come; what waits can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Those that wait and those to come, for one consumer at a time; ends when `signal` aborts, too. */
  async *take(signal: AbortSignal): AsyncGenerator<Candidate, void, undefined> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        const next = this.#waiting.shift();
        if (next) yield next;
        else if (this.#ended) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}
