/** Close codes and reasons, as RFC 6455 (5.5.1 and 7.4) has them. */
import { PeerServerError } from './errors.ts';
import { SocketFault } from './socket-fault.ts';

/** Longest reason, bytes of UTF-8: what a control frame of RFC 6455 has room for. */
export const MAX_CLOSE_REASON_BYTES = 123;
/** Stands for "no code was sent"; never on the wire. */
export const NO_CLOSE_CODE = 1005;
/** Stands for "the connection broke"; never on the wire. */
export const ABNORMAL_CLOSE_CODE = 1006;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether a code may be sent: registered for the wire, or left to libraries and applications. */
export function isCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000 && code <= 4999) return true;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

/** A close record's payload. Throws `bad-input` for a code or reason that may not be sent. */
export function encodeClosePayload(
  code: number | undefined,
  reason: string,
): Uint8Array<ArrayBuffer> {
  if (code === undefined && reason === '') return new Uint8Array();
  const sent = code ?? 1000;
  if (!isCloseCode(sent)) {
    throw new PeerServerError('bad-input', `A WebSocket cannot be closed with the code ${sent}.`);
  }
  const text = encoder.encode(reason);
  if (text.length > MAX_CLOSE_REASON_BYTES) {
    const most = `${MAX_CLOSE_REASON_BYTES} bytes`;
    throw new PeerServerError('bad-input', `A WebSocket's close reason has at most ${most}.`);
  }
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, sent);
  payload.set(text, 2);
  return payload;
}

/** A reason cut to its greatest length, at a character's end. */
export function cutReason(reason: string): string {
  const room = new Uint8Array(MAX_CLOSE_REASON_BYTES);
  const { written } = encoder.encodeInto(reason, room);
  return decoder.decode(room.subarray(0, written));
}

/** What is wrong with a close record of this length, if anything. */
export function closePayloadFault(length: number): string | undefined {
  if (length === 1) return 'Half a close code.';
  return length > 2 + MAX_CLOSE_REASON_BYTES ? 'A close reason is too long.' : undefined;
}

/** Code and reason of a close record of good length. Throws SocketFault. */
export function decodeClosePayload(payload: Uint8Array): { code: number; reason: string } {
  if (payload.length === 0) return { code: NO_CLOSE_CODE, reason: '' };
  const code = new DataView(payload.buffer, payload.byteOffset).getUint16(0);
  if (!isCloseCode(code))
    throw new SocketFault(1002, `The close code ${code} is not for the wire.`);
  try {
    return { code, reason: decoder.decode(payload.subarray(2)) };
  } catch {
    // The only way for a fatal decoder to fail.
    throw new SocketFault(1007, 'A close reason is not UTF-8.');
  }
}
