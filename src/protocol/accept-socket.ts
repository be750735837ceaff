/** How a host opens the WebSocket that a visitor asked for. */
import { BodySocket } from './body-socket.ts';
import { cutReason } from './close-codes.ts';
import type { Connection } from './connection.ts';
import { PeerServerError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { encodeResponseHead } from './header-block.ts';
import { type HostResponse, headerValue } from './http-message.ts';
import { withoutHopFields } from './socket-head.ts';

/** Status by which a handler accepts; the wire has 200, since interim answers do not exist there (W2). */
export const SWITCHING_PROTOCOLS = 101;
/** The close code for a handler that failed (RFC 6455, 7.4.1). */
const INTERNAL_ERROR = 1011;

/**
 * Accepts with the answer's head and gives its `webSocket` the open socket; resolves when that has settled.
 * A handler that fails closes the socket with 1011. Rejects with `host-failed` for an answer without
 * `webSocket` or with headers that cannot be sent; nothing has been sent then.
 */
export async function acceptSocket(
  connection: Connection,
  exchange: Exchange,
  response: HostResponse,
): Promise<void> {
  const { webSocket } = response;
  if (!webSocket || response.body !== null) {
    throw new PeerServerError('host-failed', 'The site answered 101 without a WebSocket.');
  }
  if (exchange.over) return;
  const headers = withoutHopFields(response.headers);
  let block: Uint8Array<ArrayBuffer>;
  try {
    block = encodeResponseHead({ status: 200, headers }, connection.limits, 'websocket');
  } catch (cause) {
    const message = 'The site answered with headers that cannot be sent.';
    throw new PeerServerError('host-failed', message, { cause });
  }
  connection.sendHeaders(exchange, block, false);
  const protocol = headerValue(headers, 'sec-websocket-protocol') ?? '';
  const socket = new BodySocket(exchange, connection.sockets, protocol);
  try {
    await webSocket(socket);
  } catch (thrown) {
    // As for any failing handler, the visitor is told: its close event has the reason.
    socket.close(INTERNAL_ERROR, cutReason(thrown instanceof Error ? thrown.message : ''));
  }
}
