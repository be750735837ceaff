type Chunk = Uint8Array<ArrayBuffer>;

/** Firefox may collect a stream that waits for bytes, and whose reader is the browser itself. */
const waiting = new Set<ReadableByteStreamController>();

/**
 * The bytes of a body, read no earlier than they are asked for; the body is not locked before.
 * @param confirm of all bytes at their end; what it rejects with is the end of the stream
 */
export function countedStream(
  body: ReadableStream<Chunk>,
  confirm: (bytes: number) => Promise<void>,
): ReadableStream<Chunk> {
  let reader: ReadableStreamDefaultReader<Chunk> | undefined;
  let bytes = 0;
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      waiting.add(controller);
      try {
        reader ??= body.getReader();
        const next = await reader.read();
        if (!next.done) {
          bytes += next.value.length;
          controller.enqueue(next.value);
          return;
        }
        await confirm(bytes);
        controller.close();
        // A reader that brought its own buffer waits to have it back.
        controller.byobRequest?.respond(0);
      } finally {
        waiting.delete(controller);
      }
    },
    cancel: (reason) => (reader ?? body).cancel(reason),
  });
}
