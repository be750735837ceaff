import { PeerServerError } from '../../protocol/errors.ts';
import type { BodyReader } from '../../protocol/http-message.ts';
import { BRIDGE_WINDOW } from './messages.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** Credit goes back in steps of this many bytes, so that messages the other way stay few. */
const CREDIT_STEP = BRIDGE_WINDOW / 4;

/**
 * A request's body as it comes over the bridge while the host takes it: the shell's end. It holds at most
 * `BRIDGE_WINDOW` bytes. It can be read once: a request whose body has been begun cannot be sent again.
 */
export class UploadSource {
  readonly #events: { credit(bytes: number): void; stop(): void };
  #chunks: Chunk[] = [];
  /** Bytes that came and were not credited yet. */
  #uncredited = 0;
  /** Of these, bytes that the host has taken. */
  #taken = 0;
  #end: 'open' | 'ended' | PeerServerError = 'open';
  #stopped = false;
  #begun = false;
  #wake: () => void = () => {};

  /** @param events what goes back over the bridge: credit, and once that no more is wanted */
  constructor(events: { credit(bytes: number): void; stop(): void }) {
    this.#events = events;
  }

  /** True when a part has been read, so that nobody can read the whole any more. */
  get begun(): boolean {
    return this.#begun;
  }

  /** A reader of the body from its start. */
  open(): BodyReader {
    if (this.#begun) {
      throw new PeerServerError(
        'connection-lost',
        'The body of this request cannot be sent again.',
      );
    }
    return {
      read: () => this.#read(),
      // A request that was turned away before it began may try again with the same body.
      cancel: () => {
        if (this.#begun) this.stop();
      },
    };
  }

  /**
   * @throws PeerServerError flow-control when more came than was credited: nothing may make the shell hold
   *   more than the window
   */
  push(bytes: Chunk): void {
    if (this.#stopped || this.#end !== 'open') return;
    this.#uncredited += bytes.length;
    if (this.#uncredited > BRIDGE_WINDOW) {
      throw new PeerServerError('flow-control', 'The page sent more of the body than it may.');
    }
    if (bytes.length > 0) this.#chunks.push(bytes);
    this.#wake();
  }

  /** The body is complete, or failed with an error. */
  finish(error?: PeerServerError): void {
    if (this.#end === 'open') this.#end = error ?? 'ended';
    this.#wake();
  }

  /** Nobody wants the rest; the page's end is told, and a waiting reader let go. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#chunks = [];
    if (this.#end === 'open') this.#events.stop();
    this.finish(new PeerServerError('cancelled', 'The rest of the body is not wanted.'));
  }

  async #read(): Promise<Chunk | null> {
    this.#begun = true;
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#credit(chunk.length);
        return chunk;
      }
      if (this.#end === 'ended') return null;
      if (this.#end !== 'open') throw this.#end;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #credit(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken < CREDIT_STEP || this.#end !== 'open') return;
    this.#uncredited -= this.#taken;
    this.#events.credit(this.#taken);
    this.#taken = 0;
  }
}
