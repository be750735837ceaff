import { throwIfCancelled } from './storage-error.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * All bytes of a stream if they are at most `limit`; else a stream of all of them as `rest`. Rejects with
 * what the stream failed with, or with cancelled, and the stream is cancelled then.
 */
export async function readBeginning(
  stream: ReadableStream<Bytes>,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly bytes: Bytes; readonly rest?: ReadableStream<Bytes> }> {
  const reader = stream.getReader();
  const chunks: Bytes[] = [];
  let size = 0;
  while (size <= limit) {
    if (signal?.aborted) await reader.cancel(signal.reason);
    throwIfCancelled(signal);
    const { done, value } = await reader.read();
    if (done) return { bytes: joined(chunks, size) };
    chunks.push(value);
    size += value.length;
  }
  const rest = new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const chunk = chunks.shift() ?? (await reader.read()).value;
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { bytes: new Uint8Array(), rest };
}

function joined(chunks: readonly Bytes[], size: number): Bytes {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
