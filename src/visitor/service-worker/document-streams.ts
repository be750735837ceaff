import {
  DOCUMENT_STREAMS_CHANNEL,
  type DocumentStream,
  documentStreamAttribute,
} from '../bridge/document-stream.ts';
import { FollowedStreams } from './followed-streams.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** A document whose body is about to stream. */
export interface StreamedDocument {
  /** For the start tag of the page script. */
  readonly attribute: string;
  /** @param body as the browser is to get it */
  follow(body: ReadableStream<Chunk>): ReadableStream<Chunk>;
}

/** Lets shells know which streamed documents came to their end, so that they notice those which are cut. */
export class DocumentStreams {
  readonly #life: () => string | undefined;
  readonly #say: (id: string) => void;
  readonly #streams = new FollowedStreams();

  /**
   * @param life gives the token of this life of the service worker, if its lock is held
   * @param say tells all pages of the origin that one is over
   */
  constructor(life: () => string | undefined, say: (id: string) => void = broadcast()) {
    this.#life = life;
    this.#say = say;
  }

  /** @param mayRepeat whether the request can be made again for it */
  begin(mayRepeat: boolean): StreamedDocument | undefined {
    const worker = this.#life();
    if (worker === undefined) return undefined;
    const stream: DocumentStream = { id: crypto.randomUUID(), worker, mayRepeat };
    const over = () => this.#say(stream.id);
    return {
      attribute: documentStreamAttribute(stream),
      // One that fails does so before the browser's eyes, as it would from any server.
      follow: (body) => this.#streams.follow(body, { whole: over, broken: over }),
    };
  }
}

/** Opened when there is something to say. */
function broadcast(): (id: string) => void {
  let channel: BroadcastChannel | undefined;
  return (id) => {
    channel ??= new BroadcastChannel(DOCUMENT_STREAMS_CHANNEL);
    channel.postMessage(id);
  };
}
