/**
 * Content codings that a site's own code has applied. The browser undoes them on answers from the network and
 * leaves those of a service worker alone, so it is done here.
 */
import { headerValue } from '../../protocol/http-message.ts';
import type { BridgeAnswer } from '../bridge/bridge-client.ts';

type Chunk = Uint8Array<ArrayBuffer>;
type Decoder = (body: ReadableStream<Chunk>) => ReadableStream<Chunk>;

const BROTLI = 'brotli' as string as CompressionFormat;

/**
 * Codings of one answer that are undone, one above the other. Sites apply one; a second is what a proxy may add.
 * Each is a decoder with memory of its own, and a header has room for thousands.
 */
const MAX_CODINGS = 2;
/**
 * Bytes given to a decoder at once, since it makes all that it can of what it has got, and holds that (SPEC G4). Of
 * deflate one stands for 1032 at most, so this is 4 MiB.
 */
const SLICE_BYTES = 4 * 1024;
/**
 * The same for brotli: there a whole block of at most 16 MiB fits into some 13 bytes, so this is 32 MiB. With less
 * at a time, decoding would be slower than the link.
 */
const BROTLI_SLICE_BYTES = 16;

/** By name of the coding; `x-gzip` is gzip's old name (RFC 9110, 8.4.1.3). */
const DECODERS = new Map<string, Decoder>([
  ['gzip', (body) => decodeWith(body, () => 'gzip')],
  ['x-gzip', (body) => decodeWith(body, () => 'gzip')],
  ['deflate', (body) => decodeWith(body, deflateFormat)],
  ['identity', asItIs],
]);
if (hasFormat(BROTLI)) {
  DECODERS.set('br', (body) => decodeWith(body, () => BROTLI, BROTLI_SLICE_BYTES));
}

/**
 * The answer as a page is to see it: its body plain, if the codings are known here and not too many. Otherwise it
 * stays as it is, which is what browsers do with codings that they do not know. The field `content-encoding` stays, as it
 * does on answers from the network; `content-length` goes, since browsers would take it for that of the plain
 * body. A body that is no such coding, or cut short, fails where it is read.
 */
export function decodeAnswer(answer: BridgeAnswer): BridgeAnswer {
  const codings = headerValue(answer.headers, 'content-encoding');
  if (codings === undefined || answer.body === null) return answer;
  const decoders: Decoder[] = [];
  // The last coding applied is the first to be undone.
  for (const name of codings.toLowerCase().split(',').reverse()) {
    const decoder = DECODERS.get(name.trim());
    if (!decoder) return answer;
    if (decoder !== asItIs) decoders.push(decoder);
    if (decoders.length > MAX_CODINGS) return answer;
  }
  if (decoders.length === 0) return answer;
  const { body } = answer;
  const stream = body instanceof Uint8Array ? new Blob([body]).stream() : body;
  return {
    ...answer,
    headers: answer.headers.filter(([name]) => name !== 'content-length'),
    body: decoders.reduce((plain, decode) => decode(plain), stream),
  };
}

function asItIs(body: ReadableStream<Chunk>): ReadableStream<Chunk> {
  return body;
}

/**
 * @param formatOf tells the format by the body's first bytes
 * @param sliceBytes given to the decoder at once
 */
function decodeWith(
  body: ReadableStream<Chunk>,
  formatOf: (start: Chunk) => CompressionFormat,
  sliceBytes = SLICE_BYTES,
): ReadableStream<Chunk> {
  const reader = body.getReader();
  let plain: ReadableStreamDefaultReader<Chunk> | undefined;
  return new ReadableStream<Chunk>(
    {
      async pull(controller) {
        if (!plain) {
          const first = await firstChunk(reader);
          // Nothing at all is what sites send for an empty body, whatever they call it.
          if (!first) {
            controller.close();
            return;
          }
          const encoded = slicesOf(first, reader, sliceBytes);
          plain = encoded.pipeThrough(new DecompressionStream(formatOf(first))).getReader();
        }
        const next = await plain.read();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel(reason) {
        await (plain ?? reader).cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

async function firstChunk(reader: ReadableStreamDefaultReader<Chunk>): Promise<Chunk | undefined> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    if (value.length > 0) return value;
  }
}

/** Bytes that have been read already and those to come, in pieces of at most `sliceBytes`. */
function slicesOf(
  first: Chunk,
  rest: ReadableStreamDefaultReader<Chunk>,
  sliceBytes: number,
): ReadableStream<Chunk> {
  let chunk: Chunk | undefined = first;
  return new ReadableStream<Chunk>(
    {
      async pull(controller) {
        chunk ??= await firstChunk(rest);
        if (!chunk) {
          controller.close();
          return;
        }
        controller.enqueue(chunk.subarray(0, sliceBytes));
        chunk = chunk.length > sliceBytes ? chunk.subarray(sliceBytes) : undefined;
      },
      cancel: (reason) => rest.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** HTTP's `deflate` is zlib's format; many servers send bare deflate, and browsers take both (RFC 9110, 8.4.1.2). */
function deflateFormat([first = 0, second = 0]: Chunk): CompressionFormat {
  const isZlib = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
  return isZlib ? 'deflate' : 'deflate-raw';
}

function hasFormat(format: CompressionFormat): boolean {
  try {
    return new DecompressionStream(format) !== undefined;
  } catch {
    // That it throws is how a browser says that it has not got it.
    return false;
  }
}
