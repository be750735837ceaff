/** What is special about the heads of an exchange that becomes a WebSocket (W1, W2). */
import { PeerServerError } from './errors.ts';
import { encodeRequestHead } from './header-block.ts';
import { type HeaderList, headerValue, type RequestHead } from './http-message.ts';
import type { Limits } from './limits.ts';

/** Fields of RFC 6455's handshake that speak of one hop's bytes; there are none here (W1). */
const HOP_FIELDS = new Set([
  'sec-websocket-key',
  'sec-websocket-accept',
  'sec-websocket-version',
  'sec-websocket-extensions',
]);

/** The fields of such a head, request or answer, that travel. */
export function withoutHopFields(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !HOP_FIELDS.has(name.toLowerCase()));
}

/** The block that asks for a WebSocket. Throws `bad-input` and `headers-too-large` as any request's. */
export function encodeSocketRequest(head: RequestHead, limits: Limits): Uint8Array<ArrayBuffer> {
  if (head.method !== 'GET') {
    throw new PeerServerError('bad-input', 'A WebSocket is asked for with GET.');
  }
  const headers = withoutHopFields(head.headers);
  return encodeRequestHead({ ...head, headers }, limits, 'websocket');
}

/** The subprotocol of an accepted socket, empty when none; undefined when it was not offered (W2). */
export function chosenProtocol(request: HeaderList, answer: HeaderList): string | undefined {
  const chosen = headerValue(answer, 'sec-websocket-protocol');
  if (chosen === undefined) return '';
  const offered = request
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value.split(','));
  return offered.some((protocol) => protocol.trim() === chosen) ? chosen : undefined;
}
