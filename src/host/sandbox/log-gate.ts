import type { Clock } from '../../protocol/clock.ts';
import type { SiteLogEntry } from '../site-log.ts';

/** Entries that a site may log in one go: a page's worth of requests with some lines each. */
const BURST = 500;
/** Entries a second after that: more than anybody reads, and a loop that logs costs the host little. */
const PER_SECOND = 50;

/**
 * Passes entries on as long as they come at a rate that somebody could want; says how many were left out.
 * What the host has to say about a site is never left out.
 */
export class LogGate {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #pass: (entry: SiteLogEntry) => void;
  #tokens = BURST;
  #filledAt: number;
  #leftOut = 0;

  /** @param now time of day, milliseconds since 1970 */
  constructor(clock: Clock, now: () => number, pass: (entry: SiteLogEntry) => void) {
    this.#clock = clock;
    this.#now = now;
    this.#pass = pass;
    this.#filledAt = clock.now();
  }

  /** An entry of the site's own. @param make called only if it is passed on: to find its place takes time */
  add(make: () => Omit<SiteLogEntry, 'at'>): void {
    const now = this.#clock.now();
    const gained = ((now - this.#filledAt) / 1000) * PER_SECOND;
    this.#tokens = Math.min(BURST, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      this.#leftOut += 1;
      return;
    }
    this.#tokens -= 1;
    if (this.#leftOut > 0) {
      const text = `${this.#leftOut} entries were left out: the site logs more than ${PER_SECOND} a second.`;
      this.#leftOut = 0;
      this.tell({ level: 'warn', source: 'sandbox', text });
    }
    this.tell(make());
  }

  /** An entry of ours. */
  tell(entry: Omit<SiteLogEntry, 'at'>): void {
    this.#pass({ at: this.#now(), ...entry });
  }
}
