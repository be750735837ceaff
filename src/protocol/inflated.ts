import type { BodyReader, ReceivedBody } from './http-message.ts';
import type { Limits } from './limits.ts';
import { TransformedBody } from './transformed-body.ts';

/** One byte of deflate stands for at most so many (two bits for the longest match of 258). */
const MAX_RATIO = 1032;

/**
 * The plain bytes of a gzip body. What is inflated and not read yet stays within `inflateAheadBytes`, whatever
 * the sender packed (G4). Fails with `host-failed` for bytes that are not whole gzip.
 */
export function inflated(body: BodyReader, limits: Limits): ReceivedBody {
  const sliceBytes = Math.max(1, Math.floor(limits.inflateAheadBytes / MAX_RATIO));
  const options = { sliceBytes, failure: 'host-failed' } as const;
  return new TransformedBody(body, new DecompressionStream('gzip'), options);
}
