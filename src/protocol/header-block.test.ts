import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerServerError } from './errors.ts';
import {
  decodeRequestHead,
  decodeResponseHead,
  encodeRequestHead,
  encodeResponseHead,
  hasNoBody,
} from './header-block.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { type Bytes, block, text } from './peers.test.support.ts';

const limit = { headerBytes: DEFAULT_LIMITS.headerBytes, headerFields: 256 };
const GONE = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

const tokenCharacter = fc.constantFrom(..."abcxyz019-_.!#$%&'*+^`|~");
const name = fc
  .string({ unit: tokenCharacter, minLength: 1, maxLength: 20 })
  .filter((value) => !GONE.includes(value));
const valueCharacter = fc
  .integer({ min: 1, max: 255 })
  .filter((code) => code !== 10 && code !== 13)
  .map((code) => String.fromCharCode(code));
const value = fc.string({ unit: valueCharacter, maxLength: 60 });
const headers = fc.array(fc.tuple(name, value), { maxLength: 20 });
const target = fc.webPath().map((path) => `/${path}`);

/** The code of what `action` throws, which must be one of ours; undefined when it does not. */
function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof PeerServerError) return error.code;
    throw error;
  }
}

describe('header blocks', () => {
  test('any request reads back as it was, in order and with repeats (R2)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'M-SEARCH'),
        target,
        headers,
        (method, t, list) => {
          const head = { method, target: t, headers: list };
          expect(decodeRequestHead(encodeRequestHead(head, limit), limit)).toEqual(head);
        },
      ),
    );
  });

  test('any answer reads back as it was (R2)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), headers, (status, list) => {
        const head = { status, headers: list };
        expect(decodeResponseHead(encodeResponseHead(head, limit), limit)).toEqual(head);
      }),
    );
  });

  test('any JSON and any bytes either read or are refused with one of two codes (R1, R2)', () => {
    const hostile = fc.oneof(
      fc.jsonValue().map(block),
      fc.uint8Array({ maxLength: 80 }).map((array) => new Uint8Array(array)),
      fc.array(fc.array(fc.string(), { maxLength: 3 }), { maxLength: 5 }).map(block),
    );
    fc.assert(
      fc.property(hostile, (bytes: Bytes) => {
        for (const read of [decodeRequestHead, decodeResponseHead]) {
          const code = codeOf(() => read(bytes, limit));
          expect([undefined, 'protocol-violation', 'headers-too-large']).toContain(code);
        }
      }),
      { numRuns: 1000 },
    );
  });

  const start = [
    [':method', 'GET'],
    [':target', '/'],
  ];
  test.each([
    ['a carriage return in a value', [...start, ['x', 'a\rset-cookie: b']]],
    ['a line feed in a value', [...start, ['x', 'a\nb']]],
    ['NUL in a value', [...start, ['x', 'a\0b']]],
    ['a character that is no byte', [...start, ['x', 'snow ☃']]],
    ['a line feed in a name', [...start, ['x\n', 'a']]],
    ['an upper-case name', [...start, ['X-Y', 'a']]],
    ['an empty name', [...start, ['', 'a']]],
    ['a blank in a name', [...start, ['a b', 'a']]],
    ['transfer-encoding', [...start, ['transfer-encoding', 'chunked']]],
    ['connection', [...start, ['connection', 'x-secret']]],
    ['a pseudo field among the others', [...start, [':status', '200']]],
    ['a repeated pseudo field', [...start, [':method', 'GET']]],
    ['pseudo fields in the wrong order', [start[1], start[0]]],
    ['no target', [start[0]]],
    ['nothing', []],
    ['a method with a blank', [[':method', 'GET /x'], start[1]]],
    ['an empty method', [[':method', ''], start[1]]],
    ['a method of 33 letters', [[':method', 'A'.repeat(33)], start[1]]],
    ['a target without a slash', [start[0], [':target', 'http://x/']]],
    ['a target with a line feed', [start[0], [':target', '/\n']]],
    ['a target with a blank', [start[0], [':target', '/a b']]],
    ['a target with a hash', [start[0], [':target', '/a#b']]],
    ['a target beyond ASCII', [start[0], [':target', '/é']]],
    ['a target of more than 16 KiB', [start[0], [':target', `/${'a'.repeat(16 * 1024)}`]]],
    ['a number as a value', [...start, ['x', 1]]],
    ['three parts', [...start, ['x', 'y', 'z']]],
    ['an object', { ':method': 'GET' }],
  ])('a request block with %s is a protocol violation (R2, R3)', (_, value) => {
    expect(codeOf(() => decodeRequestHead(block(value), limit))).toBe('protocol-violation');
  });

  test.each([
    '',
    '99',
    '100',
    '101',
    '199',
    '600',
    '2e2',
    ' 200',
    '0200',
    '-200',
  ])('an answer block with the status "%s" is a protocol violation (R3, R5)', (status) => {
    const bytes = block([[':status', status]]);
    expect(codeOf(() => decodeResponseHead(bytes, limit))).toBe('protocol-violation');
  });

  test('a block that begins with a byte order mark is a protocol violation (R2)', () => {
    const bytes = text(`\ufeff[[":status","200"]]`);
    expect(codeOf(() => decodeResponseHead(bytes, limit))).toBe('protocol-violation');
  });

  test('deeply nested JSON is a protocol violation, not a stack overflow (R2)', () => {
    const bytes = text('['.repeat(48 * 1024));
    expect(codeOf(() => decodeRequestHead(bytes, limit))).toBe('protocol-violation');
  });

  test('a block of exactly the limit is read, one byte or field more is refused (R1)', () => {
    const overhead = encodeResponseHead({ status: 200, headers: [['x', '']] }, limit).length;
    const long = (bytes: number) => ({
      status: 200,
      headers: [['x', 'a'.repeat(bytes - overhead)] as const],
    });
    const fits = encodeResponseHead(long(limit.headerBytes), limit);
    expect(fits.length).toBe(limit.headerBytes);
    expect(decodeResponseHead(fits, limit).status).toBe(200);
    expect(codeOf(() => encodeResponseHead(long(limit.headerBytes + 1), limit))).toBe(
      'headers-too-large',
    );
    const many = (count: number) => Array.from({ length: count }, () => ['x', ''] as const);
    const full = { status: 200, headers: many(255) };
    expect(decodeResponseHead(encodeResponseHead(full, limit), limit)).toEqual(full);
    const over = block([[':status', '200'], ...many(256)]);
    expect(codeOf(() => decodeResponseHead(over, limit))).toBe('headers-too-large');
  });

  test('a sender finds out by itself what it must not send (R3)', () => {
    const send = (method: string, path: string) => () =>
      encodeRequestHead({ method, target: path, headers: [] }, limit);
    expect(codeOf(send('GET', '/a b'))).toBe('bad-input');
    expect(codeOf(send('GET', 'a'))).toBe('bad-input');
    expect(codeOf(send('G T', '/'))).toBe('bad-input');
    const smuggled = { method: 'GET', target: '/', headers: [['x', 'a\r\nb: c']] as const };
    expect(codeOf(() => encodeRequestHead(smuggled, limit))).toBe('bad-input');
  });

  test('names are lowered and fields of one hop are dropped by the sender (R2)', () => {
    const dropped = GONE.map((field): [string, string] => [field, 'x']);
    const sent = encodeResponseHead({ status: 200, headers: [...dropped, ['X-Y', 'z']] }, limit);
    expect(decodeResponseHead(sent, limit).headers).toEqual([['x-y', 'z']]);
  });

  test('HEAD, 204, 205 and 304 have no body (R4)', () => {
    expect([204, 205, 304].map((status) => hasNoBody('GET', status))).toEqual([true, true, true]);
    expect(hasNoBody('HEAD', 200)).toBe(true);
    expect(hasNoBody('GET', 200)).toBe(false);
  });
});
