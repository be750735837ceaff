import { type Clock, systemClock } from '../../protocol/clock.ts';
import { type CookieStorage, formatJars, parseJars, type StoredJar } from './jar-file.ts';
import { COOKIE_LIMITS, type CookieLimits } from './limits.ts';
import type { VisitorJar } from './visitor-jar.ts';

/** Between two saves, milliseconds: a site that sets a cookie with every answer must not save all the time. */
const SAVE_PAUSE_MS = 500;
/**
 * A pause is so many times as long as the save before it: all is saved as one, so whoever can make one cookie
 * change must not be able to keep a host with many of them busy.
 */
const PAUSE_PER_SAVE = 20;
/** Longest pause, milliseconds, after slow saves and after failed ones: what a crash may take with it. */
const LONGEST_SAVE_PAUSE_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface CookieJarsOptions {
  /** Where cookies are kept when the host ends; default: they end with it. */
  readonly storage?: CookieStorage;
  readonly clock?: Clock;
  /** Time of day, milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  readonly limits?: CookieLimits;
  /**
   * Cookies could not be loaded or saved; they are still held in memory. Of saves that fail one after the
   * other, only the first is told. Default: a line on the console.
   */
  readonly onProblem?: (error: unknown) => void;
}

interface Entry {
  readonly jar: VisitorJar;
  usedAt: number;
  /** The jar's bytes as they are part of the sum. */
  bytes: number;
}

/** The jars of a site's visitors, by their keys; the least recently used go when there are too many. */
export class CookieJars {
  readonly #options: CookieJarsOptions;
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #limits: CookieLimits;
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>();
  /** Sum of the entries' bytes. Jars shrink when cookies expire, and are counted anew when they are used. */
  #bytes = 0;
  #ready: Promise<void> | undefined;
  #newJar: ((stored?: StoredJar['cookies']) => VisitorJar) | undefined;
  #isDirty = false;
  /** Saves that have failed since one succeeded. */
  #failedSaves = 0;
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
    this.#count(entry);
    const now = this.#now();
    // Being here is worth a save once a day, not with every request.
    const isNews = now - entry.usedAt > DAY_MS;
    entry.usedAt = now;
    if (isNews) this.#changed();
    return entry.jar;
  }

  /**
   * Changes the visitor's jar; one is made if there is none and the change puts something into it. What one
   * request changes belongs into one call: each looks at whether all jars still fit.
   * @param change returns true when it has changed anything that is to be kept
   */
  change(visitor: string, change: (jar: VisitorJar) => boolean): void {
    if (!this.#newJar) throw new Error('The jars are not ready.');
    const found = this.find(visitor);
    const jar = found ?? this.#newJar();
    const changed = change(jar);
    if (!found && !changed) return;
    this.#keep(visitor, jar, this.#now());
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
      this.#keep(visitor, this.#newJar(cookies), usedAt);
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

  #keep(visitor: string, jar: VisitorJar, usedAt: number): void {
    const entry = this.#entries.get(visitor) ?? { jar, usedAt, bytes: 0 };
    entry.usedAt = usedAt;
    this.#entries.set(visitor, entry);
    this.#count(entry);
  }

  #count(entry: Entry): void {
    this.#bytes += entry.jar.bytes - entry.bytes;
    entry.bytes = entry.jar.bytes;
  }

  #drop(visitor: string, entry: Entry): void {
    this.#entries.delete(visitor);
    this.#bytes -= entry.bytes;
    this.#isDirty = true;
  }

  #makeRoom(): void {
    const oldestUse = this.#now() - this.#limits.unusedDays * DAY_MS;
    for (const [visitor, entry] of this.#entries) {
      if (entry.usedAt >= oldestUse) break;
      this.#drop(visitor, entry);
    }
    // Whose jar is empty loses nothing by it.
    this.#dropUntilFitting((jar) => jar.isEmpty);
    this.#dropUntilFitting(() => true);
  }

  #dropUntilFitting(mayGo: (jar: VisitorJar) => boolean): void {
    const { jars, totalBytes } = this.#limits;
    for (const [visitor, entry] of this.#entries) {
      if (this.#entries.size <= jars && this.#bytes <= totalBytes) return;
      if (mayGo(entry.jar)) this.#drop(visitor, entry);
    }
  }

  #changed(): void {
    this.#isDirty = true;
    this.#saveSoon();
  }

  /** At once, then no more often than the pause allows, which grows with what saving costs and with failures. */
  #saveSoon(): void {
    if (!this.#options.storage || this.#saving || this.#cancelPause) return;
    const startedAt = this.#clock.now();
    this.#saving = this.#save().then(() => {
      this.#saving = undefined;
      const restOfCost = (this.#clock.now() - startedAt) * PAUSE_PER_SAVE;
      const wanted = Math.max(SAVE_PAUSE_MS * 2 ** this.#failedSaves, restOfCost);
      this.#cancelPause = this.#clock.schedule(Math.min(wanted, LONGEST_SAVE_PAUSE_MS), () => {
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
      this.#failedSaves = 0;
    } catch (error) {
      this.#isDirty = true;
      this.#failedSaves += 1;
      if (this.#failedSaves === 1) this.#problem(error);
    }
  }

  #problem(error: unknown): void {
    const { onProblem } = this.#options;
    if (onProblem) onProblem(error);
    else console.warn('PeerServer: cookies of visitors are held, but not kept.', error);
  }
}
