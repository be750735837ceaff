import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { WorkerNotice } from '../bridge/messages.ts';

/** A service worker answers in some milliseconds; one that does not may be about to start. */
const ANSWER_WITHIN_MS = 1_000;

export interface AskOptions {
  /** How long its answer is waited for, in ms. */
  readonly withinMs?: number;
  readonly clock?: Clock;
}

/**
 * Says something to a service worker and waits until it has taken note.
 * @param worker undefined or null: there is none that could answer
 * @returns what it says; undefined when it says nothing in time
 */
export function askServiceWorker(
  worker: Pick<ServiceWorker, 'postMessage'> | null | undefined,
  notice: WorkerNotice,
  { withinMs = ANSWER_WITHIN_MS, clock = systemClock }: AskOptions = {},
): Promise<unknown> {
  if (!worker) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const finish = (answer: unknown) => {
      cancel();
      port1.close();
      resolve(answer);
    };
    const cancel = clock.schedule(withinMs, () => finish(undefined));
    port1.onmessage = ({ data }) => finish(data);
    worker.postMessage(notice, [port2]);
  });
}
