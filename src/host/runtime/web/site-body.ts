/** The body of a request or an answer, as the classes of the sandbox keep it. */
import type { BodyReader } from '../../../protocol/http-message.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const NativeResponse = Response;

/**
 * Where the bytes are. A native Response, which handles bodies alike in all browsers (a native Request does
 * not), is made only when something asks for a stream: each costs Chromium a call to another process.
 */
type Source =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly bytes: Bytes }
  | { readonly kind: 'reader'; readonly reader: BodyReader; readonly maxBytes: number }
  | { readonly kind: 'native'; readonly response: Response };

/** A visitor sent more than may be read whole; answered with 413. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** What leaves as the body of an answer. */
export type SentBody = Bytes | ReadableStream<unknown> | null;

/**
 * Whose bytes they are, which decides what a length beside them is worth: the author's code knows it, or the host,
 * while that of an answer from the network may be the length before it was decoded.
 */
export type BodyOrigin = 'author' | 'host' | 'network';

/** Streams that were given out, of others than the author: they come back as bodies of new answers. */
const origins = new WeakMap<ReadableStream<unknown>, BodyOrigin>();

export class SiteBody {
  readonly origin: BodyOrigin;
  #source: Source;
  /** Of a source that is not native: somebody has read it. */
  #taken = false;
  private constructor(source: Source, origin: BodyOrigin = 'author') {
    this.#source = source;
    this.origin = origin;
  }

  static readonly none = (): SiteBody => new SiteBody({ kind: 'none' });

  /**
   * A body as the constructors of Request and Response take it, and the content type that goes with it.
   * Throws TypeError for a stream that was read or is locked.
   */
  static of(init: unknown): { readonly body: SiteBody; readonly type: string | undefined } {
    if (init === null || init === undefined) return { body: SiteBody.none(), type: undefined };
    if (ArrayBuffer.isView(init)) {
      const bytes = new Uint8Array(init.buffer, init.byteOffset, init.byteLength).slice();
      return { body: new SiteBody({ kind: 'whole', bytes }), type: undefined };
    }
    if (init instanceof ArrayBuffer) {
      const bytes = new Uint8Array(init.slice(0));
      return { body: new SiteBody({ kind: 'whole', bytes }), type: undefined };
    }
    if (
      init instanceof Blob ||
      init instanceof FormData ||
      init instanceof URLSearchParams ||
      init instanceof ReadableStream
    ) {
      const response = new NativeResponse(init);
      const type = response.headers.get('content-type') ?? undefined;
      const origin = init instanceof ReadableStream ? origins.get(init) : undefined;
      return { body: new SiteBody({ kind: 'native', response }, origin), type };
    }
    const bytes = new TextEncoder().encode(String(init));
    return { body: new SiteBody({ kind: 'whole', bytes }), type: 'text/plain;charset=UTF-8' };
  }

  /** A body that comes out of a connection. @param maxBytes how much of it may be read whole */
  static ofReader(reader: BodyReader | null, maxBytes: number, origin?: BodyOrigin): SiteBody {
    return reader ? new SiteBody({ kind: 'reader', reader, maxBytes }, origin) : SiteBody.none();
  }

  /** The body of an answer that came from the network, which is not read by anybody else from now on. */
  static ofNative(response: Response): SiteBody {
    return response.body === null && response.headers.get('content-length') === null
      ? SiteBody.none()
      : new SiteBody({ kind: 'native', response }, 'network');
  }

  get used(): boolean {
    return this.#source.kind === 'native' ? this.#source.response.bodyUsed : this.#taken;
  }

  get stream(): ReadableStream<Bytes> | null {
    if (this.#source.kind === 'none') return null;
    const { body } = this.#native();
    if (body && this.origin !== 'author') origins.set(body, this.origin);
    return body;
  }

  /** All of it. Rejects with TypeError when it was read before, BodyTooLargeError beyond the limit. */
  async bytes(): Promise<Bytes> {
    const source = this.#source;
    if (source.kind === 'none') return new Uint8Array(0);
    if (source.kind === 'native') return new Uint8Array(await source.response.arrayBuffer());
    this.#requireUnused();
    this.#taken = true;
    return source.kind === 'whole' ? source.bytes : await readAll(source.reader, source.maxBytes);
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    const value: unknown = JSON.parse(await this.text());
    return value;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async blob(type: string | null): Promise<Blob> {
    return new Blob([await this.bytes()], { type: type ?? '' });
  }

  /** @param type the content type, which says how to read it */
  async formData(type: string | null): Promise<FormData> {
    const headers: [string, string][] = type === null ? [] : [['content-type', type]];
    return await new NativeResponse(await this.bytes(), { headers }).formData();
  }

  /** A second one of the same bytes. Throws TypeError when it was read before. */
  clone(): SiteBody {
    this.#requireUnused();
    const source = this.#source;
    if (source.kind === 'none' || source.kind === 'whole') return new SiteBody(source, this.origin);
    return new SiteBody({ kind: 'native', response: this.#native().clone() }, this.origin);
  }

  /** The body for somebody else; this one counts as read. Throws TypeError when it was read before. */
  move(): SiteBody {
    this.#requireUnused();
    const source = this.#source;
    if (source.kind === 'none') return this;
    if (source.kind === 'native') {
      const moved = new NativeResponse(source.response.body?.pipeThrough(new TransformStream()));
      return new SiteBody({ kind: 'native', response: moved }, this.origin);
    }
    this.#taken = true;
    return new SiteBody(source, this.origin);
  }

  /** What is to be sent. Throws TypeError when it was read before. */
  send(): SentBody {
    this.#requireUnused();
    if (this.#source.kind === 'none') return null;
    if (this.#source.kind === 'whole') {
      this.#taken = true;
      return this.#source.bytes;
    }
    return this.stream;
  }

  #requireUnused(): void {
    const locked = this.#source.kind === 'native' && this.#source.response.body?.locked === true;
    if (!this.used && !locked) return;
    throw new TypeError(
      'The body has been read already: a body can be read once. Keep what you read, or use clone().',
    );
  }

  /** As a native Response from now on. */
  #native(): Response {
    const source = this.#source;
    if (source.kind === 'native') return source.response;
    const content =
      source.kind === 'reader'
        ? streamOf(source.reader)
        : source.kind === 'whole'
          ? source.bytes
          : null;
    const response = new NativeResponse(content);
    if (this.#taken) {
      // Read as a whole before: its stream is at its end and counts as used.
      response.body?.cancel().catch(() => undefined);
    }
    this.#source = { kind: 'native', response };
    return response;
  }
}

function streamOf(reader: BodyReader): ReadableStream<Bytes> {
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const chunk = await reader.read();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function readAll(reader: BodyReader, maxBytes: number): Promise<Bytes> {
  const chunks: Bytes[] = [];
  let length = 0;
  for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
    length += chunk.length;
    if (length > maxBytes) {
      // Not cancelled, which would leave no way to answer; the visitor waits, and is told with the answer.
      throw new BodyTooLargeError(
        `The request's body is larger than ${maxBytes} bytes. Read it piece by piece from request.body.`,
      );
    }
    chunks.push(chunk);
  }
  if (chunks.length === 1 && chunks[0]) return exactBytes(chunks[0]);
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Bytes whose buffer holds nothing else: `arrayBuffer()` gives it out. */
function exactBytes(bytes: Bytes): Bytes {
  return bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
}
