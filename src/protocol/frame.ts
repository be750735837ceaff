import { PeerServerError } from './errors.ts';

/**
 * The frame codec: 9 bytes of header as in HTTP/2 (length u24, type u8, flags u8, stream u32, all big
 * endian), then the payload. A message holds one frame or several small ones (F1).
 */

export const FRAME_HEADER_BYTES = 9;

/** Types on the wire; numbers are never reused (F3). */
export const FrameType = {
  data: 0x00,
  headers: 0x01,
  reset: 0x02,
  window: 0x03,
  ping: 0x04,
  goaway: 0x05,
  hello: 0x06,
} as const;

/** A receiver skips an unknown type that has this bit, and ends the connection on one that has not (F4). */
const IGNORABLE = 0x80;

const FLAG_END = 0x01;
const FLAG_ACK = 0x01;
/** On the head of an answer: its DATA is gzip (G1). */
const FLAG_GZIP = 0x02;

/** Longest explanation in RESET and GOAWAY, bytes; the sender cuts, the receiver refuses more. */
const MAX_REASON_BYTES = 512;

type Bytes = Uint8Array<ArrayBuffer>;

export type Frame =
  | {
      readonly type: 'data';
      readonly stream: number;
      readonly end: boolean;
      readonly payload: Bytes;
    }
  | {
      readonly type: 'headers';
      readonly stream: number;
      readonly end: boolean;
      /** Only on answers: the DATA that follows is gzip (G1). */
      readonly gzip?: true;
      readonly payload: Bytes;
    }
  | {
      readonly type: 'reset';
      readonly stream: number;
      readonly code: number;
      readonly reason: string;
    }
  /** Stream 0: credit of the whole connection. */
  | { readonly type: 'window'; readonly stream: number; readonly increment: number }
  | { readonly type: 'ping'; readonly ack: boolean; readonly payload: Bytes }
  | { readonly type: 'goaway'; readonly code: number; readonly reason: string }
  | { readonly type: 'hello'; readonly payload: Bytes };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The 9 header bytes of a frame whose payload follows in a buffer of its own. */
export function encodeFrameHeader(
  type: number,
  flags: number,
  stream: number,
  length: number,
): Bytes {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  header[0] = length >>> 16;
  header[1] = length >>> 8;
  header[2] = length;
  header[3] = type;
  header[4] = flags;
  header[5] = stream >>> 24;
  header[6] = stream >>> 16;
  header[7] = stream >>> 8;
  header[8] = stream;
  return header;
}

/** A frame as the parts to be sent one after another; a DATA payload is not copied here. */
export function encodeFrame(frame: Frame): readonly Bytes[] {
  switch (frame.type) {
    case 'data':
      return withHeader(FrameType.data, endFlag(frame.end), frame.stream, frame.payload);
    case 'headers': {
      const flags = endFlag(frame.end) | (frame.gzip ? FLAG_GZIP : 0);
      return withHeader(FrameType.headers, flags, frame.stream, frame.payload);
    }
    case 'reset':
      return withHeader(FrameType.reset, 0, frame.stream, encodeReason(frame.code, frame.reason));
    case 'window':
      return withHeader(FrameType.window, 0, frame.stream, encodeU32(frame.increment));
    case 'ping':
      return withHeader(FrameType.ping, frame.ack ? FLAG_ACK : 0, 0, frame.payload);
    case 'goaway':
      return withHeader(FrameType.goaway, 0, 0, encodeReason(frame.code, frame.reason));
    case 'hello':
      return withHeader(FrameType.hello, 0, 0, frame.payload);
  }
}

function endFlag(end: boolean): number {
  return end ? FLAG_END : 0;
}

function withHeader(type: number, flags: number, stream: number, payload: Bytes): readonly Bytes[] {
  const header = encodeFrameHeader(type, flags, stream, payload.length);
  return payload.length === 0 ? [header] : [header, payload];
}

function encodeU32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function encodeReason(code: number, reason: string): Bytes {
  // encodeInto never cuts a character in half.
  const bytes = new Uint8Array(4 + MAX_REASON_BYTES);
  new DataView(bytes.buffer).setUint32(0, code);
  const { written } = encoder.encodeInto(reason, bytes.subarray(4));
  return bytes.slice(0, 4 + written);
}

/**
 * The frames of one message. Payloads are views into it. Ignorable frames of unknown type are left out.
 * Throws `protocol-violation` for anything that is not whole frames of this version (F1–F5).
 */
export function decodeMessage(message: Bytes): Frame[] {
  const frames: Frame[] = [];
  if (message.length === 0) throw violation('A message without a frame.');
  let offset = 0;
  while (offset < message.length) {
    if (message.length - offset < FRAME_HEADER_BYTES)
      throw violation('A frame header is cut short.');
    const view = new DataView(message.buffer, message.byteOffset + offset, FRAME_HEADER_BYTES);
    const length = view.getUint32(0) >>> 8;
    const type = view.getUint8(3);
    const flags = view.getUint8(4);
    const stream = view.getUint32(5);
    const start = offset + FRAME_HEADER_BYTES;
    offset = start + length;
    if (offset > message.length) throw violation('A frame is longer than its message.');
    const frame = decodeFrame(type, flags, stream, message.subarray(start, offset));
    if (frame) frames.push(frame);
  }
  return frames;
}

function decodeFrame(
  type: number,
  flags: number,
  stream: number,
  payload: Bytes,
): Frame | undefined {
  switch (type) {
    case FrameType.data: {
      const end = (flags & FLAG_END) !== 0;
      requireStream(stream);
      if (payload.length === 0 && !end) throw violation('An empty DATA frame that ends nothing.');
      return { type: 'data', stream, end, payload };
    }
    case FrameType.headers:
      requireStream(stream);
      return {
        type: 'headers',
        stream,
        end: (flags & FLAG_END) !== 0,
        ...((flags & FLAG_GZIP) !== 0 ? { gzip: true } : {}),
        payload,
      };
    case FrameType.reset:
      requireStream(stream);
      return { type: 'reset', stream, ...decodeReason(payload) };
    case FrameType.window: {
      const increment = payload.length === 4 ? viewOf(payload).getUint32(0) : 0;
      if (increment === 0) throw violation('A WINDOW frame that grants nothing.');
      return { type: 'window', stream, increment };
    }
    case FrameType.ping:
      if (payload.length !== 8) throw violation('A PING frame must carry 8 bytes.');
      return { type: 'ping', ack: (flags & FLAG_ACK) !== 0, payload };
    case FrameType.goaway:
      return { type: 'goaway', ...decodeReason(payload) };
    case FrameType.hello:
      return { type: 'hello', payload };
    default:
      if ((type & IGNORABLE) !== 0) return undefined;
      throw violation(`A frame of unknown type ${type}.`);
  }
}

function decodeReason(payload: Bytes): { code: number; reason: string } {
  if (payload.length < 4 || payload.length > 4 + MAX_REASON_BYTES) {
    throw violation('A reason is missing or too long.');
  }
  return { code: viewOf(payload).getUint32(0), reason: decoder.decode(payload.subarray(4)) };
}

function requireStream(stream: number): void {
  if (stream === 0) throw violation('A frame of an exchange on stream 0.');
}

function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function violation(message: string): PeerServerError {
  return new PeerServerError('protocol-violation', message);
}
