/** What this life of the service worker knows of a navigation in a shell's frame. */
export type NavigationState = 'asking' | 'answered' | 'unknown';

/** More are not remembered as answered: a shell asks within seconds. */
const MAX_ANSWERED = 50;

/**
 * Remembers navigations in frames, for shells that wonder what has become of one: Chromium lets one wait for
 * good whose service worker is stopped before it has answered, and the next life has never heard of it.
 */
export class Navigations {
  readonly #asking = new Map<string, number>();
  readonly #answered = new Set<string>();

  /** Runs `answer`, during which the navigation counts as being asked for. */
  async during<T>(url: string, answer: () => Promise<T>): Promise<T> {
    const key = withoutHash(url);
    this.#asking.set(key, (this.#asking.get(key) ?? 0) + 1);
    try {
      return await answer();
    } finally {
      const others = (this.#asking.get(key) ?? 1) - 1;
      if (others > 0) this.#asking.set(key, others);
      else this.#asking.delete(key);
      this.#remember(key);
    }
  }

  /** What became of the last navigation to an address. */
  stateOf(url: string): NavigationState {
    const key = withoutHash(url);
    if (this.#asking.has(key)) return 'asking';
    return this.#answered.has(key) ? 'answered' : 'unknown';
  }

  #remember(key: string): void {
    this.#answered.delete(key);
    this.#answered.add(key);
    const [oldest] = this.#answered;
    if (this.#answered.size > MAX_ANSWERED && oldest !== undefined) this.#answered.delete(oldest);
  }
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? url;
}
