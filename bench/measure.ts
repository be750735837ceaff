import { BrowserDied } from '../e2e/browsers/launch.ts';
import { type BulkKind, Lab, type SmallKind, smallKindsOf } from './lab/lab.ts';
import { foreignShare, readProcessorTimes } from './machine.ts';
import type { BenchOptions } from './options.ts';

/** Requests of one kind between those of the others. */
const BLOCK_REQUESTS = 25;
/** Requests of each kind before any is counted. */
const WARM_UP_REQUESTS = 50;

/** One large transfer. */
export interface BulkSample {
  readonly kind: BulkKind;
  readonly ms: number;
  /** Share of the machine that other programs used meanwhile, 0 to 1; undefined where it is unknown. */
  readonly foreign: number | undefined;
}

/** Transfers made one right after the other, the raw one first. */
export type BulkRound = readonly BulkSample[];

export interface Samples {
  readonly rounds: readonly BulkRound[];
  /** Milliseconds of each small request. */
  readonly small: Readonly<Partial<Record<SmallKind, readonly number[]>>>;
  /** What had to be done again, and why. */
  readonly retries: readonly string[];
}

/** Measures everything in one run. Rejects when something breaks; a browser's death is forgiven once a step. */
export class Measurement {
  readonly #options: BenchOptions;
  readonly #progress: (text: string) => void;
  readonly #retries: string[] = [];
  #lab: Lab | undefined;

  constructor(options: BenchOptions, progress: (text: string) => void) {
    this.#options = options;
    this.#progress = progress;
  }

  /** @returns name and version of the browser */
  async browserVersion(): Promise<string> {
    return (await this.#openLab()).visitor.browser.version();
  }

  async run(): Promise<Samples> {
    const { pairs, requests } = this.#options;
    const rounds: BulkRound[] = [];
    for (let round = 1; round <= pairs; round += 1) {
      const samples = await this.#withRetry(`Round ${round} of ${pairs}`, (lab) =>
        this.#round(lab, round),
      );
      const shown = samples.map(({ kind, ms }) => `${kind} ${this.#megabytesPerSecond(ms)}`);
      this.#progress(`Round ${round} of ${pairs}: ${shown.join(', ')} MB/s`);
      rounds.push(samples);
    }
    const small: Partial<Record<SmallKind, number[]>> = {};
    const kinds = smallKindsOf(this.#options);
    for (let done = 0; done < requests; done += BLOCK_REQUESTS) {
      const count = Math.min(BLOCK_REQUESTS, requests - done);
      const block = await this.#withRetry(`Requests ${done + 1} to ${done + count}`, (lab) =>
        requestInTurn(lab, kinds, count),
      );
      for (const [kind, samples] of block) small[kind] = [...(small[kind] ?? []), ...samples];
      // Whoever comes after a certain other one may have it easier: so nobody always does.
      kinds.reverse();
    }
    return { rounds, small, retries: this.#retries };
  }

  async close(): Promise<void> {
    await this.#lab?.close();
    this.#lab = undefined;
  }

  async #round(lab: Lab, round: number): Promise<BulkRound> {
    const samples: BulkSample[] = [];
    // Who comes last may find the machine warmer or fuller: so nobody always does.
    const hosts = round % 2 === 0 ? this.#options.hosts : this.#options.hosts.toReversed();
    for (const kind of ['raw', ...hosts] as const) {
      const before = readProcessorTimes();
      const ms = await lab.transfer(kind, this.#options.bulkBytes);
      const after = readProcessorTimes();
      samples.push({ kind, ms, foreign: before && after && foreignShare(before, after) });
    }
    return samples;
  }

  async #withRetry<T>(what: string, action: (lab: Lab) => Promise<T>): Promise<T> {
    const lab = await this.#openLab();
    try {
      return await action(lab);
    } catch (thrown) {
      if (!(thrown instanceof BrowserDied)) throw thrown;
      const text = `${what} was made again: ${thrown.message}`;
      this.#retries.push(text);
      this.#progress(text);
      await this.close();
      return action(await this.#openLab());
    }
  }

  /** The lab, set up and warmed up. */
  async #openLab(): Promise<Lab> {
    if (this.#lab) return this.#lab;
    const lab = await Lab.open(this.#options, this.#progress);
    this.#lab = lab;
    this.#progress('Warming up…');
    await this.#round(lab, 0);
    await requestInTurn(lab, smallKindsOf(this.#options), WARM_UP_REQUESTS);
    return lab;
  }

  #megabytesPerSecond(ms: number): string {
    return (this.#options.bulkBytes / 1000 / ms).toFixed(1);
  }
}

async function requestInTurn(
  lab: Lab,
  kinds: readonly SmallKind[],
  count: number,
): Promise<[SmallKind, number[]][]> {
  const block: [SmallKind, number[]][] = [];
  for (const kind of kinds) block.push([kind, await lab.request(kind, count)]);
  return block;
}
