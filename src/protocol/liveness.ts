import type { Clock } from './clock.ts';
import type { Limits } from './limits.ts';

export interface LivenessOptions {
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'pingAfterMs' | 'lostAfterMs'>;
  /** Sends a PING with these 8 bytes. */
  sendPing(payload: Uint8Array<ArrayBuffer>): void;
  /** The peer has been silent for too long. */
  lost(): void;
}

/**
 * Measures the round trip and notices a peer that is gone (K1, K2). A peer that is killed sends no farewell,
 * and the layers below take up to half a minute to tell.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  #roundTripMs: number | undefined;
  #lastHeardAt: number;
  #pingSentAt: number | undefined;
  #sequence = 0;
  /** A late timer has been forgiven since the peer was last heard. */
  #forgiven = false;
  #cancelTimer: () => void = () => {};

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#lastHeardAt = options.clock.now();
  }

  /** Latest measured round trip in milliseconds; undefined before the first. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Sends the first PING and keeps watch until `stop`. */
  start(): void {
    this.#ping();
    this.#watch();
  }

  stop(): void {
    this.#cancelTimer();
  }

  /** Anything arrived. */
  heard(): void {
    this.#lastHeardAt = this.#options.clock.now();
    this.#forgiven = false;
  }

  /** The answer to a PING arrived; one that is not to our latest PING is ignored. */
  pong(payload: Uint8Array): void {
    if (this.#pingSentAt === undefined || readSequence(payload) !== this.#sequence) return;
    this.#roundTripMs = this.#options.clock.now() - this.#pingSentAt;
    this.#pingSentAt = undefined;
  }

  #ping(): void {
    this.#sequence += 1;
    this.#pingSentAt = this.#options.clock.now();
    const payload = new Uint8Array(8);
    new DataView(payload.buffer).setUint32(4, this.#sequence);
    this.#options.sendPing(payload);
  }

  /**
   * Silence counts from the later of the last sign of life and our question. A tab that was asleep itself must
   * not take its own silence for the peer's: what arrived meanwhile is read after this timer, so a timer
   * that is very late asks again, once (K2).
   */
  #watch(): void {
    const { clock, limits, lost } = this.#options;
    const due = clock.now() + limits.pingAfterMs;
    this.#cancelTimer = clock.schedule(limits.pingAfterMs, () => {
      const late = clock.now() - due > limits.pingAfterMs;
      const askedAt = this.#pingSentAt;
      const waited = askedAt === undefined ? 0 : clock.now() - Math.max(askedAt, this.#lastHeardAt);
      if (late && !this.#forgiven) {
        this.#forgiven = true;
        this.#ping();
      } else if (waited >= limits.lostAfterMs) {
        lost();
        return;
      } else if (askedAt === undefined || this.#lastHeardAt > askedAt) {
        this.#ping();
      }
      this.#watch();
    });
  }
}

function readSequence(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(4);
}
