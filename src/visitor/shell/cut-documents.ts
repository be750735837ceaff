import { type Clock, systemClock } from '../../protocol/clock.ts';
import { DOCUMENT_STREAMS_CHANNEL, type DocumentStream } from '../bridge/document-stream.ts';
import { workerLockName } from '../bridge/messages.ts';
import type { PageTools } from '../bridge/page-tools.ts';
import { navigationState } from './navigation-watch.ts';

/** What the service worker said last may come behind the news of its end. */
const LAST_WORDS_MS = 1_000;
/** How often one address is loaded again before a person is asked. */
const MAX_RETRIES = 3;
/** Ends that came before their documents' scripts have run; other tabs' are among them. */
const MAX_EARLY_ENDS = 100;

export interface CutDocumentsOptions {
  /** A page is cut, and loading it again by itself would not do. */
  onCut(page: Window): void;
  /** Resolves when the service worker's life of this token is over; rejects after `signal`. */
  readonly whenWorkerEnds?: (worker: string, signal: AbortSignal) => Promise<void>;
  readonly channel?: Pick<BroadcastChannel, 'onmessage'>;
  /** What the service worker knows of a navigation. */
  readonly stateOf?: (url: string) => Promise<unknown>;
  readonly clock?: Clock;
}

/** Loads documents again that were cut since the service worker was stopped while it gave them away. */
export class CutDocuments {
  readonly #onCut: (page: Window) => void;
  readonly #whenWorkerEnds: (worker: string, signal: AbortSignal) => Promise<void>;
  readonly #stateOf: (url: string) => Promise<unknown>;
  readonly #clock: Clock;
  readonly #channel: Pick<BroadcastChannel, 'onmessage'>;
  readonly #watched = new Map<string, () => void>();
  readonly #earlyEnds = new Set<string>();
  readonly #retries = new WeakMap<Window, { readonly url: string; readonly count: number }>();

  constructor(options: CutDocumentsOptions) {
    this.#onCut = (page) => options.onCut(page);
    this.#whenWorkerEnds = options.whenWorkerEnds ?? workerLockReleased;
    this.#stateOf = options.stateOf ?? navigationState;
    this.#clock = options.clock ?? systemClock;
    this.#channel = options.channel ?? new BroadcastChannel(DOCUMENT_STREAMS_CHANNEL);
    this.#channel.onmessage = ({ data }) => this.#over(data);
  }

  /** Watches a document of the site while it comes. */
  watch(page: Window, tools: PageTools, stream: DocumentStream): void {
    if (this.#earlyEnds.delete(stream.id)) {
      this.#retries.delete(page);
      return;
    }
    const gone = new AbortController();
    const { signal } = gone;
    tools.listen(page, 'pagehide', () => gone.abort(), signal);
    this.#watched.set(stream.id, () => {
      this.#retries.delete(page);
      gone.abort();
    });
    signal.addEventListener('abort', () => this.#watched.delete(stream.id));
    this.#whenWorkerEnds(stream.worker, signal).then(
      () =>
        this.#clock.schedule(LAST_WORDS_MS, () => {
          if (signal.aborted) return;
          gone.abort();
          this.#bringBack(page, stream.mayRepeat);
        }),
      // It came whole, or nobody looks at it any more: that is what `signal` says.
      () => {},
    );
  }

  /**
   * A document has nothing in it. Firefox shows one if the service worker ends between the head of its answer
   * and the first byte; its next life has not heard of it then.
   */
  async empty(page: Window, mayRepeat: boolean): Promise<void> {
    const { document } = page;
    const state = await this.#stateOf(page.location.href);
    if (state === 'unknown' && page.document === document) this.#bringBack(page, mayRepeat);
  }

  #over(id: unknown): void {
    if (typeof id !== 'string') return;
    const end = this.#watched.get(id);
    if (end) {
      end();
      return;
    }
    this.#earlyEnds.add(id);
    const [oldest] = this.#earlyEnds;
    if (this.#earlyEnds.size > MAX_EARLY_ENDS && oldest !== undefined) {
      this.#earlyEnds.delete(oldest);
    }
  }

  #bringBack(page: Window, mayRepeat: boolean): void {
    const url = page.location.href;
    const before = this.#retries.get(page);
    const count = before?.url === url ? before.count + 1 : 1;
    if (!mayRepeat || count > MAX_RETRIES) {
      this.#retries.delete(page);
      this.#onCut(page);
      return;
    }
    this.#retries.set(page, { url, count });
    page.location.reload();
  }
}

async function workerLockReleased(worker: string, signal: AbortSignal): Promise<void> {
  await navigator.locks.request(workerLockName(worker), { signal }, () => {});
}
