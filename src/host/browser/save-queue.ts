import type { PeerServerError } from '../../protocol/errors.ts';

/** The saves of a store: their last steps one after the other, and none that begins after it is closed. */
export class SaveQueue {
  /** The end of the last step. Never rejects. */
  #lastStep: Promise<unknown> = Promise.resolve();
  /** Saves that began while it was open. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** What every later call is told. */
  #closed: PeerServerError | undefined;

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Throws the reason when it is closed. */
  requireOpen(): void {
    if (this.#closed) throw this.#closed;
  }

  /** A save as a whole: it comes to its end even if the store is closed meanwhile. Rejects when it is. */
  async admit<T>(save: () => Promise<T>): Promise<T> {
    this.requireOpen();
    const saving = save();
    this.#underWay.add(saving);
    try {
      return await saving;
    } finally {
      this.#underWay.delete(saving);
    }
  }

  /** A step that waits for the one before, however that ended. */
  inTurn<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#lastStep.then(step);
    // The caller gets the error; the queue only needs to know that the step is over.
    this.#lastStep = result.catch(() => undefined);
    return result;
  }

  /**
   * Refuses saves from now on, and waits for those under way.
   * @param reason what later calls are told
   */
  async close(reason: PeerServerError): Promise<void> {
    this.#closed ??= reason;
    await Promise.allSettled(this.#underWay);
    await this.#lastStep;
  }
}
