import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerServerError } from './errors.ts';
import { Fifo } from './fifo.ts';
import type { BodyReader } from './http-message.ts';
import type { SocketMessage } from './message-socket.ts';
import { type Bytes, concat, text } from './peers.test.support.ts';
import { SocketFault } from './socket-fault.ts';
import { rawRecord } from './sockets.test.support.ts';
import {
  encodeCloseRecord,
  encodeMessageRecord,
  RecordReader,
  type SocketRecord,
} from './web-socket-records.ts';

/** A body of these pieces. */
function bodyOf(pieces: readonly Bytes[]): BodyReader {
  const left = pieces.filter(({ length }) => length > 0);
  return { read: () => Promise.resolve(left.shift() ?? null), cancel: () => {} };
}

/** The bytes cut into pieces of these lengths, in turn. */
function cut(bytes: Bytes, lengths: readonly number[]): Bytes[] {
  const pieces: Bytes[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    pieces.push(bytes.slice(at, at + length));
    at += length;
  }
  return pieces;
}

async function readRecords(
  pieces: readonly Bytes[],
  admit: (bytes: number) => Promise<boolean> | true = () => true,
): Promise<SocketRecord[]> {
  const reader = new RecordReader(bodyOf(pieces), { maxMessageBytes: 1000, admit });
  const records: SocketRecord[] = [];
  for (let next = await reader.next(); next; next = await reader.next()) records.push(next);
  return records;
}

const message: fc.Arbitrary<SocketMessage> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
);
const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe('records', () => {
  test('of any messages read back as they were, wherever the body is cut (W3)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 8 }), lengths, async (messages, pieces) => {
        const bytes = concat(...messages.map(encodeMessageRecord));
        const records = await readRecords(cut(bytes, pieces));
        expect(records).toMatchObject(messages.map((each) => ({ kind: 'message', message: each })));
        expect(records.length).toBe(messages.length);
      }),
    );
  });

  test('of a goodbye read back, with and without a code (W4)', async () => {
    const reason = fc.string({ unit: 'grapheme', maxLength: 30 });
    const code = fc.constantFrom(1000, 1001, 1003, 1007, 1014, 3000, 4999);
    await fc.assert(
      fc.asyncProperty(code, reason, lengths, async (number, why, pieces) => {
        fc.pre(text(why).length <= 123);
        const [record] = await readRecords(cut(encodeCloseRecord(number, why), pieces));
        expect(record).toEqual({ kind: 'close', code: number, reason: why });
      }),
    );
    expect(await readRecords([encodeCloseRecord(undefined, '')])).toEqual([
      { kind: 'close', code: 1005, reason: '' },
    ]);
  });

  test('of random bytes read, end, or are a fault, and never anything else (W5)', async () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes)),
      fc
        .tuple(fc.constantFrom(1, 2, 8, 0, 9), fc.uint8Array({ maxLength: 130 }))
        .map(([kind, bytes]) => rawRecord(kind, new Uint8Array(bytes))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 4 }), lengths, async (parts, pieces) => {
        try {
          await readRecords(cut(concat(...parts), pieces));
        } catch (thrown) {
          if (!(thrown instanceof SocketFault)) throw thrown;
          expect([1002, 1007, 1009]).toContain(thrown.code);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['of unknown kind', rawRecord(0, text('x')), 1002],
    ['of a kind with a bit more', rawRecord(0x81, text('x')), 1002],
    ['with more than the limit', rawRecord(2, new Uint8Array(), 1001), 1009],
    ['with text that is not UTF-8', rawRecord(1, Uint8Array.of(0x61, 0xff)), 1007],
    ['with half a surrogate pair', rawRecord(1, Uint8Array.of(0xed, 0xa0, 0x80)), 1007],
    ['with half a close code', rawRecord(8, Uint8Array.of(3)), 1002],
    ['with the close code 1005', rawRecord(8, Uint8Array.of(3, 237)), 1002],
    ['with the close code 1006', rawRecord(8, Uint8Array.of(3, 238)), 1002],
    ['with the close code 0', rawRecord(8, Uint8Array.of(0, 0)), 1002],
    ['with the close code 5000', rawRecord(8, Uint8Array.of(0x13, 0x88)), 1002],
    ['with a close reason of 124 bytes', rawRecord(8, new Uint8Array(126)), 1002],
    ['with a close reason that is not UTF-8', rawRecord(8, Uint8Array.of(3, 232, 0xff)), 1007],
  ])('%s are a fault with its code (W4, W5)', async (_, bytes, code) => {
    await expect(readRecords([bytes])).rejects.toMatchObject({ code });
    await expect(readRecords(cut(bytes, [1]))).rejects.toMatchObject({ code });
  });

  test('that are not admitted are passed over, wherever they are cut (W6)', async () => {
    const messages = ['a', 'b'.repeat(400), 'c'];
    const bytes = concat(...messages.map(encodeMessageRecord));
    const admit = (length: number) => length < 100 || Promise.resolve(false);
    for (const length of [1, 7, 1000]) {
      const records = await readRecords(cut(bytes, [length]), admit);
      expect(records.map(({ kind }) => kind)).toEqual(['message', 'skipped', 'message']);
    }
  });

  test('cut short by the end of the body are no records (W4)', async () => {
    const bytes = concat(encodeMessageRecord('whole'), encodeMessageRecord('cut'));
    for (let length = 11; length < bytes.length; length += 1) {
      expect((await readRecords([bytes.slice(0, length)])).length).toBe(1);
    }
  });

  test('with a code or reason that may not be sent are not made (W4)', () => {
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, Number.NaN]) {
      expect(() => encodeCloseRecord(code, '')).toThrow(PeerServerError);
    }
    expect(() => encodeCloseRecord(1000, 'é'.repeat(62))).toThrow(PeerServerError);
  });
});

test('a queue gives back what it was given, in order, whatever is done to it between', () => {
  const steps = fc.array(fc.oneof(fc.integer(), fc.constant('take'), fc.constant('replace')));
  fc.assert(
    fc.property(steps, (todo) => {
      const queue = new Fifo<number>();
      const model: number[] = [];
      for (const step of todo) {
        if (typeof step === 'number') {
          queue.push(step);
          model.push(step);
        } else if (step === 'take') {
          expect(queue.shift()).toBe(model.shift());
        } else {
          queue.replaceFirst(7);
          if (model.length > 0) model[0] = 7;
        }
        expect([queue.length, queue.first()]).toEqual([model.length, model[0]]);
      }
    }),
  );
});
