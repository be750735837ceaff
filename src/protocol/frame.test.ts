import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerServerError } from './errors.ts';
import { decodeMessage, type Frame } from './frame.ts';
import { type Bytes, concat, dataFrame, messageOf, rawFrame, text } from './peers.test.support.ts';

const stream = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));
const someBytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((a) => new Uint8Array(a));
// At most 480 bytes, so that no reason is cut.
const reason = fc.string({ unit: 'binary', maxLength: 120 });

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant('data' as const),
    stream,
    end: fc.boolean(),
    payload: someBytes,
  }),
  fc.record({
    type: fc.constant('data' as const),
    stream,
    end: fc.constant(true),
    payload: fc.constant(new Uint8Array()),
  }),
  fc.record({ type: fc.constant('headers' as const), stream, end: fc.boolean(), payload: bytes }),
  fc.record({ type: fc.constant('reset' as const), stream, code: u32, reason }),
  fc.record({
    type: fc.constant('window' as const),
    stream: u32,
    increment: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  }),
  fc.record({
    type: fc.constant('ping' as const),
    ack: fc.boolean(),
    payload: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((a) => new Uint8Array(a)),
  }),
  fc.record({ type: fc.constant('goaway' as const), code: u32, reason }),
  fc.record({ type: fc.constant('hello' as const), payload: bytes }),
);

/** What decoding comes to: frames, or the code of the error. Anything else thrown fails the test. */
function outcome(message: Bytes): Frame[] | string {
  try {
    return decodeMessage(message);
  } catch (error) {
    if (error instanceof PeerServerError) return error.code;
    throw error;
  }
}

describe('the frame codec', () => {
  test('any frames in one message read back as they were (F1)', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 8 }), (frames) => {
        expect(decodeMessage(messageOf(...frames))).toEqual(frames);
      }),
    );
  });

  test('any bytes either decode or are a protocol violation (F5)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (array) => {
        const result = outcome(new Uint8Array(array));
        expect(Array.isArray(result) || result === 'protocol-violation').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('well-formed frames with one byte changed decode or are a protocol violation (F5)', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, at, change) => {
        const message = messageOf(frame);
        const index = at % message.length;
        message[index] = (message[index] ?? 0) ^ change;
        const result = outcome(message);
        expect(Array.isArray(result) || result === 'protocol-violation').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('a message cut anywhere inside a frame is a protocol violation (F2)', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (frame, cut) => {
        const message = messageOf(frame);
        expect(outcome(message.slice(0, cut % message.length))).toBe('protocol-violation');
      }),
    );
  });

  test('an unknown frame with the ignorable bit is skipped, the ones around it are read (F4)', () => {
    const data = dataFrame(3, text('x'));
    const message = concat(messageOf(data), rawFrame(0xc1, 0, 9, text('new')), messageOf(data));
    expect(decodeMessage(message)).toEqual([data, data]);
  });

  test('an unknown frame without the ignorable bit is a protocol violation (F4)', () => {
    expect(outcome(rawFrame(0x41, 0, 9, text('new')))).toBe('protocol-violation');
  });

  test('unknown flags of a known frame are ignored (V2)', () => {
    expect(decodeMessage(rawFrame(0x00, 0xfe, 1, text('x')))).toEqual([dataFrame(1, text('x'))]);
  });

  test('a long reason is cut at the end of a character (F5)', () => {
    const [frame] = decodeMessage(messageOf({ type: 'goaway', code: 1, reason: 'é'.repeat(400) }));
    expect(frame).toEqual({ type: 'goaway', code: 1, reason: 'é'.repeat(256) });
    const [odd] = decodeMessage(
      messageOf({ type: 'goaway', code: 1, reason: `x${'é'.repeat(400)}` }),
    );
    expect(odd).toEqual({ type: 'goaway', code: 1, reason: `x${'é'.repeat(255)}` });
  });

  test.each([
    ['DATA on stream 0', rawFrame(0, 0, 0, text('x'))],
    ['HEADERS on stream 0', rawFrame(1, 0, 0, text('[]'))],
    ['RESET on stream 0', rawFrame(2, 0, 0, new Uint8Array(4))],
    ['RESET without a number', rawFrame(2, 0, 1, new Uint8Array(3))],
    ['RESET with 513 bytes of reason', rawFrame(2, 0, 1, new Uint8Array(4 + 513))],
    ['empty DATA without END', rawFrame(0, 0, 1, new Uint8Array())],
    ['WINDOW of nothing', rawFrame(3, 0, 1, new Uint8Array(4))],
    ['WINDOW of 5 bytes', rawFrame(3, 0, 1, new Uint8Array(5).fill(1))],
    ['PING of 7 bytes', rawFrame(4, 0, 0, new Uint8Array(7))],
    ['GOAWAY without a number', rawFrame(5, 0, 0, new Uint8Array())],
    ['no frame at all', new Uint8Array()],
  ])('%s is a protocol violation (F5)', (_, message) => {
    expect(outcome(message)).toBe('protocol-violation');
  });
});
