/** Navigations whose origin is forgotten if they do not begin: as many as tabs may open at once. */
const MAX_EXPECTED = 16;

/**
 * What led to the shells whose frames are about to ask for their first page: the frame's own request names
 * nobody, while a server would be told which page the link was on.
 */
export class Arrivals {
  readonly #referrers = new Map<string, string>();

  /** A shell's frame is about to be sent to `url`, where a link of `referrer` has led; '' for none. */
  expect(url: string, referrer: string): void {
    this.#referrers.delete(url);
    if (referrer === '' || referrer === 'about:client') return;
    const [oldest] = this.#referrers.keys();
    if (this.#referrers.size >= MAX_EXPECTED && oldest !== undefined)
      this.#referrers.delete(oldest);
    this.#referrers.set(url, referrer);
  }

  /** The request's referrer as a server would see it; what was expected is used up. */
  referrerOf({ mode, url, referrer }: Pick<Request, 'mode' | 'url' | 'referrer'>): string {
    const namesNobody = referrer === '' || referrer === 'about:client';
    if (mode !== 'navigate' || !namesNobody) return referrer;
    const expected = this.#referrers.get(url);
    this.#referrers.delete(url);
    return expected ?? '';
  }
}
