import type { PeerServerError } from '../protocol/errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A stream with a second person who may end it. */
export interface EndableStream {
  readonly readable: ReadableStream<Bytes>;
  /** Ends it for its reader, in order or with an error, and gives its source up. Safe to call again. */
  end(error?: PeerServerError): void;
}

/**
 * The same stream, piece by piece and no faster, that can be ended from outside.
 * @param over called once, however it ended
 */
export function endableStream(source: ReadableStream<Bytes>, over: () => void): EndableStream {
  const reader = source.getReader();
  let isOver = false;
  const finish = (): void => {
    isOver = true;
    over();
  };
  let controller: ReadableStreamDefaultController<Bytes> | undefined;
  const readable = new ReadableStream<Bytes>(
    {
      start(given) {
        controller = given;
      },
      async pull(given) {
        try {
          const next = await reader.read();
          // Ended meanwhile, there is nothing left to fill.
          if (isOver) return;
          if (!next.done) {
            given.enqueue(next.value);
            return;
          }
        } catch (thrown) {
          if (isOver) return;
          finish();
          throw thrown;
        }
        finish();
        given.close();
      },
      async cancel(reason) {
        if (!isOver) finish();
        await reader.cancel(reason);
      },
    },
    // The stream below reads ahead already; here it would only hold more memory.
    { highWaterMark: 0 },
  );
  return {
    readable,
    end(error) {
      if (isOver) return;
      finish();
      if (error) controller?.error(error);
      else controller?.close();
      reader.cancel(error).catch(() => {
        // The source failed at the same moment; its reader has been told the end already.
      });
    },
  };
}
