/**
 * Stores a file, or puts other content in its place; until the end of that the old content stays, and if it
 * fails, too. Rejects with what storage threw.
 * @param content an array goes in one call: several times as quick for small ones
 */
export async function replaceFile(
  directory: FileSystemDirectoryHandle,
  name: string,
  content: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>,
  signal?: AbortSignal,
): Promise<void> {
  const handle = await directory.getFileHandle(name, { create: true });
  const writable = await handle.createWritable();
  if (content instanceof ReadableStream) {
    // Closes at the end of the stream, and discards on an error or abort.
    await content.pipeTo(writable, signal ? { signal } : {});
    return;
  }
  try {
    await writable.write(content);
  } catch (thrown) {
    // The first error is the one to report; a stream that has failed may refuse to be aborted.
    await writable.abort(thrown).catch(() => undefined);
    throw thrown;
  }
  await writable.close();
}
