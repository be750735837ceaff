import { type ErrorCode, PeerServerError } from './errors.ts';
import type { HeaderList, ReceivedBody } from './http-message.ts';

/** The body as it is if `headers` announce no length, else held to that length (S7). */
export function countedBody(
  body: ReceivedBody,
  headers: HeaderList,
  mismatch: ErrorCode,
): ReceivedBody {
  const announced = announcedLength(headers);
  return announced === undefined ? body : new CountedBody(body, announced, mismatch);
}

/** NaN, which no body's length equals, when the announcement makes no sense. */
function announcedLength(headers: HeaderList): number | undefined {
  const values = headers.filter(([name]) => name === 'content-length').map(([, value]) => value);
  const [first] = values;
  if (first === undefined) return undefined;
  const sensible = /^\d{1,15}$/.test(first) && values.every((value) => value === first);
  return sensible ? Number(first) : Number.NaN;
}

/** A body whose length was announced: fewer or more bytes are an error, never a body (S7). */
class CountedBody implements ReceivedBody {
  readonly #body: ReceivedBody;
  readonly #mismatch: ErrorCode;
  /** Bytes still to come. */
  #expected: number;

  constructor(body: ReceivedBody, expected: number, mismatch: ErrorCode) {
    this.#body = body;
    this.#mismatch = mismatch;
    this.#expected = expected;
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    const chunk = await this.#body.read();
    this.#expected -= chunk?.length ?? 0;
    if (!(this.#expected >= 0) || (chunk === null && this.#expected > 0)) throw this.#fail();
    return chunk;
  }

  takeComplete(): Uint8Array<ArrayBuffer> | undefined {
    const bytes = this.#body.takeComplete();
    if (bytes === undefined) return undefined;
    this.#expected -= bytes.length;
    if (this.#expected !== 0) throw this.#fail();
    return bytes;
  }

  cancel(reason?: unknown): void {
    this.#body.cancel(reason);
  }

  #fail(): PeerServerError {
    const error = new PeerServerError(
      this.#mismatch,
      'The body has another length than was announced.',
    );
    this.#body.cancel(error);
    return error;
  }
}
