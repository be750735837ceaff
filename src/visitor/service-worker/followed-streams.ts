type Chunk = Uint8Array<ArrayBuffer>;

/** Is called once at most, by either. */
export interface StreamEnd {
  /** All was given away, so many bytes. Comes before the browser learns of it. */
  whole(bytes: number): void;
  /** It has failed, or the browser wants no more of it. */
  broken(): void;
}

/** Streams on their way to a page whose ends somebody wants to know. */
export class FollowedStreams {
  /** Firefox ends a stream whose controller nobody holds, as if it were complete. */
  readonly #underWay = new Set<ReadableStreamDefaultController<Chunk>>();

  /** The same stream, whose end is told. */
  follow(body: ReadableStream<Chunk>, end: StreamEnd): ReadableStream<Chunk> {
    const reader = body.getReader();
    let bytes = 0;
    let held: ReadableStreamDefaultController<Chunk> | undefined;
    const letGo = () => {
      if (held) this.#underWay.delete(held);
    };
    return new ReadableStream<Chunk>(
      {
        start: (controller) => {
          held = controller;
          this.#underWay.add(controller);
        },
        pull: async (controller) => {
          try {
            const next = await reader.read();
            if (!next.done) {
              bytes += next.value.length;
              controller.enqueue(next.value);
              return;
            }
            // First, so that the page need not wait for it.
            end.whole(bytes);
            controller.close();
            letGo();
          } catch (error) {
            letGo();
            end.broken();
            throw error;
          }
        },
        cancel: (reason) => {
          letGo();
          end.broken();
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }
}
