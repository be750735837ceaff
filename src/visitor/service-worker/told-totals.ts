import { BODY_TOTALS_CHANNEL, type BodyTotal } from '../bridge/body-totals.ts';
import { readTag } from '../bridge/request-tag.ts';

type Chunk = Uint8Array<ArrayBuffer>;
type Body = ReadableStream<Chunk> | Chunk | null;

/** Their bodies are shown to nobody, and what they lead to may go by the same tag. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Tells the pages that ask for it how long the bodies are that they get. */
export class ToldTotals {
  readonly #say: (total: BodyTotal) => void;
  /** Firefox ends a stream whose controller nobody holds, as if it were complete. */
  readonly #underWay = new Set<ReadableStreamDefaultController<Chunk>>();

  /** @param say tells all pages of the origin */
  constructor(say: (total: BodyTotal) => void = broadcast()) {
    this.#say = say;
  }

  /** The body for a page's request, which from now on is counted if the page wants to know. */
  follow({ url, method }: Pick<Request, 'url' | 'method'>, status: number, body: Body): Body {
    const { id, whole } = readTag(url);
    // What is given whole arrives whole.
    if (!whole || id === undefined || !(body instanceof ReadableStream)) return body;
    if (method === 'HEAD' || REDIRECTS.has(status)) return body;
    this.#say({ id });
    return this.#counted(id, body);
  }

  #counted(id: string, body: ReadableStream<Chunk>): ReadableStream<Chunk> {
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
            this.#say({ id, bytes });
            controller.close();
            letGo();
          } catch (error) {
            letGo();
            throw error;
          }
        },
        cancel: (reason) => {
          letGo();
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** Opened when there is something to say. */
function broadcast(): (total: BodyTotal) => void {
  let channel: BroadcastChannel | undefined;
  return (total) => {
    channel ??= new BroadcastChannel(BODY_TOTALS_CHANNEL);
    channel.postMessage(total);
  };
}
