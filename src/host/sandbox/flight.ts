import type { Clock } from '../../protocol/clock.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import type { HostRequest } from '../../protocol/http-message.ts';
import type { SiteLogEntry } from '../site-log.ts';
import { type Run, WatchedBody } from './site-request.ts';

/** Longest address in a log, in characters. */
const MAX_SHOWN_TARGET = 500;

/** One request on its way through a sandbox, or through one after the other. */
export class Flight {
  readonly number: number;
  readonly run: Run;
  /** For the log: `GET /items/42`. */
  readonly shown: string;
  readonly body: WatchedBody | null;
  readonly request: HostRequest;
  /** Its handler has begun to run, as the sandbox says. */
  begun = false;
  /** How often it was handed to a sandbox. */
  attempts = 0;
  /** What went wrong in its handler, once the runtime has told. */
  error: SiteLogEntry | undefined;
  #onError: () => void = () => {};
  #onProgress: () => void = () => {};

  constructor(number: number, request: HostRequest, run: Run) {
    this.number = number;
    this.request = request;
    this.run = run;
    this.shown = `${request.method} ${request.target.slice(0, MAX_SHOWN_TARGET)}`;
    this.body = request.body && new WatchedBody(request.body, () => this.#onProgress());
  }

  /** True when it can be handed to another sandbox: nothing of it can have happened, and all of it is here. */
  get repeatable(): boolean {
    return !this.begun && !this.body?.touched;
  }

  /** The runtime has told what went wrong. */
  failed(entry: SiteLogEntry): void {
    this.error ??= entry;
    this.#onError();
  }

  /** Resolves when the error is known, or after `ms`: messages and answers come on ports of their own. */
  async errorWithin(ms: number, clock: Clock): Promise<SiteLogEntry | undefined> {
    if (!this.error) {
      await new Promise<void>((resolve) => {
        const cancel = clock.schedule(ms, resolve);
        this.#onError = () => {
          cancel();
          resolve();
        };
      });
    }
    return this.error;
  }

  /**
   * Aborts the returned signal when the visitor leaves, or when nothing has happened for `ms`: time begins anew
   * with each piece of the request's body, since an upload may take long.
   * @param ifWell calls back if the sandbox itself is well: one that stands still is somebody else's fault
   */
  deadline(
    ms: number,
    clock: Clock,
    ifWell: (overdue: () => void) => void,
  ): { readonly signal: AbortSignal; readonly cancel: () => void } {
    // By hand, since Node 20 may collect what `AbortSignal.any` gives before it aborts.
    const overdue = new AbortController();
    const { signal } = this.request;
    const left = () => overdue.abort(signal.reason);
    signal.addEventListener('abort', left, { once: true });
    if (signal.aborted) left();
    let cancel = () => {};
    // Whether the sandbox is well is known a little later, when the answer may have begun.
    let period = 0;
    const begin = () => {
      cancel();
      period += 1;
      const begun = period;
      cancel = clock.schedule(ms, () =>
        ifWell(() => {
          if (begun !== period) return;
          const text = 'The site took too long to answer.';
          overdue.abort(new PeerServerError('too-slow', text));
        }),
      );
    };
    begin();
    this.#onProgress = begin;
    return {
      signal: overdue.signal,
      cancel: () => {
        this.#onProgress = () => {};
        cancel();
        period += 1;
      },
    };
  }
}
