/** How a host's answer leaves: its head, then its body as fast as the visitor reads. */
import type { Connection } from './connection.ts';
import { asPeerServerError, type ErrorCode, PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { encodeResponseHead, hasNoBody } from './header-block.ts';
import type { HostResponse, ResponseBody } from './http-message.ts';
import type { Limits } from './limits.ts';

/**
 * Sends `response` on `exchange`; resolves when its body has been accepted for sending. Rejects with
 * `host-failed` when the answer cannot be sent or its body fails, and with what ended the exchange.
 * A body that is not sent, or not to its end, is cancelled.
 * @param signal aborts when the exchange is over
 */
export async function sendResponse(
  connection: Connection,
  exchange: Exchange,
  method: string,
  response: HostResponse,
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
  exchange.onSentEnd = () =>
    exchange.incoming.cancel(new PeerServerError('cancelled', 'The answer is complete.'));
  const empty = body === null || (body instanceof Uint8Array && body.length === 0);
  if (empty || hasNoBody(method, response.status)) {
    connection.sendHeaders(exchange, block, true);
    discardBody(body, 'This answer has no body.');
    return;
  }
  connection.sendHeaders(exchange, block, false);
  if (body instanceof Uint8Array) await sendWhole(exchange, body);
  else await sendStream(exchange, body, signal);
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

async function sendStream(
  exchange: Exchange,
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): Promise<void> {
  const reader = stream.getReader();
  const cancel = (reason: unknown) => {
    // The stream's own failure to cancel changes nothing for an exchange that is over.
    reader.cancel(reason).catch(() => undefined);
  };
  const abort = () => cancel(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      // What a site's own code puts into its stream is outside input.
      if (!(next.value instanceof Uint8Array)) {
        throw new PeerServerError(
          'host-failed',
          'The site answered with a stream of other than bytes.',
        );
      }
      await exchange.outgoing.write(next.value);
    }
    exchange.outgoing.end();
  } catch (error) {
    cancel(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    reader.releaseLock();
  }
}

function discardBody(body: ResponseBody, reason: unknown): void {
  // A stream that cannot be cancelled, or fails at it, changes nothing for an answer that is not sent.
  if (body instanceof ReadableStream) body.cancel(reason).catch(() => undefined);
}
