import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '../../protocol/clock.ts';
import type { OpenServer, VisitorStats } from '../host.ts';

/** How often the figures are read anew, milliseconds. */
export const WATCH_EVERY_MS = 1_000;

/** The figures of all visitors, as long as somebody looks at them. */
export interface VisitorWatch {
  /** Oldest first; undefined before they were read for the first time. */
  readonly visitors: ReadonlySignal<readonly VisitorStats[] | undefined>;
  /** Reads them now, and then every second, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Reads them now: somebody has come or gone. */
  look(signal: AbortSignal): Promise<void>;
}

/** Prepares a watch; nothing happens before `run`. */
export function createVisitorWatch(
  server: Pick<OpenServer, 'visitorStats'>,
  clock: Clock,
): VisitorWatch {
  const visitors = signal<readonly VisitorStats[] | undefined>(undefined);

  async function look(stop: AbortSignal): Promise<void> {
    try {
      visitors.value = await server.visitorStats(stop);
    } catch (thrown) {
      if (!stop.aborted) throw thrown;
    }
  }

  return {
    visitors,
    look,
    async run(stop) {
      while (!stop.aborted) {
        await look(stop);
        await waitFor(WATCH_EVERY_MS, clock, stop);
      }
    },
  };
}

/** Resolves after `ms`, or when `stop` aborts. */
function waitFor(ms: number, clock: Clock, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    const cancel = clock.schedule(ms, done);
    function done(): void {
      cancel();
      stop.removeEventListener('abort', done);
      resolve();
    }
    stop.addEventListener('abort', done, { once: true });
  });
}
