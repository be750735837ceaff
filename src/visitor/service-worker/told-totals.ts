import { BODY_TOTALS_CHANNEL, type BodyTotal } from '../bridge/body-totals.ts';
import { readTag } from '../bridge/request-tag.ts';
import { FollowedStreams } from './followed-streams.ts';

type Chunk = Uint8Array<ArrayBuffer>;
type Body = ReadableStream<Chunk> | Chunk | null;

/** Their bodies are shown to nobody, and what they lead to may go by the same tag. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Tells the pages that ask for it how long the bodies are that they get. */
export class ToldTotals {
  readonly #say: (total: BodyTotal) => void;
  readonly #streams = new FollowedStreams();

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
    return this.#streams.follow(body, {
      whole: (bytes) => this.#say({ id, bytes }),
      // Which the page sees by itself.
      broken: () => {},
    });
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
