/** What is said of requests that Node's parser gives up on; it is strict, so that nothing can be read in two ways. */
import { type Refusal, refused } from './failure-answer.ts';

/** What `clientError` is emitted with. */
export interface ParserError extends Error {
  readonly code?: string | undefined;
  /** What came last; it begins with the request line only if the whole head came in one piece. */
  readonly rawPacket?: Uint8Array | undefined;
}

/** A request that could not be read. */
export interface UnreadableRequest {
  /** For the log; `-` where it cannot be told. */
  readonly method: string;
  /** For the log; `-` where it cannot be told. */
  readonly target: string;
  readonly refusal: Refusal;
}

/** A method is a token (RFC 9110, 9.1); so long a one is none that anybody uses. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\S+) HTTP\/\d/;
/** How TLS begins: the record of a handshake. */
const TLS_HANDSHAKE = 0x16;
/** Begins a line of a log, and tells an unknown method from what is no HTTP at all. */
const LOOKED_AT_BYTES = 4096;

/** In words what Node's parser refused, and what can be told of the request. */
export function readRefused({
  code,
  rawPacket = new Uint8Array(),
}: ParserError): UnreadableRequest {
  const begin = Buffer.from(rawPacket.subarray(0, LOOKED_AT_BYTES)).toString('latin1');
  const [, method = '-', target = '-'] = REQUEST_LINE.exec(begin) ?? [];
  return { method, target, refusal: explain(code, method !== '-', rawPacket[0]) };
}

function explain(code: string | undefined, hasLine: boolean, first: number | undefined): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return refused(431, 'The headers are longer than 48 KiB. Send fewer, or shorter ones.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return refused(408, 'The head of the request took too long.');
    case 'HPE_PAUSED_H2_UPGRADE':
      return refused(505, 'HTTP/2 is not spoken here. Speak HTTP/1.1.');
    case 'HPE_INVALID_METHOD':
      if (hasLine) {
        const text = 'This method is unknown here: Node reads only those registered with IANA.';
        return refused(501, text);
      }
      if (first === TLS_HANDSHAKE) {
        return refused(400, 'TLS is not spoken here. Use http:// instead of https://.');
      }
      return refused(400, 'This is not HTTP. Speak HTTP/1.1.');
    default:
      return refused(400, `This is not HTTP as it should be (${code ?? 'unknown error'}).`);
  }
}
