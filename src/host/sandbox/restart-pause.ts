import type { Clock } from '../../protocol/clock.ts';

/** Failures in a row after which the next start is not put off: a handler may fail for a few visitors. */
const FREE_FAILURES = 3;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Who has run as long as this is no part of a row. Milliseconds. */
const SOUND_AFTER_MS = 60_000;

/** How long a site whose code fails again and again is left alone. */
export class RestartPause {
  readonly #clock: Clock;
  #failures = 0;
  #until = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when the code may be started. */
  get isOver(): boolean {
    return this.#clock.now() >= this.#until;
  }

  /** @param livedMs how long the code ran before it failed */
  failed(livedMs: number): void {
    this.#failures = livedMs >= SOUND_AFTER_MS ? 1 : this.#failures + 1;
    const doublings = this.#failures - FREE_FAILURES - 1;
    if (doublings < 0) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** doublings);
    this.#until = this.#clock.now() + pause;
  }

  /** The code is another one now. */
  forget(): void {
    this.#failures = 0;
    this.#until = Number.NEGATIVE_INFINITY;
  }
}
