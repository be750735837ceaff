/** First pause before connecting again; a restarted signaling server is back about then. */
export const FIRST_PAUSE_MS = 1_000;
/** Longest pause: a host is found again half a minute after a long outage, at little cost. */
export const LONGEST_PAUSE_MS = 30_000;

/**
 * How long to wait before attempt number `failures` + 1: doubled each time, and spread by half, so that
 * the hosts of a server that failed do not all return in the same moment.
 * @param failures attempts failed in a row, from 1
 * @param random a number in [0, 1)
 */
export function retryPause(failures: number, random: number): number {
  const doubled = FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10);
  const longest = Math.min(doubled, LONGEST_PAUSE_MS);
  return Math.round(longest * (1 - random / 2));
}
