import { type Clock, systemClock } from '../protocol/clock.ts';
import type { PeerServerError } from '../protocol/errors.ts';
import type { SiteState } from '../visitor/site-connection.ts';

/**
 * How long to wait, in ms, before a name is asked for again that nobody holds any more: its host may be starting
 * anew, or the signaling server.
 */
export const UNKNOWN_PAUSE_MS = 5_000;

/** Reads a lasting visit's states: when it stands for the first time, and when it is not worth going on. */
export class ConnectStates {
  /** Resolves with the first connection; rejects when the first attempt fails. */
  readonly connected: Promise<void>;
  /** Resolves when `signal` aborts; rejects when no other attempt can succeed. */
  readonly ended: Promise<void>;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #onState: (state: SiteState) => void;
  readonly #first = settleable();
  readonly #end = settleable();
  #wasConnected = false;
  /** Ends the pause before the next attempt; there is one at a time. */
  #cancelPause: () => void = () => {};

  /** @param onState told what follows the first connection */
  constructor(signal: AbortSignal, onState: (state: SiteState) => void, clock = systemClock) {
    this.#signal = signal;
    this.#clock = clock;
    this.#onState = onState;
    this.connected = this.#first.promise;
    this.ended = this.#end.promise;
    const stop = (): void => {
      this.#cancelPause();
      this.#first.reject(signal.reason);
      this.#end.resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  }

  /** @param again begins anew after a stop */
  changed(state: SiteState, again: () => void): void {
    // The end of a connection is news unless it was asked for.
    if (this.#signal.aborted) return;
    if (!this.#wasConnected) {
      if (state.kind === 'waiting' || state.kind === 'stopped') this.#first.reject(state.error);
      if (state.kind !== 'connected') return;
      this.#wasConnected = true;
      this.#first.resolve();
      return;
    }
    if (state.kind === 'stopped') this.#stopped(state.error, again);
    else this.#onState(state);
  }

  #stopped(error: PeerServerError, again: () => void): void {
    if (error.code !== 'no-such-site') {
      this.#end.reject(error);
      return;
    }
    this.#onState({ kind: 'waiting', error, retryInMs: UNKNOWN_PAUSE_MS });
    this.#cancelPause();
    this.#cancelPause = this.#clock.schedule(UNKNOWN_PAUSE_MS, again);
  }
}

interface Settleable {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

function settleable(): Settleable {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // It may be rejected before, or without, anybody's waiting for it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
