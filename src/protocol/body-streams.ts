/** Between the protocol's bodies and the platform's streams. */
import { asPeerServerError } from './errors.ts';
import type { BodyReader } from './http-message.ts';
import { joinChunks } from './join-chunks.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** A ReadableStream as a body; empty chunks are skipped, a failing stream fails the body. */
export function bodyOfStream(stream: ReadableStream<Chunk>): BodyReader {
  const reader = stream.getReader();
  return {
    async read() {
      for (;;) {
        const next = await reader.read();
        if (next.done) return null;
        if (next.value.length > 0) return next.value;
      }
    },
    cancel(reason) {
      // A stream that fails while it is cancelled has nothing more to tell: nobody reads it.
      reader.cancel(reason).catch(() => undefined);
    },
  };
}

/** Bytes that are at hand as a body. */
export function bodyOfBytes(bytes: Chunk): BodyReader {
  let rest: Chunk | null = bytes.length > 0 ? bytes : null;
  return {
    read() {
      const chunk = rest;
      rest = null;
      return Promise.resolve(chunk);
    },
    cancel() {
      rest = null;
    },
  };
}

/**
 * The whole body, joined.
 * @param maxBytes more than this rejects with `body-too-large`, and the body is cancelled
 */
export async function readWholeBody(body: BodyReader, maxBytes: number): Promise<Chunk> {
  const chunks: Chunk[] = [];
  let bytes = 0;
  for (let chunk = await body.read(); chunk !== null; chunk = await body.read()) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      const error = asPeerServerError(
        `The body is larger than ${maxBytes} bytes.`,
        'body-too-large',
      );
      body.cancel(error);
      throw error;
    }
    chunks.push(chunk);
  }
  return joinChunks(chunks, bytes);
}
