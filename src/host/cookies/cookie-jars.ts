import { type Clock, systemClock } from '../../protocol/clock.ts';
import { type CookieStorage, formatJars, parseJars, type StoredJar } from './jar-file.ts';
import { COOKIE_LIMITS, type CookieLimits } from './limits.ts';
import type { VisitorJar } from './visitor-jar.ts';

/** Between two saves, milliseconds: a site that sets a cookie with every answer must not save all the time. */
const SAVE_PAUSE_MS = 500;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface CookieJarsOptions {
  /** Where cookies are kept when the host ends; default: they end with it. */
  readonly storage?: CookieStorage;
  readonly clock?: Clock;
  /** Time of day, milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  readonly limits?: CookieLimits;
  /** Cookies could not be loaded or saved; they are still held in memory. Default: a line on the console. */
  readonly onProblem?: (error: unknown) => void;
}

interface Entry {
  readonly jar: VisitorJar;
  usedAt: number;
}

/** The jars of a site's visitors, by their keys; the least recently used go when there are too many. */
export class CookieJars {
  readonly #options: CookieJarsOptions;
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #limits: CookieLimits;
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>();
  #ready: Promise<void> | undefined;
  #newJar: ((stored?: StoredJar['cookies']) => VisitorJar) | undefined;
  #isDirty = false;
  #saving: Promise<void> | undefined;
  #cancelPause: (() => void) | undefined;

  constructor(options: CookieJarsOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#now = options.now ?? Date.now;
    this.#limits = options.limits ?? COOKIE_LIMITS;
  }

  /**
   * Loads what was kept, and the library that reads cookies, which is no part of the first download. To be
   * awaited before anything else. Rejects when that cannot be had; the next call tries again.
   */
  ready(): Promise<void> {
    this.#ready ??= this.#load().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  /** The visitor's jar, which counts as used now; undefined when nothing is kept for it. */
  find(visitor: string): VisitorJar | undefined {
    const entry = this.#entries.get(visitor);
    if (!entry) return undefined;
    this.#entries.delete(visitor);
    this.#entries.set(visitor, entry);
    const now = this.#now();
    // Being here is worth a save once a day, not with every request.
    const isNews = now - entry.usedAt > DAY_MS;
    entry.usedAt = now;
    if (isNews) this.#changed();
    return entry.jar;
  }

  /**
   * Changes the visitor's jar; one is made if there is none and the change puts something into it.
   * @param change returns true when it has changed anything that is to be kept
   */
  change(visitor: string, change: (jar: VisitorJar) => boolean): void {
    if (!this.#newJar) throw new Error('The jars are not ready.');
    const found = this.find(visitor);
    const jar = found ?? this.#newJar();
    const changed = change(jar);
    if (!found && !changed) return;
    this.#entries.set(visitor, { jar, usedAt: this.#now() });
    this.#makeRoom();
    if (changed) this.#changed();
  }

  /** Saves what has not been saved; never rejects. */
  async close(): Promise<void> {
    await this.#saving;
    this.#cancelPause?.();
    await this.#save();
  }

  async #load(): Promise<void> {
    const { VisitorJar } = await import('./visitor-jar.ts');
    this.#newJar = (stored) => new VisitorJar(this.#now, stored, this.#limits);
    for (const { visitor, usedAt, cookies } of await this.#loadStored()) {
      this.#entries.set(visitor, { jar: this.#newJar(cookies), usedAt });
    }
    this.#makeRoom();
  }

  async #loadStored(): Promise<StoredJar[]> {
    try {
      const text = await this.#options.storage?.load();
      return text === undefined ? [] : parseJars(text);
    } catch (error) {
      // Without old cookies a site still works: visitors sign in again.
      this.#problem(error);
      return [];
    }
  }

  #makeRoom(): void {
    const { jars, totalBytes, unusedDays } = this.#limits;
    const oldestUse = this.#now() - unusedDays * DAY_MS;
    // Counted anew each time, since jars shrink by themselves when cookies expire.
    let bytes = 0;
    for (const { jar } of this.#entries.values()) bytes += jar.bytes;
    for (const [visitor, { jar, usedAt }] of this.#entries) {
      const fits = this.#entries.size <= jars && bytes <= totalBytes;
      if (fits && usedAt >= oldestUse) return;
      this.#entries.delete(visitor);
      bytes -= jar.bytes;
      this.#isDirty = true;
    }
  }

  #changed(): void {
    this.#isDirty = true;
    this.#saveSoon();
  }

  /** At once, then no more often than the pause allows. */
  #saveSoon(): void {
    if (!this.#options.storage || this.#saving || this.#cancelPause) return;
    this.#saving = this.#save().then(() => {
      this.#saving = undefined;
      this.#cancelPause = this.#clock.schedule(SAVE_PAUSE_MS, () => {
        this.#cancelPause = undefined;
        if (this.#isDirty) this.#saveSoon();
      });
    });
  }

  async #save(): Promise<void> {
    const { storage } = this.#options;
    if (!storage || !this.#isDirty) return;
    this.#isDirty = false;
    const jars = [...this.#entries]
      .map(([visitor, { jar, usedAt }]) => ({ visitor, usedAt, cookies: jar.stored() }))
      .filter(({ cookies }) => cookies.length > 0);
    try {
      await storage.save(formatJars(jars));
    } catch (error) {
      this.#isDirty = true;
      this.#problem(error);
    }
  }

  #problem(error: unknown): void {
    const { onProblem } = this.#options;
    if (onProblem) onProblem(error);
    else console.warn('PeerServer: cookies of visitors are held, but not kept.', error);
  }
}
