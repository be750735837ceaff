/**
 * WebSocket messages as records in the bodies of an exchange: kind u8, length u32, payload (W3). A record is
 * a whole message: DATA frames cut it into pieces already, and its length, known ahead, lets the reader
 * refuse what is too large before it comes.
 */
import { closePayloadFault, decodeClosePayload, encodeClosePayload } from './close-codes.ts';
import type { BodyReader } from './http-message.ts';
import type { SocketMessage } from './message-socket.ts';
import { SocketFault } from './socket-fault.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const RECORD_HEADER_BYTES = 5;

const RecordKind = { text: 1, binary: 2, close: 8 } as const;

export type SocketRecord =
  | { readonly kind: 'message'; readonly message: SocketMessage; readonly bytes: number }
  /** A message that was not taken in, as `admit` said. */
  | { readonly kind: 'skipped' }
  /** Without a code: 1005. */
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

const encoder = new TextEncoder();
// A byte order mark is part of a message.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The record of one message; a copy, so the caller may go on with its bytes. */
export function encodeMessageRecord(message: SocketMessage): Bytes {
  return typeof message === 'string'
    ? record(RecordKind.text, encoder.encode(message))
    : record(RecordKind.binary, message);
}

/** The record that says goodbye. Without a code the payload is empty. Throws `bad-input` (W4). */
export function encodeCloseRecord(code: number | undefined, reason: string): Bytes {
  return record(RecordKind.close, encodeClosePayload(code, reason));
}

function record(kind: number, payload: Uint8Array): Bytes {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + payload.length);
  bytes[0] = kind;
  new DataView(bytes.buffer).setUint32(1, payload.length);
  bytes.set(payload, RECORD_HEADER_BYTES);
  return bytes;
}

export interface RecordReaderOptions {
  /** Longest message, bytes. */
  readonly maxMessageBytes: number;
  /** Asked before the payload of a message is taken in; false passes it over. */
  admit(bytes: number): Promise<boolean> | true;
}

/** Reads the records of a body, one at a time. */
export class RecordReader {
  readonly #body: BodyReader;
  readonly #options: RecordReaderOptions;
  /** What has been read of the body and belongs to no record yet. */
  #rest: Bytes = new Uint8Array();

  constructor(body: BodyReader, options: RecordReaderOptions) {
    this.#body = body;
    this.#options = options;
  }

  /**
   * The next record, or null at the body's end, a record cut short included. Throws SocketFault for what no
   * peer may send, and what the body fails with.
   */
  async next(): Promise<SocketRecord | null> {
    const header = this.#atHand(RECORD_HEADER_BYTES) ?? (await this.#take(RECORD_HEADER_BYTES));
    if (!header) return null;
    const kind = header[0];
    const length = new DataView(header.buffer, header.byteOffset).getUint32(1);
    if (kind !== RecordKind.text && kind !== RecordKind.binary && kind !== RecordKind.close) {
      throw new SocketFault(1002, 'A record of unknown kind.');
    }
    if (kind === RecordKind.close) {
      const fault = closePayloadFault(length);
      if (fault) throw new SocketFault(1002, fault);
    } else {
      if (length > this.#options.maxMessageBytes) {
        const most = this.#options.maxMessageBytes;
        throw new SocketFault(1009, `Messages are limited to ${most} bytes.`);
      }
      const admitted = this.#options.admit(length);
      if (admitted !== true && !(await admitted)) {
        return (await this.#skip(length)) ? { kind: 'skipped' } : null;
      }
    }
    const payload = this.#atHand(length) ?? (await this.#take(length));
    if (!payload) return null;
    if (kind === RecordKind.close) return { kind: 'close', ...decodeClosePayload(payload) };
    if (kind === RecordKind.text) {
      return { kind: 'message', message: decodeText(payload), bytes: length };
    }
    const own = payload.byteLength === payload.buffer.byteLength ? payload : payload.slice();
    return { kind: 'message', message: own, bytes: length };
  }

  /** This many bytes as a view, if they have been read already. */
  #atHand(bytes: number): Bytes | undefined {
    if (this.#rest.length < bytes) return undefined;
    const taken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }

  /** This many bytes, or null when the body ends before. */
  async #take(bytes: number): Promise<Bytes | null> {
    const whole = new Uint8Array(bytes);
    let filled = 0;
    for (;;) {
      const part = this.#rest.subarray(0, bytes - filled);
      whole.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
      if (filled === bytes) return whole;
      const chunk = await this.#body.read();
      if (chunk === null) return null;
      this.#rest = chunk;
    }
  }

  async #skip(bytes: number): Promise<boolean> {
    let left = bytes;
    for (;;) {
      const part = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(part);
      left -= part;
      if (left === 0) return true;
      const chunk = await this.#body.read();
      if (chunk === null) return false;
      this.#rest = chunk;
    }
  }
}

function decodeText(payload: Bytes): string {
  try {
    return decoder.decode(payload);
  } catch {
    // The only way for a fatal decoder to fail.
    throw new SocketFault(1007, 'A text message is not UTF-8.');
  }
}
