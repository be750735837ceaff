import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { BridgeAnswer } from '../bridge/bridge-client.ts';
import { decodeAnswer } from './content-encoding.ts';

const TEXT = 'The same words come again and again. '.repeat(3_000);

function answer(coding: string, bytes: Uint8Array): BridgeAnswer {
  return {
    status: 200,
    headers: [
      ['content-type', 'text/plain'],
      ['content-encoding', coding],
      ['content-length', String(bytes.length)],
    ],
    body: new Uint8Array(bytes),
  };
}

function textOf({ body }: BridgeAnswer): Promise<string> {
  return new Response(body).text();
}

/** The bytes one by one, as a slow network might bring them. */
function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent === bytes.length) controller.close();
      else controller.enqueue(new Uint8Array(bytes.subarray(sent, sent + 1)));
      sent += 1;
    },
  });
}

describe('a body that the site has encoded', () => {
  test.each([
    ['gzip', gzipSync(TEXT)],
    ['X-GZip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['gzip, deflate', deflateSync(gzipSync(TEXT))],
  ])('comes out plain of %s', async (coding, bytes) => {
    const decoded = decodeAnswer(answer(coding, bytes));
    expect(await textOf(decoded)).toBe(TEXT);
    expect(decoded.headers).toEqual([
      ['content-type', 'text/plain'],
      ['content-encoding', coding],
    ]);
  });

  test('comes out plain when it comes byte by byte', async () => {
    for (const [coding, bytes] of [
      ['gzip', gzipSync(TEXT)],
      ['deflate', deflateRawSync(TEXT)],
    ] as const) {
      expect(await textOf(decodeAnswer({ ...answer(coding, bytes), body: inPieces(bytes) }))).toBe(
        TEXT,
      );
    }
  });

  test.each([
    ['unknown', Buffer.from(TEXT)],
    ['gzip, unknown', gzipSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
  ])('stays as it is when a coding of %s is not known, or none', (coding, bytes) => {
    const asked = answer(coding, bytes);
    expect(decodeAnswer(asked)).toBe(asked);
  });

  test('is empty when nothing has come', async () => {
    expect(await textOf(decodeAnswer(answer('gzip', Buffer.alloc(0))))).toBe('');
  });

  test.each([
    ['cut short', gzipSync(TEXT).subarray(0, 60)],
    ['none', Buffer.from('this is no gzip')],
  ])('fails where it is read when it is %s', async (_, bytes) => {
    await expect(textOf(decodeAnswer(answer('gzip', bytes)))).rejects.toThrow();
  });

  test('is given up at its source when its reader gives it up', async () => {
    const cancelled = new Promise((resolve) => {
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start: (controller) => controller.enqueue(new Uint8Array(gzipSync(TEXT).subarray(0, 60))),
        cancel: resolve,
      });
      const decoded = decodeAnswer({ ...answer('gzip', Buffer.alloc(0)), body });
      if (!(decoded.body instanceof ReadableStream)) throw new Error('There is no stream.');
      const reader = decoded.body.getReader();
      void reader.read().then(() => reader.cancel('enough'));
    });
    expect(await cancelled).toBe('enough');
  });

  test('shows what has come of it before the rest is there', async () => {
    const first = gzipSync(TEXT);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => controller.enqueue(new Uint8Array(first.subarray(0, 100))),
    });
    const decoded = decodeAnswer({ ...answer('gzip', first), body });
    if (!(decoded.body instanceof ReadableStream)) throw new Error('There is no stream.');
    const { value } = await decoded.body.getReader().read();
    expect(new TextDecoder().decode(value).startsWith('The same words')).toBe(true);
  });
});

test('an answer without a body keeps its fields, those of HEAD too', () => {
  const asked: BridgeAnswer = { ...answer('gzip', gzipSync(TEXT)), body: null };
  expect(decodeAnswer(asked)).toBe(asked);
});

test('brotli is undone where the platform can, and stays as it is elsewhere', async () => {
  const decoded = decodeAnswer(answer('br', brotliCompressSync(TEXT)));
  expect([TEXT, brotliCompressSync(TEXT).toString()]).toContain(await textOf(decoded));
});

describe('a hostile site', () => {
  const KIB = 1024;

  /** Decoders that make all that they can of what they get, however much that is, as browsers' do. */
  function stubDecoder(): { made: number; read: number; most: number } {
    const state = { made: 0, read: 0, most: 0 };
    const inflate = () =>
      new TransformStream<BufferSource, Uint8Array<ArrayBuffer>>({
        transform(piece, controller) {
          controller.enqueue(new Uint8Array(piece.byteLength * 1032));
          state.made += piece.byteLength * 1032;
          state.most = Math.max(state.most, state.made - state.read);
        },
      });
    vi.stubGlobal('DecompressionStream', function DecompressionStream() {
      return inflate();
    });
    onTestFinished(() => void vi.unstubAllGlobals());
    return state;
  }

  test('cannot make more of a bomb lie ahead of its reader than a few MiB (SPEC G4)', async () => {
    const state = stubDecoder();
    const { body } = decodeAnswer(answer('gzip', new Uint8Array(64 * KIB)));
    if (!(body instanceof ReadableStream)) throw new Error('There is no stream.');
    for await (const piece of body) state.read += piece.length;
    expect(state.read).toBe(64 * KIB * 1032);
    expect(state.most).toBeLessThanOrEqual(4 * KIB * 1032);
  });

  test('gets a bomb in a bomb inflated piece by piece, too', async () => {
    const bomb = gzipSync(gzipSync(new Uint8Array(64 * KIB * KIB)));
    const { body } = decodeAnswer(answer('gzip, gzip', bomb));
    if (!(body instanceof ReadableStream)) throw new Error('There is no stream.');
    let bytes = 0;
    for await (const piece of body) bytes += piece.length;
    expect(bytes).toBe(64 * KIB * KIB);
  });

  test.each([
    'gzip, gzip, gzip',
    Array(1_000).fill('gzip').join(),
    Array(1_000).fill('gzip, identity').join(),
  ])('cannot have more than two decoders at work for one answer', (codings) => {
    const asked = answer(codings, gzipSync(TEXT));
    expect(decodeAnswer(asked)).toBe(asked);
  });
});
