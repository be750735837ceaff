import { asPeerServerError, type ErrorCode, PeerServerError } from './errors.ts';
import type { BodyReader, ReceivedBody } from './http-message.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** CompressionStream and DecompressionStream. */
interface ByteTransform {
  readonly readable: ReadableStream<Chunk>;
  readonly writable: WritableStream<BufferSource>;
}

export interface TransformOptions {
  /** Most bytes given to the transform at once: what it makes of them is held all together (G4). */
  readonly sliceBytes: number;
  /** What it means when the transform refuses its input. */
  readonly failure: ErrorCode;
}

/**
 * A body seen through a compressor or decompressor. It is pulled: nothing is read of the source before
 * somebody reads here, and then no more than leads to the next bytes.
 */
export class TransformedBody implements ReceivedBody {
  readonly #source: BodyReader;
  readonly #options: TransformOptions;
  readonly #writer: WritableStreamDefaultWriter<BufferSource>;
  readonly #reader: ReadableStreamDefaultReader<Chunk>;
  #feeding = false;
  /** Why the source, or whoever cancelled, ended the body; the transform would only tell that it was ended. */
  #error: PeerServerError | undefined;

  constructor(source: BodyReader, transform: ByteTransform, options: TransformOptions) {
    this.#source = source;
    this.#options = options;
    this.#writer = transform.writable.getWriter();
    this.#reader = transform.readable.getReader();
  }

  async read(): Promise<Chunk | null> {
    if (!this.#feeding) {
      this.#feeding = true;
      void this.#feed();
    }
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (this.#error) throw this.#error;
        if (done) return null;
        if (value.length > 0) return value;
      }
    } catch (cause) {
      throw this.#refuse(cause);
    }
  }

  /** Undefined: the platform's transforms take their time, however short the body. */
  takeComplete(): undefined {
    return undefined;
  }

  cancel(reason?: unknown): void {
    this.#end(asPeerServerError(reason ?? 'The reader wants no more.', 'cancelled'));
    this.#source.cancel(reason);
  }

  /**
   * One slice after the other: a write is done when its output is wanted, so a bomb is defused after the first.
   */
  async #feed(): Promise<void> {
    const { sliceBytes } = this.#options;
    for (;;) {
      const chunk = await this.#nextOfSource();
      if (chunk === undefined) return;
      try {
        if (chunk === null) {
          await this.#writer.close();
          return;
        }
        for (let at = 0; at < chunk.length; at += sliceBytes) {
          await this.#writer.write(chunk.subarray(at, at + sliceBytes));
        }
      } catch (cause) {
        this.#refuse(cause);
        return;
      }
    }
  }

  /** Undefined when the source has failed, which is the error of this body, too. */
  async #nextOfSource(): Promise<Chunk | null | undefined> {
    try {
      return await this.#source.read();
    } catch (thrown) {
      this.#end(asPeerServerError(thrown, 'host-failed'));
      return undefined;
    }
  }

  /** The transform takes its input for wrong, unless it was ended by us. @returns the error of this body */
  #refuse(cause: unknown): PeerServerError {
    if (this.#error) return this.#error;
    const message = 'The body is not what its compression says.';
    const error = new PeerServerError(this.#options.failure, message, { cause });
    this.#end(error);
    this.#source.cancel(error);
    return error;
  }

  #end(error: PeerServerError): void {
    if (this.#error) return;
    this.#error = error;
    // The transform is only told to let go; whoever reads gets the error above.
    this.#writer.abort(error).catch(() => undefined);
    this.#reader.cancel(error).catch(() => undefined);
  }
}
