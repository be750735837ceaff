import { joinChunks } from '../../../protocol/join-chunks.ts';

type Chunk = Uint8Array<ArrayBuffer>;

export interface Collector {
  /** Largest body that is wanted, in bytes. */
  readonly limit: number;
  /** Asks for memory for so many bytes more; false: there is none, and the body is not wanted any more. */
  reserve(bytes: number): boolean;
  /** Gives back what was reserved: the body will not be wanted. */
  release(bytes: number): void;
  /** The whole body, once, before its reader sees the end; what was reserved for it now belongs to the callee. */
  whole(body: Chunk): void;
}

/** Held here, since Firefox ends a stream whose controller nobody holds after some seconds, as if complete. */
const underWay = new Set<ReadableStreamDefaultController<Chunk>>();

/**
 * A body that passes through at its reader's pace, and is handed to `collector` when it has come to its end.
 * One that is cut short, given up by its reader, or larger than wanted is not.
 */
export function collectBody(
  body: ReadableStream<Chunk>,
  collector: Collector,
): ReadableStream<Chunk> {
  const reader = body.getReader();
  let kept: Chunk[] | undefined = [];
  let bytes = 0;
  const giveUp = () => {
    kept = undefined;
    collector.release(bytes);
    bytes = 0;
  };
  const keep = (chunk: Chunk) => {
    if (!kept) return;
    if (bytes + chunk.length > collector.limit || !collector.reserve(chunk.length)) giveUp();
    else {
      kept.push(chunk);
      bytes += chunk.length;
    }
  };
  const finish = (controller: ReadableStreamDefaultController<Chunk>) => {
    kept = undefined;
    underWay.delete(controller);
  };
  let held: ReadableStreamDefaultController<Chunk>;
  return new ReadableStream<Chunk>(
    {
      start(controller) {
        held = controller;
        underWay.add(controller);
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            keep(value);
            controller.enqueue(value);
            return;
          }
          if (kept) collector.whole(joinChunks(kept, bytes));
          controller.close();
        } catch (error) {
          giveUp();
          controller.error(error);
        }
        finish(controller);
      },
      cancel(reason) {
        giveUp();
        finish(held);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
