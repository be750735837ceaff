/** Fewer places that are free again are not worth moving the rest for. */
const MIN_COMPACTION = 32;

/**
 * A queue whose ends cost the same however long it is: an array's `shift` moves all that is left, which
 * thousands of small pieces would pay for each.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest item, which stays; undefined when there is none. */
  first(): T | undefined {
    return this.#items[this.#head];
  }

  /** Puts another item in the place of the oldest. */
  replaceFirst(item: T): void {
    if (this.length > 0) this.#items[this.#head] = item;
  }

  /** Takes the oldest item; undefined when there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head > MIN_COMPACTION && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
