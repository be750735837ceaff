import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '../../protocol/clock.ts';
import type { TrafficTotals } from '../host.ts';

/** Seconds that are looked back on. */
export const TRAFFIC_SECONDS = 120;
const SECOND = 1000;

/** What went over all connections in one second. Bytes of one message may be counted in parts of two. */
export interface TrafficSecond {
  readonly requests: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** The traffic of the last two minutes. */
export interface Traffic {
  /** `TRAFFIC_SECONDS` of them, the oldest first; before the beginning there is nothing. */
  readonly seconds: ReadonlySignal<readonly TrafficSecond[]>;
  /** Reads the totals now, at most once a second: for moments at which something happened. */
  look(): void;
  /** Begins, or goes on after a stop; what went over meanwhile counts for the time of the stop. */
  start(): void;
  stop(): void;
}

const NOTHING: TrafficSecond = { requests: 0, sentBytes: 0, receivedBytes: 0 };
const NO_TRAFFIC: readonly TrafficSecond[] = new Array(TRAFFIC_SECONDS).fill(NOTHING);

/**
 * Samples totals that only grow, each second. A hidden tab's timers come late, up to a minute: what has grown
 * is then shared out over the time that has passed.
 */
export function createTraffic(totals: () => TrafficTotals, clock: Clock): Traffic {
  const seconds = signal(NO_TRAFFIC);
  let last = totals();
  let lastAt = clock.now();
  let cancel = () => {};

  function sample(): void {
    const passed = Math.floor((clock.now() - lastAt) / SECOND);
    if (passed === 0) return;
    // To the whole second, so that no drift comes of late timers.
    lastAt += passed * SECOND;
    const now = totals();
    const shares = share(difference(now, last), Math.min(passed, TRAFFIC_SECONDS));
    last = now;
    seconds.value = [...seconds.peek(), ...shares].slice(-TRAFFIC_SECONDS);
  }

  function tick(): void {
    sample();
    const untilNext = lastAt + SECOND - clock.now();
    cancel = clock.schedule(untilNext, tick);
  }

  return {
    seconds,
    look: sample,
    start() {
      cancel();
      tick();
    },
    stop: () => cancel(),
  };
}

function difference(now: TrafficTotals, before: TrafficTotals): TrafficSecond {
  return {
    requests: now.requests - before.requests,
    sentBytes: now.sentBytes - before.sentBytes,
    receivedBytes: now.receivedBytes - before.receivedBytes,
  };
}

/** The whole in `parts` equal parts of whole numbers, as far as they go; their sum is the whole. */
function share(whole: TrafficSecond, parts: number): TrafficSecond[] {
  const part = (total: number, index: number): number =>
    Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts);
  return Array.from({ length: parts }, (_, index) => ({
    requests: part(whole.requests, index),
    sentBytes: part(whole.sentBytes, index),
    receivedBytes: part(whole.receivedBytes, index),
  }));
}
