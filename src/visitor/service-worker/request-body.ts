import { bodyOfStream } from '../../protocol/body-streams.ts';
import type { RequestHead } from '../../protocol/http-message.ts';
import { joinChunks } from '../../protocol/join-chunks.ts';
import type { AskedBody } from '../bridge/bridge-client.ts';
import { readTag } from '../bridge/request-tag.ts';
import type { HeldBodies } from './held-bodies.ts';

type Chunk = Uint8Array<ArrayBuffer>;

/** A body up to this size travels in one message with its head, with its length stated. */
export const SMALL_BODY_BYTES = 64 * 1024;
/**
 * How long the rest of a small body is waited for, ms. One that is at hand comes at once; a page that makes
 * its body slowly must not wait for its own next piece.
 */
const SMALL_BODY_PATIENCE_MS = 250;

/** Methods whose lack of a body is said in so many words (Fetch, "HTTP-network-or-cache fetch"). */
const STATES_EMPTY_BODY = new Set(['POST', 'PUT']);

/**
 * The body of a request on its way to the host: streamed where the browser can, a Blob elsewhere.
 * @param held bodies that pages have handed over beside their requests
 */
export async function requestBodyOf(request: Request, held: HeldBodies): Promise<AskedBody> {
  if (request.method === 'GET' || request.method === 'HEAD') return { kind: 'none' };
  const tag = readTag(request.url);
  if (tag.held && tag.id !== undefined) return bodyOfBlob(await held.get(tag.id));
  if ('body' in Request.prototype) return request.body ? bodyOf(request.body) : { kind: 'none' };
  // Firefox spools it, on disk if it is large.
  return bodyOfBlob(await request.blob());
}

/** A Blob as a request's body. */
export async function bodyOfBlob(blob: Blob): Promise<AskedBody> {
  if (blob.size === 0) return { kind: 'none' };
  if (blob.size > SMALL_BODY_BYTES) return { kind: 'blob', blob };
  return { kind: 'whole', bytes: new Uint8Array(await blob.arrayBuffer()) };
}

/**
 * The head with the body's length, as far as that is known: browsers do not show it to service workers.
 * @param stated what the page says of a body that streams
 */
export function withBodyLength(head: RequestHead, body: AskedBody, stated?: number): RequestHead {
  const length = body.kind === 'stream' ? stated : lengthOf(head.method, body);
  if (length === undefined) return head;
  return { ...head, headers: [...head.headers, ['content-length', String(length)]] };
}

function lengthOf(
  method: string,
  body: Exclude<AskedBody, { kind: 'stream' }>,
): number | undefined {
  switch (body.kind) {
    case 'none':
      return STATES_EMPTY_BODY.has(method) ? 0 : undefined;
    case 'whole':
      return body.bytes.length;
    case 'blob':
      return body.blob.size;
  }
}

/** Whole if it is small and at hand, else a stream that begins with what has been read already. */
async function bodyOf(stream: ReadableStream<Chunk>): Promise<AskedBody> {
  const body = bodyOfStream(stream);
  const chunks: Chunk[] = [];
  let bytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), SMALL_BODY_PATIENCE_MS);
  });
  let next = body.read();
  try {
    while (bytes <= SMALL_BODY_BYTES) {
      const piece = await Promise.race([next, patience]);
      if (piece === 'late') break;
      if (piece === null)
        return bytes > 0 ? { kind: 'whole', bytes: joinChunks(chunks, bytes) } : { kind: 'none' };
      chunks.push(piece);
      bytes += piece.length;
      next = body.read();
    }
  } finally {
    clearTimeout(timer);
  }
  // Whoever reads on gets its failure; until then nobody does.
  next.catch(() => undefined);
  let pending: Promise<Chunk | null> | undefined = next;
  const read = (): Promise<Chunk | null> => {
    const chunk = chunks.shift();
    if (chunk) return Promise.resolve(chunk);
    const awaited = pending ?? body.read();
    pending = undefined;
    return awaited;
  };
  return { kind: 'stream', reader: { read, cancel: (reason) => body.cancel(reason) } };
}
