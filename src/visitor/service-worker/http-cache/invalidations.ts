/** Addresses whose last invalidation is remembered one by one. Of an older one all answers under way count as hit. */
const MAX_ADDRESSES = 1_024;

/**
 * Which addresses' answers have become wrong, and when: an answer that was asked for before may come after, and
 * must not be stored then. "When" is a count of invalidations, so that no two have the same time.
 */
export class Invalidations {
  /** By address, the longest ago first. */
  readonly #moments = new Map<string, number>();
  #moment = 0;
  /** Of what was forgotten to keep the number of addresses bounded. */
  #forgottenUntil = 0;

  /** The present, to be noted when the host is asked. */
  get moment(): number {
    return this.#moment;
  }

  /** From now on, answers of this address that are under way are wrong. */
  add(address: string): void {
    this.#moment += 1;
    this.#moments.delete(address);
    this.#moments.set(address, this.#moment);
    if (this.#moments.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#moments;
    if (!oldest) return;
    this.#moments.delete(oldest[0]);
    this.#forgottenUntil = oldest[1];
  }

  /** True if an answer that was asked for at `askedAt` may be wrong by now. */
  hit(address: string, askedAt: number): boolean {
    return askedAt < (this.#moments.get(address) ?? this.#forgottenUntil);
  }
}
