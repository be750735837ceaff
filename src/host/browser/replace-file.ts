type Bytes = Uint8Array<ArrayBuffer>;

/**
 * As much as Chromium's pipe to the process that stores takes at once. When that process refuses a longer piece
 * for want of room, it is chance whether the error says so or only that the pipe broke; and longer ones are no
 * quicker.
 */
const MAX_PIECE_BYTES = 1024 * 1024;

/**
 * Stores a file, or puts other content in its place; until the end of that the old content stays, and if it
 * fails, too. Rejects with what storage threw.
 * @param content an array of up to 1 MiB goes in one call: several times as quick for small ones
 */
export async function replaceFile(
  directory: FileSystemDirectoryHandle,
  name: string,
  content: Bytes | ReadableStream<Bytes>,
  signal?: AbortSignal,
): Promise<void> {
  const handle = await directory.getFileHandle(name, { create: true });
  const writable = await handle.createWritable();
  if (content instanceof ReadableStream) {
    // Closes at the end of the stream, and discards on an error or abort.
    await content.pipeThrough(inPieces()).pipeTo(writable, signal ? { signal } : {});
    return;
  }
  try {
    for (const piece of piecesOf(content)) await writable.write(piece);
  } catch (thrown) {
    // The first error is the one to report; a stream that has failed may refuse to be aborted.
    await writable.abort(thrown).catch(() => undefined);
    throw thrown;
  }
  await writable.close();
}

function* piecesOf(bytes: Bytes): Generator<Bytes> {
  for (let start = 0; start < bytes.length; start += MAX_PIECE_BYTES) {
    yield bytes.subarray(start, start + MAX_PIECE_BYTES);
  }
}

function inPieces(): TransformStream<Bytes, Bytes> {
  return new TransformStream({
    transform(chunk, controller) {
      for (const piece of piecesOf(chunk)) controller.enqueue(piece);
    },
  });
}
