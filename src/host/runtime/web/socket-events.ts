/** What goes into a socket of a WebSocketPair, and the events that come out. */
import type { SocketMessage } from '../../../protocol/message-socket.ts';

/** Bytes of UTF-8 (RFC 6455, 5.5). */
const MAX_REASON_BYTES = 123;

/** The platform's CloseEvent in form; Node 20 has none. */
export class SocketCloseEvent extends Event {
  constructor(
    readonly code: number,
    readonly reason: string,
    readonly wasClean: boolean,
  ) {
    super('close');
  }
}

/** Something that went wrong with a socket, for its `error` listeners. */
export class SocketErrorEvent extends Event {
  readonly message: string;

  constructor(readonly error: Error) {
    super('error');
    this.message = error.message;
  }
}

/** Throws TypeError for a code or reason that may not be sent. */
export function checkClose(code: number | undefined, reason: string): void {
  if (code !== undefined && !isSendable(code)) {
    throw new TypeError(
      `${code} is no code that a WebSocket may be closed with. Use 1000, or 3000 to 4999.`,
    );
  }
  if (new TextEncoder().encode(reason).length > MAX_REASON_BYTES) {
    throw new TypeError(`The reason of a close is limited to ${MAX_REASON_BYTES} bytes.`);
  }
}

/** What a socket's `send` was given, copied. Throws TypeError for a Blob, which could only be sent later. */
export function messageOf(data: unknown): SocketMessage {
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0));
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  }
  if (data instanceof Blob) {
    throw new TypeError('Send the bytes of a Blob: socket.send(await blob.arrayBuffer()).');
  }
  return String(data);
}

function isSendable(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}
