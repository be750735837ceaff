/** Who waits for the budget. */
export interface BudgetWaiter {
  /** Bytes may have become free. Returns true when the waiter need not wait any more. */
  retry(): boolean;
}

/**
 * What the bodies of one connection may hold together before their producers have to wait (S5). Whoever
 * waits longest is asked first; one that is too large for the room there is does not hold up the others.
 */
export class QueueBudget {
  readonly #limit: number;
  readonly #waiting = new Set<BudgetWaiter>();
  #used = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts bytes that are held already, whether or not there was room for them. */
  add(bytes: number): void {
    this.#used += bytes;
  }

  /** Keeps room for bytes to come. Returns false, and keeps none, when there is not enough. */
  reserve(bytes: number): boolean {
    if (this.#used + bytes > this.#limit) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives bytes back and lets those go on who wait for them. */
  release(bytes: number): void {
    if (bytes === 0) return;
    this.#used -= bytes;
    for (const waiter of this.#waiting) {
      if (this.#used >= this.#limit) return;
      if (waiter.retry()) this.#waiting.delete(waiter);
    }
  }

  /** Puts a waiter at the end of the line; one that stands there keeps its place. */
  wait(waiter: BudgetWaiter): void {
    this.#waiting.add(waiter);
  }

  forget(waiter: BudgetWaiter): void {
    this.#waiting.delete(waiter);
  }
}
