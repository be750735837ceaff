import { onTestFinished, vi } from 'vitest';

/** How a resource says what is to be done when the test is over; `afterAll` for those that a file shares. */
export type WhenDone = (cleanUp: () => Promise<void>) => void;

export const whenTestIsDone: WhenDone = (cleanUp) => onTestFinished(cleanUp);

/** How long a condition is waited for, in ms: many times what it takes on a busy machine. */
const PATIENCE_MS = 30_000;
/** Between two looks, in ms. */
const INTERVAL_MS = 50;

export interface UntilOptions {
  /** In ms; default 30 s. */
  readonly timeoutMs?: number;
  /** What to say of the state of things when the time is up. */
  readonly describe?: () => Promise<string>;
}

/**
 * Looks again and again until `probe` returns something other than undefined or false, and returns that. What
 * `probe` throws counts as "not yet": pages that navigate cannot be asked for a moment.
 * @throws Error naming `what` and the state at the end, when time is up
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  { timeoutMs = PATIENCE_MS, describe }: UntilOptions = {},
): Promise<T> {
  try {
    return await vi.waitFor(
      async () => {
        const found = await probe();
        if (found === undefined || found === false) throw new Error('not yet');
        return found;
      },
      { timeout: timeoutMs, interval: INTERVAL_MS },
    );
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.message !== 'not yet' ? ` (${cause.message})` : '';
    const state = describe ? `\nAt the end: ${await describe().catch(String)}` : '';
    throw new Error(`Waited in vain for ${what}${reason}.${state}`, { cause });
  }
}
