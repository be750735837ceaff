import { type BodyTotal, readBodyTotal } from '../bridge/body-totals.ts';

/**
 * How long a body that has ended may wait for its total, which comes on another way: so many turns of so many
 * milliseconds. Turns, since a page that is busy or paused for long has not heard yet what has come meanwhile.
 */
const PATIENCE_TURNS = 12;
const TURN_MS = 250;
/** Bodies under way; of a page that has more than this, the oldest are not checked. */
const MAX_EXPECTED = 1_000;

/** What the service worker has said of one body: nothing, that it has begun, or how long it is. */
export interface ExpectedTotal {
  said?: BodyTotal | undefined;
  heard?: () => void;
}

/** What a page knows of the lengths of the bodies that it is to get. */
export class ExpectedTotals {
  readonly #expected = new Map<string, ExpectedTotal>();
  readonly #wait: (resolve: () => void, ms: number) => void;

  /** @param wait calls back after so many milliseconds */
  constructor(wait: (resolve: () => void, ms: number) => void) {
    this.#wait = wait;
  }

  /** Takes in what the service worker says. @param data as it came */
  hear(data: unknown): void {
    const said = readBodyTotal(data);
    const total = said && this.#expected.get(said.id);
    if (!total) return;
    total.said = said;
    total.heard?.();
    if (said.bytes !== undefined) this.forget(said.id);
  }

  /** For the answer to a request with this tag. */
  expect(id: string): ExpectedTotal {
    const total = {};
    this.#expected.set(id, total);
    for (const [oldest, unchecked] of this.#expected) {
      if (this.#expected.size <= MAX_EXPECTED) break;
      unchecked.said = undefined;
      this.forget(oldest);
    }
    return total;
  }

  /** Nothing more is to be heard of it. */
  forget(id: string): void {
    this.#expected.delete(id);
  }

  /**
   * Resolves if these are all bytes of a body that has ended, as far as can be known.
   * @throws TypeError in the words of the browser, which ought to have noticed
   */
  async confirm(total: ExpectedTotal, received: number): Promise<void> {
    for (let turn = 0; turn < PATIENCE_TURNS; turn += 1) {
      if (!total.said || total.said.bytes !== undefined) break;
      await new Promise<void>((resolve) => {
        total.heard = resolve;
        this.#wait(resolve, TURN_MS);
      });
    }
    if (total.said && total.said.bytes !== received) {
      throw new TypeError('NetworkError when attempting to fetch resource.');
    }
  }
}
