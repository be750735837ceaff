import { type Clock, systemClock } from '../protocol/clock.ts';
import { asPeerServerError, PeerServerError } from '../protocol/errors.ts';
import type {
  BodyReader,
  RequestHead,
  SocketAnswer,
  VisitorResponse,
} from '../protocol/http-message.ts';
import type { VisitorConnection } from '../protocol/visitor-connection.ts';
import { isIdempotent } from './idempotent.ts';

/** First pause before another attempt, milliseconds; it doubles up to the second. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;
/** How long a request waits for a connection that is being made, milliseconds. */
const REQUEST_WAIT_MS = 20_000;
/** How often a request that may safely be sent again is sent in all. */
const MAX_ATTEMPTS = 3;

export type SiteState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** Between two attempts. */
  | { readonly kind: 'waiting'; readonly error: PeerServerError; readonly retryInMs: number }
  /** Trying again would not help; `retry` starts anew. */
  | { readonly kind: 'stopped'; readonly error: PeerServerError };

export interface SiteConnectionOptions {
  /** One attempt to connect. */
  connect(signal: AbortSignal): Promise<VisitorConnection>;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Jitter between 0 and 1; Math.random by default. */
  readonly random?: () => number;
  onState(state: SiteState): void;
}

/** Failures after which another attempt in a moment cannot succeed. */
const FINAL_CODES = new Set(['no-such-site', 'identity-mismatch', 'version-mismatch', 'bad-input']);

/**
 * Keeps a visitor connected: whatever breaks, it connects anew, and requests wait or are sent again where
 * that is safe. The page above never has to reload (a host's tab that was reloaded is back in a second).
 */
export class SiteConnection {
  readonly #options: SiteConnectionOptions;
  readonly #clock: Clock;
  #current: VisitorConnection | undefined;
  #stopped: PeerServerError | undefined;
  #lastError: PeerServerError | undefined;
  #skipPause: () => void = () => {};
  #running = false;
  readonly #waiters = new Set<{
    admit(connection: VisitorConnection): void;
    refuse(error: PeerServerError): void;
  }>();

  constructor(options: SiteConnectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    options.signal.addEventListener('abort', () => {
      this.#current?.close();
      this.#refuseWaiters(asPeerServerError(options.signal.reason, 'cancelled'));
    });
  }

  /** Connects, and again after each loss; returns at once. Does nothing while it runs already. */
  start(): void {
    if (this.#running) {
      this.#skipPause();
      return;
    }
    this.#running = true;
    this.#stopped = undefined;
    void this.#run();
  }

  /**
   * Sends a request over whatever connection there is, waiting for one if need be.
   * @param openBody makes the body anew for each attempt; null when there is none
   * @param options.mayRepeat false once the body cannot be made anew, so that no further attempt is possible
   * @throws PeerServerError; `connection-lost` says that the request may have been executed
   */
  async request(
    head: RequestHead,
    openBody: (() => BodyReader) | null,
    options: { readonly signal?: AbortSignal; readonly mayRepeat?: () => boolean } = {},
  ): Promise<VisitorResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = await this.#connection(options.signal);
      try {
        return await connection.request(head, openBody?.() ?? null, options);
      } catch (thrown) {
        const error = asPeerServerError(thrown, 'connection-lost');
        if (attempt >= MAX_ATTEMPTS || !maySendAgain(head.method, error)) throw error;
        if (options.mayRepeat?.() === false) throw error;
        await this.#seeEnd();
      }
    }
  }

  /**
   * Asks for a WebSocket over whatever connection there is, waiting for one if need be. It is asked for again
   * only where the host certainly has not seen it.
   * @throws PeerServerError as `VisitorConnection.openSocket`
   */
  async openSocket(
    head: RequestHead,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<SocketAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = await this.#connection(options.signal);
      try {
        return await connection.openSocket(head, options);
      } catch (thrown) {
        const error = asPeerServerError(thrown, 'connection-lost');
        if (attempt >= MAX_ATTEMPTS || error.code !== 'stream-refused') throw error;
        await this.#seeEnd();
      }
    }
  }

  async #run(): Promise<void> {
    const { signal, onState } = this.#options;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      onState({ kind: 'connecting' });
      let error: PeerServerError;
      // Only an attempt can end for good; after a connection that stood, another one is worth trying.
      let isFinal = false;
      try {
        const connection = await this.#options.connect(signal);
        this.#admit(connection);
        onState({ kind: 'connected' });
        pause = FIRST_PAUSE_MS;
        const end = await connection.closed;
        this.#current = undefined;
        error = end ?? new PeerServerError('connection-lost', 'The connection was closed.');
      } catch (thrown) {
        error = asPeerServerError(thrown, 'cannot-connect');
        isFinal = FINAL_CODES.has(error.code);
      }
      if (signal.aborted) return;
      this.#lastError = error;
      if (isFinal) {
        this.#running = false;
        this.#stopped = error;
        this.#refuseWaiters(error);
        onState({ kind: 'stopped', error });
        return;
      }
      const jitter = 0.75 + (this.#options.random ?? Math.random)() / 2;
      const retryInMs = Math.round(pause * jitter);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      onState({ kind: 'waiting', error, retryInMs });
      await this.#pause(retryInMs, signal);
    }
  }

  /** Whatever ended a request may have ended the connection: that has to be seen before another attempt. */
  #seeEnd(): Promise<void> {
    return new Promise((resolve) => this.#clock.schedule(0, resolve));
  }

  #admit(connection: VisitorConnection): void {
    this.#current = connection;
    for (const waiter of [...this.#waiters]) waiter.admit(connection);
  }

  #refuseWaiters(error: PeerServerError): void {
    for (const waiter of [...this.#waiters]) waiter.refuse(error);
  }

  /** The open connection, or the next one within `REQUEST_WAIT_MS`. */
  #connection(signal?: AbortSignal): Promise<VisitorConnection> {
    if (this.#current) return Promise.resolve(this.#current);
    if (this.#stopped) return Promise.reject(this.#stopped);
    return new Promise((resolve, reject) => {
      const abort = () => waiter.refuse(asPeerServerError(signal?.reason, 'cancelled'));
      const cancelTimer = this.#clock.schedule(REQUEST_WAIT_MS, () =>
        waiter.refuse(
          this.#lastError ?? new PeerServerError('cannot-connect', 'Connecting takes too long.'),
        ),
      );
      const leave = () => {
        cancelTimer();
        signal?.removeEventListener('abort', abort);
        this.#waiters.delete(waiter);
      };
      const waiter = {
        admit(connection: VisitorConnection) {
          leave();
          resolve(connection);
        },
        refuse(error: PeerServerError) {
          leave();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancelTimer();
        signal.removeEventListener('abort', done);
        this.#skipPause = () => {};
        resolve();
      };
      const cancelTimer = this.#clock.schedule(ms, done);
      this.#skipPause = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

/**
 * A request that was refused has not run. After a loss nobody knows whether it has; repeating must then be
 * harmless (SPEC E4).
 */
function maySendAgain(method: string, error: PeerServerError): boolean {
  if (error.code === 'stream-refused') return true;
  return error.code === 'connection-lost' && isIdempotent(method);
}
