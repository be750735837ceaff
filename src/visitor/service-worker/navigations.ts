/** What this life of the service worker knows of a navigation in a shell's frame. */
export type NavigationState = 'asking' | 'answered' | 'unknown';

/** More are not remembered as answered: a shell asks within seconds. */
const MAX_ANSWERED = 50;
/** Browsers follow no more redirects than that. */
const MAX_REDIRECTS = 20;

/**
 * Remembers navigations in frames, for shells that wonder what has become of one: Chromium lets one wait for
 * good whose service worker is stopped before it has answered, and the next life has never heard of it.
 */
export class Navigations {
  readonly #asking = new Map<string, number>();
  /** With where the answer has led, if it was a redirect. */
  readonly #answered = new Map<string, string | undefined>();

  /** Runs `answer`, during which the navigation counts as being asked for. */
  async during(url: string, answer: () => Promise<Response>): Promise<Response> {
    const key = withoutHash(url);
    this.#asking.set(key, (this.#asking.get(key) ?? 0) + 1);
    let target: string | undefined;
    try {
      const response = await answer();
      target = redirectTarget(response, url);
      return response;
    } finally {
      const others = (this.#asking.get(key) ?? 1) - 1;
      if (others > 0) this.#asking.set(key, others);
      else this.#asking.delete(key);
      this.#remember(key, target);
    }
  }

  /** What became of the last navigation to an address, and of where it was redirected to. */
  stateOf(url: string): NavigationState {
    let key = withoutHash(url);
    for (let hop = 0; hop < MAX_REDIRECTS; hop += 1) {
      if (this.#asking.has(key)) return 'asking';
      const target = this.#answered.get(key);
      // The browser is about to follow the redirect.
      if (target === undefined || !this.#knows(target)) break;
      key = target;
    }
    return this.#answered.has(key) ? 'answered' : 'unknown';
  }

  /** The address, and those that have led there by redirects. */
  waysTo(url: string): string[] {
    const ways = new Set([withoutHash(url)]);
    // It grows while it is gone through.
    for (const way of ways) {
      for (const [source, target] of this.#answered) if (target === way) ways.add(source);
    }
    return [...ways];
  }

  #knows(key: string): boolean {
    return this.#asking.has(key) || this.#answered.has(key);
  }

  #remember(key: string, target: string | undefined): void {
    this.#answered.delete(key);
    // What was answered there before is another navigation's.
    if (target !== undefined) this.#answered.delete(target);
    this.#answered.set(key, target);
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > MAX_ANSWERED && oldest !== undefined) this.#answered.delete(oldest);
  }
}

function redirectTarget({ status, headers }: Response, url: string): string | undefined {
  const location = headers.get('location');
  if (status < 300 || status >= 400 || location === null) return undefined;
  return URL.canParse(location, url) ? withoutHash(new URL(location, url).href) : undefined;
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? url;
}
