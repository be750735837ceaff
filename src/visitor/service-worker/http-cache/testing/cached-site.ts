import type { HeaderList } from '../../../../protocol/http-message.ts';
import { ManualClock } from '../../../../protocol/testing/manual-clock.ts';
import type { BridgeAnswer } from '../../../bridge/bridge-client.ts';
import { HttpCache } from '../http-cache.ts';
import { type CacheLimits, DEFAULT_LIMITS } from '../limits.ts';
import type { CacheRequest } from '../request-plan.ts';
import { MemoryCaches } from './memory-caches.ts';

export const ORIGIN = 'http://garden.localhost:8890';

type Chunk = Uint8Array<ArrayBuffer>;
/** What the host answers to a request; a thrown error is a connection that failed. */
export type Host = (headers: HeaderList) => BridgeAnswer | Promise<BridgeAnswer | undefined>;

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A cache between a test that asks as a page does, and a host that the test writes down. */
export class CachedSite {
  readonly clock = new ManualClock();
  readonly caches = new MemoryCaches();
  /** The headers of each request that reached the host, by name. */
  readonly asked: Readonly<Record<string, string>>[] = [];
  host: Host;
  cache: HttpCache;
  readonly #limits: CacheLimits;

  constructor(host: Host = () => answerOf('hello'), limits: Partial<CacheLimits> = {}) {
    this.host = host;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.cache = this.#start();
  }

  /** As after the service worker was stopped: memory is gone, and storage is not. */
  async restart(): Promise<void> {
    await this.settle();
    this.cache = this.#start();
  }

  /** Asks for `/` by GET, unless told otherwise; undefined when nobody could be asked. */
  async ask(
    request: Partial<Omit<CacheRequest, 'headers'>> & { path?: string; headers?: HeaderList } = {},
  ): Promise<Got> {
    const { path = '/', ...rest } = request;
    const answer = await this.cache.answer(
      {
        method: 'GET',
        url: ORIGIN + path,
        headers: [],
        mode: 'default',
        withCookies: true,
        ...rest,
      },
      async (headers) => {
        this.asked.push(Object.fromEntries(headers));
        return this.host(headers);
      },
    );
    if (!answer) throw new Error('There was nobody to ask.');
    return got(answer);
  }

  /** Lets seconds pass. */
  pass(seconds: number): void {
    this.clock.advance(seconds * 1000);
  }

  /** Resolves when all writes are done. */
  async settle(): Promise<void> {
    // Everything of the stand-in for storage is done within a few turns.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve));
  }

  #start(): HttpCache {
    const { caches, clock } = this;
    return new HttpCache({
      caches,
      origin: ORIGIN,
      limits: this.#limits,
      now: () => clock.now(),
      clock,
    });
  }
}

async function got({ status, headers, body }: BridgeAnswer): Promise<Got> {
  const text = await new Response(body).text();
  return { status, headers: Object.fromEntries(headers), text };
}

export function answerOf(
  text: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): BridgeAnswer {
  return { status, headers: Object.entries(headers), body: new TextEncoder().encode(text) };
}

/** The same in pieces. */
export function streamOf(
  pieces: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): BridgeAnswer {
  const chunks = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream<Chunk>({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
  return { status: 200, headers: Object.entries(headers), body };
}

export function notModified(headers: Readonly<Record<string, string>> = {}): BridgeAnswer {
  return { status: 304, headers: Object.entries(headers), body: null };
}
