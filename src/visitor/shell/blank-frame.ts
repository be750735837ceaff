import { type Clock, systemClock } from '../../protocol/clock.ts';
import { navigationState } from './navigation-watch.ts';

const LOOK_EVERY_MS = 1_500;
/** So often a frame is seen blank behind its answer before that counts: a busy browser needs its time. */
const LOOKS_BEHIND_ANSWER = 4;
/** So often the service worker may not know of it: it may be about to start. */
const MAX_LOOKS_IN_VAIN = 20;

export interface BlankFrameOptions {
  /** True while the frame shows nothing, and nothing is known of why. */
  isBlank(): boolean;
  /** What the service worker knows of a navigation. */
  readonly stateOf?: (url: string) => Promise<unknown>;
  readonly clock?: Clock;
}

/**
 * Watches a frame that was sent to an address. Which answers browsers show is theirs to decide, and nothing
 * tells of those that they save instead: only that the frame stays blank.
 * @returns true once the answer was given and the frame is blank all the same; false if something shows
 */
export async function staysBlank(
  url: string,
  { isBlank, stateOf = navigationState, clock = systemClock }: BlankFrameOptions,
): Promise<boolean> {
  let behindAnswer = 0;
  let inVain = 0;
  while (inVain < MAX_LOOKS_IN_VAIN) {
    await new Promise<void>((resolve) => {
      clock.schedule(LOOK_EVERY_MS, resolve);
    });
    const state = await stateOf(url);
    if (!isBlank()) return false;
    behindAnswer = state === 'answered' ? behindAnswer + 1 : 0;
    inVain = state === 'answered' || state === 'asking' ? 0 : inVain + 1;
    if (behindAnswer >= LOOKS_BEHIND_ANSWER) return true;
  }
  return false;
}
