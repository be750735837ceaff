type Bytes = Uint8Array<ArrayBuffer>;

/** The same stream; `onBytes` is called with the length of each piece as it goes by. */
export function countedStream(
  stream: ReadableStream<Bytes>,
  onBytes: (bytes: number) => void,
): ReadableStream<Bytes> {
  const counter = new TransformStream<Bytes, Bytes>({
    transform(chunk, controller) {
      onBytes(chunk.length);
      controller.enqueue(chunk);
    },
  });
  return stream.pipeThrough(counter);
}
