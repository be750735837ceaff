import { residentBytes } from './process-memory.ts';

/** Between two looks, ms: a buffer that matters lives longer. */
const INTERVAL_MS = 20;

/** Watches how much more memory a process comes to hold. */
export class MemoryWatch {
  readonly #pid: number;
  readonly #baseline: number;
  #peak: number;
  #look: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  /** Takes what the process holds now as its baseline. */
  static async start(pid: number): Promise<MemoryWatch> {
    return new MemoryWatch(pid, await residentBytes(pid));
  }

  private constructor(pid: number, baseline: number) {
    this.#pid = pid;
    this.#baseline = baseline;
    this.#peak = baseline;
    this.#timer = setInterval(() => {
      this.#look = this.#note();
      // Told by `stop`, which awaits the same.
      this.#look.catch(() => clearInterval(this.#timer));
    }, INTERVAL_MS);
  }

  /** The most that it has held above its baseline at any look, bytes. */
  async stop(): Promise<number> {
    clearInterval(this.#timer);
    await this.#look;
    await this.#note();
    return this.#peak - this.#baseline;
  }

  async #note(): Promise<void> {
    this.#peak = Math.max(this.#peak, await residentBytes(this.#pid));
  }
}
