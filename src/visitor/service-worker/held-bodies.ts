import { PeerServerError } from '../../protocol/errors.ts';

/** Bodies at once; a page that hands over more than it sends loses the oldest. */
const MAX_HELD = 64;
/** A body is handed over right before its request, so it comes at the same moment, ms. */
const COMES_WITHIN_MS = 10_000;

/**
 * Bodies that pages hand over by reference, beside requests that come without (page-script/uploads.ts). A body
 * stays until its page says that the request is over: a redirect may want it once more.
 */
export class HeldBodies {
  readonly #bodies = new Map<string, Blob>();
  readonly #waiting = new Map<string, (body: Blob) => void>();

  /** @param body null when the request is over */
  put(id: string, body: Blob | null): void {
    if (body === null) {
      this.#bodies.delete(id);
      return;
    }
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size >= MAX_HELD && oldest !== undefined) this.#bodies.delete(oldest);
    this.#bodies.set(id, body);
    this.#waiting.get(id)?.(body);
  }

  /** @throws PeerServerError cancelled when it does not come: a request must not be sent without its body */
  get(id: string): Promise<Blob> {
    const body = this.#bodies.get(id);
    if (body) return Promise.resolve(body);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new PeerServerError('cancelled', 'The page did not hand over the body.'));
      }, COMES_WITHIN_MS);
      this.#waiting.set(id, (came) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(came);
      });
    });
  }
}
