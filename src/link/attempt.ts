/** What dialing and answering share: a time limit, and an end to everything when it is over. */
import type { Clock } from '../protocol/clock.ts';
import { PeerServerError } from '../protocol/errors.ts';
import type { IceServer } from '../protocol/negotiation.ts';
import type { CreatePeer, PeerConnection } from './peer.ts';

/** In ms, from start to open lanes. Six round trips and ICE's own checks; a slow one takes about 10 s. */
export const CONNECT_TIMEOUT_MS = 20_000;

export interface Attempt {
  /** Aborts when the caller's signal does, or when time is up; its reason is then the error to throw. */
  readonly signal: AbortSignal;
  /** Settles like `promise`, or rejects when the attempt is aborted first. */
  race<T>(promise: Promise<T>): Promise<T>;
  /** Makes a connection; one that is ready only after the attempt was aborted is closed again. */
  createPeer(create: CreatePeer, iceServers: readonly IceServer[]): Promise<PeerConnection>;
  /** Stops the clock and everything that listens to the signal. */
  end(): void;
}

/** Starts an attempt; `step` is asked for what it was doing when time is up, e.g. `offering`. */
export function startAttempt(outer: AbortSignal, clock: Clock, step: () => string): Attempt {
  const controller = new AbortController();
  const { signal } = controller;
  const cancel = (): void =>
    controller.abort(
      new PeerServerError('cancelled', 'Connecting was cancelled.', { cause: outer.reason }),
    );
  if (outer.aborted) cancel();
  outer.addEventListener('abort', cancel, { signal });
  const stopClock = clock.schedule(CONNECT_TIMEOUT_MS, () =>
    controller.abort(
      new PeerServerError(
        'cannot-connect',
        `No connection after ${CONNECT_TIMEOUT_MS / 1000} s (step: ${step()}). Try again; a TURN server may be needed.`,
      ),
    ),
  );
  const race = <T>(promise: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  return {
    signal,
    race,
    createPeer(create, iceServers) {
      const created = create({ iceServers });
      const tooLate = (peer: PeerConnection): void => {
        if (signal.aborted) peer.close();
      };
      // That it could not be made, `race` tells.
      created.then(tooLate, () => undefined);
      return race(created);
    },
    end() {
      stopClock();
      controller.abort(new PeerServerError('cancelled', 'The attempt is over.'));
    },
  };
}
