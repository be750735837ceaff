/** Reading what a caller wants stored. A file that somebody picked may have been moved or removed since. */
import { PeerServerError } from '../../protocol/errors.ts';
import type { FileContent } from './public-api.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * All bytes of it, in an array of its own.
 * @throws PeerServerError storage-failed when it is a file that cannot be read any more
 */
export async function bytesOf(content: FileContent): Promise<Bytes> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  // A copy: the caller may go on writing into its array.
  if (!(content instanceof Blob)) return content.slice();
  try {
    return new Uint8Array(await content.arrayBuffer());
  } catch (thrown) {
    throw readError(thrown);
  }
}

/** The same stream; it fails with storage-failed when it is of a file that cannot be read any more. */
export function readableOf(stream: ReadableStream<Bytes>): ReadableStream<Bytes> {
  const reader = stream.getReader();
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (thrown) {
          throw readError(thrown);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Storage throws errors of the same names: told apart here, where only the content is read. */
function readError(thrown: unknown): unknown {
  const isGone =
    thrown instanceof Error &&
    (thrown.name === 'NotFoundError' || thrown.name === 'NotReadableError');
  if (!isGone) return thrown;
  const text =
    'A file cannot be read: it was moved, changed or removed meanwhile. Choose it again.';
  return new PeerServerError('storage-failed', text, { cause: thrown });
}
