/** How a host's answer leaves: its head, then its body as fast as the visitor reads. */
import { bodyOfBytes } from './body-streams.ts';
import { fitsWhole, gzipBody, gzipWhole, isWorthCompressing } from './compress-body.ts';
import type { Connection } from './connection.ts';
import { asPeerServerError, type ErrorCode, PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { encodeResponseHead, hasNoBody } from './header-block.ts';
import type { BodyReader, HostResponse, ResponseBody } from './http-message.ts';
import type { Limits } from './limits.ts';

/**
 * Sends `response` on `exchange`; resolves when its body has been accepted for sending. Rejects with
 * `host-failed` when the answer cannot be sent or its body fails, and with what ended the exchange.
 * A body that is not sent, or not to its end, is cancelled.
 * @param gzip whether the body may be compressed: both peers can (G1)
 * @param signal aborts when the exchange is over
 */
export async function sendResponse(
  connection: Connection,
  exchange: Exchange,
  method: string,
  response: HostResponse,
  gzip: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { body } = response;
  if (exchange.over) {
    discardBody(body, signal.reason);
    return;
  }
  let block: Uint8Array<ArrayBuffer>;
  try {
    block = encodeHead(response, connection.limits);
  } catch (error) {
    discardBody(body, error);
    throw error;
  }
  // What the handler has not read of the request by now, nobody will; the visitor need not send on (X5).
  exchange.onSentEnd = () => {
    // An error costs more than all else here, and most requests have ended long ago.
    if (exchange.receivedEnd) exchange.incoming.discard();
    else exchange.incoming.cancel(new PeerServerError('cancelled', 'The answer is complete.'));
  };
  const empty = body === null || (body instanceof Uint8Array && body.length === 0);
  if (empty || hasNoBody(method, response.status)) {
    connection.sendHeaders(exchange, block, true);
    discardBody(body, 'This answer has no body.');
    return;
  }
  if (gzip && isWorthCompressing(response)) {
    await sendCompressed(connection, exchange, block, response, signal);
    return;
  }
  connection.sendHeaders(exchange, block, false);
  if (body instanceof Uint8Array) await sendWhole(exchange, body);
  else await sendPieces(exchange, piecesOf(body), signal);
}

/** As above, with a body that is worth compressing (G2). */
async function sendCompressed(
  connection: Connection,
  exchange: Exchange,
  block: Uint8Array<ArrayBuffer>,
  { body, bodyIsConstant = false }: HostResponse,
  signal: AbortSignal,
): Promise<void> {
  if (body instanceof Uint8Array && fitsWhole(body)) {
    const packed = await gzipWhole(body, bodyIsConstant);
    if (exchange.over) return;
    connection.sendHeaders(exchange, block, false, packed !== undefined);
    await sendWhole(exchange, packed ?? body);
    return;
  }
  if (body === null) return;
  connection.sendHeaders(exchange, block, false, true);
  const plain = body instanceof Uint8Array ? bodyOfBytes(body) : piecesOf(body);
  await sendPieces(exchange, gzipBody(plain), signal);
}

/** Codes of the house that a handler may fail with; any other stands for a fault of its own (E3). */
const HANDLER_CODES = new Set<ErrorCode>([
  'cancelled',
  'too-slow',
  'body-too-large',
  'storage-failed',
]);

/** What the visitor is told of a handler's failure (E3). */
export function asHandlerError(thrown: unknown): PeerServerError {
  const error = asPeerServerError(thrown, 'host-failed');
  if (HANDLER_CODES.has(error.code)) return error;
  return new PeerServerError('host-failed', error.message, { cause: error });
}

/** An answer that cannot be sent is the handler's fault, not the visitor's (E3). */
function encodeHead(response: HostResponse, limits: Limits): Uint8Array<ArrayBuffer> {
  const { status } = response;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new PeerServerError('host-failed', `The site answered with the status ${status}.`);
  }
  try {
    return encodeResponseHead(response, limits);
  } catch (cause) {
    const message = 'The site answered with headers that cannot be sent.';
    throw new PeerServerError('host-failed', message, { cause });
  }
}

async function sendWhole(exchange: Exchange, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const written = exchange.outgoing.write(bytes);
  exchange.outgoing.end();
  await written;
}

async function sendPieces(
  exchange: Exchange,
  body: BodyReader,
  signal: AbortSignal,
): Promise<void> {
  const abort = () => body.cancel(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (let piece = await body.read(); piece; piece = await body.read()) {
      await exchange.outgoing.write(piece);
    }
    exchange.outgoing.end();
  } catch (error) {
    body.cancel(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A handler's stream as a body. What a site's own code puts into it is outside input. */
function piecesOf(stream: ReadableStream<unknown>): BodyReader {
  const reader = stream.getReader();
  return {
    async read() {
      const next = await reader.read();
      if (next.done) {
        reader.releaseLock();
        return null;
      }
      if (next.value instanceof Uint8Array) return next.value as Uint8Array<ArrayBuffer>;
      const message = 'The site answered with a stream of other than bytes.';
      throw new PeerServerError('host-failed', message);
    },
    cancel(reason) {
      // The stream's own failure to cancel changes nothing for an exchange that is over.
      reader.cancel(reason).catch(() => undefined);
    },
  };
}

function discardBody(body: ResponseBody, reason: unknown): void {
  // A stream that cannot be cancelled, or fails at it, changes nothing for an answer that is not sent.
  if (body instanceof ReadableStream) body.cancel(reason).catch(() => undefined);
}
