import { type BodyTotal, readBodyTotal } from '../bridge/body-totals.ts';

/**
 * How long a body that has ended may wait for its total, which comes on another way: so many turns of so many
 * milliseconds. Turns, since a page that is busy or paused for long has not heard yet what has come meanwhile.
 */
const PATIENCE_TURNS = 12;
const TURN_MS = 250;
/** Totals waited for; of a page that has more requests open than this, the oldest are not checked. */
const MAX_EXPECTED = 1_000;

export interface ExpectedTotalsOptions {
  /** Begins to listen to what the service worker says of bodies. */
  listen(heard: (data: unknown) => void): void;
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** What a page knows of the lengths of the bodies that it is to get. */
export class ExpectedTotals {
  readonly #options: ExpectedTotalsOptions;
  readonly #expected = new Map<string, ExpectedTotal>();
  #isListening = false;
  #isDeaf = false;

  constructor(options: ExpectedTotalsOptions) {
    this.#options = options;
  }

  /** For the answer to a request with this tag. */
  expect(id: string): ExpectedTotal {
    if (!this.#isListening) this.#options.listen((data) => this.#hear(readBodyTotal(data)));
    this.#isListening = true;
    const total = new ExpectedTotal((known) => this.#isWhole(known));
    this.#expected.set(id, total);
    for (const [oldest] of this.#expected) {
      if (this.#expected.size <= MAX_EXPECTED) break;
      this.forget(oldest);
    }
    return total;
  }

  /** There is no answer, or none whose body can be checked. */
  forget(id: string): void {
    this.#expected.get(id)?.waive();
    this.#expected.delete(id);
  }

  #hear(said: BodyTotal | undefined): void {
    if (!said) return;
    this.#expected.get(said.id)?.tell(said);
    if (said.bytes !== undefined) this.#expected.delete(said.id);
  }

  async #isWhole(total: ExpectedTotal): Promise<boolean> {
    for (let turn = 0; turn < PATIENCE_TURNS && total.isOpen && !this.#isDeaf; turn += 1) {
      await Promise.race([total.settled, this.#options.pause(TURN_MS)]);
    }
    if (!total.isOpen || total.hasBegun) return !total.isOpen;
    // Said of no body at all: it came on another way, or nothing can be heard, and never will.
    this.#isDeaf = true;
    return true;
  }
}

/** The length of one body. */
export class ExpectedTotal {
  readonly settled: Promise<void>;
  #settle = () => {};
  #bytes: number | undefined;
  #isWaived = false;
  #hasBegun = false;
  readonly #wait: (total: ExpectedTotal) => Promise<boolean>;

  /** @param wait resolves with false when it should have come, and does not */
  constructor(wait: (total: ExpectedTotal) => Promise<boolean>) {
    this.#wait = wait;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** One that needs not be told. */
  static known(bytes: number): ExpectedTotal {
    const total = new ExpectedTotal(async () => true);
    total.tell({ bytes });
    return total;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isOpen(): boolean {
    return this.#bytes === undefined && !this.#isWaived;
  }

  tell({ bytes }: Omit<BodyTotal, 'id'>): void {
    this.#hasBegun = true;
    if (bytes === undefined) return;
    this.#bytes = bytes;
    this.#settle();
  }

  /** Nothing is expected any more: whatever comes is taken for the whole. */
  waive(): void {
    this.#isWaived = true;
    this.#settle();
  }

  /**
   * Resolves if these are all bytes of the body, as far as can be known.
   * @throws TypeError in the words of the browser, which ought to have noticed
   */
  async confirm(received: number): Promise<void> {
    if (this.isOpen && !(await this.#wait(this))) throw networkError();
    if (!this.#isWaived && this.#bytes !== undefined && this.#bytes !== received) {
      throw networkError();
    }
  }
}

function networkError(): TypeError {
  return new TypeError('NetworkError when attempting to fetch resource.');
}
