import type { IncomingMessage } from 'node:http';
import { PeerServerError } from '../../protocol/errors.ts';
import type { BodyReader } from '../../protocol/http-message.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A client's upload, read from its socket only as fast as the tunnel takes it. It may be opened again as long as
 * nothing was read, which is when the request can be sent once more.
 */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #onFirstRead: () => void;
  readonly #arrived: Bytes[] = [];
  #started = false;
  #taken = false;
  #ended = false;
  #wake: () => void = () => {};
  /** Nobody will open it again: what the client still sends is thrown away. */
  #settled = false;
  #cancelled = false;

  /** @param onFirstRead called before the client's first byte is waited for */
  constructor(request: IncomingMessage, onFirstRead: () => void) {
    this.#request = request;
    this.#onFirstRead = onFirstRead;
  }

  /** True when some of it was read: it cannot be opened again. */
  get taken(): boolean {
    return this.#taken;
  }

  /** To be read from its beginning; not to be called any more when it is `taken`. */
  open(): BodyReader {
    this.#cancelled = false;
    let cancelled = false;
    return {
      read: () => this.#read(() => cancelled),
      cancel: () => {
        cancelled = true;
        this.#cancelled = true;
        this.#discardIfUnwanted();
      },
    };
  }

  /**
   * The request has its answer, or none will come. What nobody reads is taken off the socket from then on: the
   * client may read its answer only when it has sent everything.
   */
  settle(): void {
    this.#settled = true;
    this.#discardIfUnwanted();
  }

  /** The answer is out: whatever is left of the upload is thrown away. */
  finish(): void {
    this.#cancelled = true;
    this.settle();
  }

  async #read(isCancelled: () => boolean): Promise<Bytes | null> {
    this.#start();
    for (;;) {
      // Bytes that come after all belong to the next attempt.
      if (isCancelled()) throw new PeerServerError('cancelled', 'Nobody wants the body any more.');
      const bytes = this.#arrived.shift();
      if (bytes) {
        this.#taken = true;
        return bytes;
      }
      if (this.#ended) return null;
      if (this.#request.destroyed) {
        throw new PeerServerError('cancelled', 'The client went away in the middle of its body.');
      }
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#request.resume();
      await woken;
    }
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const request = this.#request;
    request.on('data', (chunk: Buffer) => {
      if (this.#settled && this.#cancelled) return;
      request.pause();
      this.#arrived.push(bytesOf(chunk));
      this.#wake();
    });
    request.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    request.on('close', () => this.#wake());
    this.#onFirstRead();
  }

  #discardIfUnwanted(): void {
    if (!this.#settled || !this.#cancelled) return;
    this.#arrived.length = 0;
    this.#request.resume();
  }
}

/** A Buffer's bytes without copying them; Node's buffers are never shared memory. */
export function bytesOf(buffer: Buffer): Bytes {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
}
