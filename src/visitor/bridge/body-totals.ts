/**
 * How many bytes the body of an answer has, said beside the answer. A page of Firefox needs it: when its service
 * worker is stopped there, the body that it streams ends as if it were complete.
 */

/** Name of the BroadcastChannel on which a service worker says it to the pages of its origin. */
export const BODY_TOTALS_CHANNEL = 'peerserver-body-totals';

/** Of the answer to the request with this tag: that its body has begun, or that it was given away in full. */
export interface BodyTotal {
  readonly id: string;
  /** As the page gets them; undefined while there may be more to come. */
  readonly bytes?: number;
}

/** What a message on the channel says; undefined for anything else, which scripts of the site may send. */
export function readBodyTotal(data: unknown): BodyTotal | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { id, bytes } = data as Partial<Record<keyof BodyTotal, unknown>>;
  if (typeof id !== 'string') return undefined;
  if (bytes === undefined) return { id };
  return typeof bytes === 'number' ? { id, bytes } : undefined;
}
