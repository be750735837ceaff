/**
 * Content codings that a site's own code has applied. The browser undoes them on answers from the network and
 * leaves those of a service worker alone, so it is done here.
 */
import { headerValue } from '../../protocol/http-message.ts';
import type { BridgeAnswer } from '../bridge/bridge-client.ts';

type Chunk = Uint8Array<ArrayBuffer>;
type Decoder = (body: ReadableStream<Chunk>) => ReadableStream<Chunk>;

const BROTLI = 'brotli' as string as CompressionFormat;

/** By name of the coding; `x-gzip` is gzip's old name (RFC 9110, 8.4.1.3). */
const DECODERS = new Map<string, Decoder>([
  ['gzip', (body) => decodeWith(body, () => 'gzip')],
  ['x-gzip', (body) => decodeWith(body, () => 'gzip')],
  ['deflate', (body) => decodeWith(body, deflateFormat)],
  ['identity', asItIs],
]);
if (hasFormat(BROTLI)) DECODERS.set('br', (body) => decodeWith(body, () => BROTLI));

/**
 * The answer as a page is to see it: its body plain, if the codings are known here. Otherwise it stays as it
 * is, which is what browsers do with codings that they do not know. The field `content-encoding` stays, as it
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
    decoders.push(decoder);
  }
  if (decoders.every((decoder) => decoder === asItIs)) return answer;
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

/** @param formatOf tells the format by the body's first bytes */
function decodeWith(
  body: ReadableStream<Chunk>,
  formatOf: (start: Chunk) => CompressionFormat,
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
          const encoded = streamOf(first, reader);
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

/** A stream of bytes that have been read already and those to come. */
function streamOf(first: Chunk, rest: ReadableStreamDefaultReader<Chunk>): ReadableStream<Chunk> {
  return new ReadableStream<Chunk>(
    {
      start: (controller) => controller.enqueue(first),
      async pull(controller) {
        const next = await rest.read();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
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
