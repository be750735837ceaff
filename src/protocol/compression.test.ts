import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { bodyOfBytes, readWholeBody } from './body-streams.ts';
import { isCompressibleType } from './compressible.ts';
import { PeerServerError } from './errors.ts';
import type { HeaderList, HostResponse } from './http-message.ts';
import {
  answerFrame,
  type Bytes,
  concat,
  connect,
  dataFrame,
  get,
  ManualClock,
  ok,
  piecesOf,
  rawHost,
  rawVisitor,
  requestFrame,
  settled,
  text,
} from './peers.test.support.ts';
import { TransformedBody } from './transformed-body.ts';

const KIB = 1024;
const html = [['content-type', 'text/html; charset=utf-8']] as const;
const code = (error: string) => ({ code: error });
const gzip = (bytes: Bytes): Bytes => new Uint8Array(gzipSync(bytes));
/** Text that shrinks, but not to nothing. */
const prose = (bytes: number): Bytes =>
  text(
    Array.from({ length: bytes / 8 }, (_, index) => ((index * 7919) % 99991).toString(36).padEnd(8))
      .join('')
      .slice(0, bytes),
  );

/** A stream of these bytes in pieces. */
function streamOf(bytes: Bytes, piece = 10_000): ReadableStream<Bytes> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + piece));
      at += piece;
    },
  });
}

/** What a raw visitor gets for one request: the head's frame and its body's bytes. */
async function answerTo(
  response: HostResponse,
  features: readonly 'gzip'[] = ['gzip'],
  method = 'GET',
) {
  const pair = await createMemoryTransports();
  const { raw, host } = await rawVisitor(pair, async () => response, {}, features);
  raw.send(1, requestFrame(1, true, [], method));
  await host.proven;
  const ended = () => raw.frames.some(({ frame }) => 'end' in frame && frame.end);
  while (!ended()) await settled();
  const [head] = raw.ofType('headers');
  return { head, body: concat(...raw.ofType('data').map(({ payload }) => payload)) };
}

describe('compression', () => {
  test('of a text makes gzip on the wire and the same text at the visitor (G1)', async () => {
    const page = prose(20 * KIB);
    const { head, body } = await answerTo(ok(page, html));
    expect(head?.gzip).toBe(true);
    expect(body.length).toBeLessThan(page.length / 2);
    expect(new Uint8Array(gunzipSync(body))).toEqual(page);
    const pair = await createMemoryTransports();
    const length = ['content-length', String(page.length)] as const;
    const { visitor } = await connect(pair, { handler: async () => ok(page, [...html, length]) });
    const answer = await visitor.request(get, null);
    expect(answer.headers).toEqual([...html, length]);
    expect(answer.body?.takeComplete()).toBeUndefined();
    expect(answer.body && (await readWholeBody(answer.body, 1e6))).toEqual(page);
    await settled();
    expect(visitor.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test.each([
    ['a large array', (bytes: Bytes) => bytes],
    ['a stream of announced length', (bytes: Bytes) => streamOf(bytes)],
  ])('of %s goes piece by piece (G2, S5)', async (_, body) => {
    const page = prose(3 * KIB * KIB);
    const headers: HeaderList = [...html, ['content-length', String(page.length)]];
    const pair = await createMemoryTransports();
    const { visitor, host } = await connect(pair, { handler: async () => ok(body(page), headers) });
    const answer = await visitor.request(get, null);
    const whole = answer.body ? await readWholeBody(answer.body, 4e6) : new Uint8Array();
    expect(Buffer.compare(whole, page)).toBe(0);
    expect(host.stats().bytesSent).toBeLessThan(page.length / 2);
  });

  const big = prose(20 * KIB);
  const noise = crypto.getRandomValues(new Uint8Array(20 * KIB));
  test.each<[string, HostResponse]>([
    ['a short text', ok(prose(2 * KIB - 8), html)],
    ['a picture', ok(big, [['content-type', 'image/jpeg']])],
    ['something without a type', ok(big)],
    ['something encoded already', ok(big, [...html, ['content-encoding', 'br']])],
    ['a part', { status: 206, headers: html, body: big }],
    ['what does not shrink', ok(noise, html)],
    ['an event stream', ok(big, [['content-type', 'text/event-stream']])],
    ['a stream of unknown length', ok(streamOf(big), html)],
    ['a stream of unclear length', ok(streamOf(big), [...html, ['content-length', '9x']])],
  ])('leaves %s as it is (G2)', async (_, response) => {
    const { body } = response;
    const { head, body: sent } = await answerTo(response);
    expect(head?.gzip).toBeUndefined();
    if (body instanceof Uint8Array) expect(sent).toEqual(body);
    else expect(sent.length).toBe(20 * KIB);
  });

  test('is left out for HEAD, 204 and a visitor that has not asked for it (G1, G2)', async () => {
    const large = ok(big, html);
    expect(await answerTo(large, ['gzip'], 'HEAD')).toMatchObject({ head: { end: true } });
    expect(await answerTo({ ...large, status: 204 })).toMatchObject({ head: { end: true } });
    const { head, body } = await answerTo(large, []);
    expect(head?.gzip).toBeUndefined();
    expect(body).toEqual(big);
  });

  test('of a body that never changes is done once (G2)', async () => {
    const page = prose(20 * KIB);
    const constant = { ...ok(page, html), bodyIsConstant: true };
    const first = await answerTo(constant);
    // It is changed here all the same, to see which bytes are sent.
    page.fill(65);
    const second = await answerTo(constant);
    expect(second.body).toEqual(first.body);
    expect((await answerTo(ok(page, html))).body).not.toEqual(first.body);
  });

  test('keeps the error of a stream that fails, and cancels one that nobody reads (E3, X1)', async () => {
    const headers: HeaderList = [...html, ['content-length', '900000']];
    const failing = new ReadableStream<Bytes>({
      pull() {
        throw new PeerServerError('storage-failed', 'disk');
      },
    });
    const { stream, state } = piecesOf(1000, 900);
    const pair = await createMemoryTransports();
    const { visitor, host } = await connect(pair, {
      handler: async ({ target }) => ok(target === '/fails' ? failing : stream, headers),
    });
    const broken = await visitor.request({ ...get, target: '/fails' }, null);
    await expect(broken.body?.read()).rejects.toMatchObject(code('storage-failed'));
    const abort = new AbortController();
    const unread = await visitor.request(get, null, { signal: abort.signal });
    await settled();
    abort.abort();
    await expect(unread.body?.read()).rejects.toMatchObject(code('cancelled'));
    await settled();
    await settled();
    expect(state.cancelled ?? state.given).toBeDefined();
    expect(host.stats()).toMatchObject({ openStreams: 0, queuedBytes: 0 });
  });

  test('does not make a body of another length than announced pass (S7, G3)', async () => {
    const pair = await createMemoryTransports();
    const headers: HeaderList = [...html, ['content-length', String(20 * KIB + 1)]];
    const { visitor } = await connect(pair, { handler: async () => ok(big, headers) });
    const answer = await visitor.request(get, null);
    const read = async () => answer.body && (await readWholeBody(answer.body, 1e6));
    await expect(read()).rejects.toMatchObject(code('host-failed'));
  });
});

test.each([
  ['text/html;charset=utf-8', true],
  ['TEXT/Plain', true],
  ['text/event-stream', false],
  ['application/json', true],
  ['application/ld+json', true],
  ['image/svg+xml', true],
  ['application/wasm', true],
  ['font/woff2', false],
  ['font/ttf', true],
  ['video/mp4', false],
  ['application/zip', false],
  ['', false],
])('the type "%s" shrinks: %s (G2)', (type, shrinks) => {
  expect(isCompressibleType(type)).toBe(shrinks);
});

describe('a hostile host', () => {
  /** The answer of a raw host that says gzip, and whatever bytes it likes. */
  async function receive(body: Bytes, end: boolean, headers: HeaderList = []) {
    const pair = await createMemoryTransports();
    const { raw, visitor } = await rawHost(pair, { clock: new ManualClock() });
    const asked = visitor.request(get, null);
    await settled();
    raw.send(1, { ...answerFrame(1, false, '200', headers), gzip: true });
    for (let at = 0; at < body.length; at += 50_000) {
      const part = body.slice(at, at + 50_000);
      raw.send(1, dataFrame(1, part, end && at + 50_000 >= body.length));
    }
    const answer = await asked;
    if (!answer.body) throw new Error('There should be a body.');
    return { raw, visitor, body: answer.body };
  }

  test('that sends other than gzip makes the body fail, and nothing else (G3)', async () => {
    const { raw, visitor, body } = await receive(text('This is no gzip at all.'), false);
    await expect(body.read()).rejects.toMatchObject(code('host-failed'));
    await expect(body.read()).rejects.toMatchObject(code('host-failed'));
    await settled();
    expect(raw.ofType('reset').length).toBe(1);
    expect(visitor.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('that cuts the gzip short, or changes it, makes the body fail (G3, S6)', async () => {
    const whole = gzip(prose(100 * KIB));
    const changed = whole.slice();
    changed[whole.length >> 1] = (changed[whole.length >> 1] ?? 0) ^ 0x55;
    const wrongSum = whole.slice();
    wrongSum[whole.length - 6] = (wrongSum[whole.length - 6] ?? 0) ^ 1;
    for (const bytes of [whole.slice(0, -1), whole.slice(0, 1000), changed, wrongSum]) {
      const { body } = await receive(bytes, true);
      await expect(readWholeBody(body, 1e6)).rejects.toMatchObject(code('host-failed'));
    }
  });

  test('that resets in the middle is the error of its reset (G3, S6)', async () => {
    const { raw, body } = await receive(gzip(prose(100 * KIB)).slice(0, 5000), false);
    raw.send(1, { type: 'reset', stream: 1, code: 7, reason: 'Slow.' });
    await expect(readWholeBody(body, 1e6)).rejects.toMatchObject(code('too-slow'));
  });

  test('that packs a bomb costs no more than is asked for and a little ahead (G4)', async () => {
    const bomb = gzip(new Uint8Array(256 * KIB * KIB));
    expect(bomb.length).toBeGreaterThan(200 * KIB);
    const { visitor, body } = await receive(bomb, true);
    await settled();
    // Nobody has read: it lies there as it came.
    expect(visitor.stats().unreadBytes).toBe(bomb.length);
    for (let reads = 0; reads < 4; reads += 1) await body.read();
    for (let turns = 0; turns < 50; turns += 1) await settled();
    // One piece at most has been given to the inflater, and 4 KiB of it make 4 MiB.
    expect(visitor.stats().unreadBytes).toBeGreaterThan(bomb.length - 60_000);
    body.cancel();
    await settled();
    expect(visitor.stats()).toMatchObject({ openStreams: 0, unreadBytes: 0 });
  });

  test('cannot make an inflater that inflates all it is given run ahead of the reader (G4)', async () => {
    // As browsers do it: what comes of one piece is there at once, however much that is.
    const state = { made: 0, read: 0, most: 0 };
    const inflater = new TransformStream<BufferSource, Bytes>({
      transform(piece, controller) {
        for (let count = 0; count < piece.byteLength; count += 1) {
          controller.enqueue(new Uint8Array(1032));
        }
        state.made += piece.byteLength * 1032;
        state.most = Math.max(state.most, state.made - state.read);
      },
    });
    const options = { sliceBytes: 64, failure: 'host-failed' } as const;
    const source = bodyOfBytes(new Uint8Array(1_000));
    const body = new TransformedBody(source, inflater, options);
    await settled();
    expect(state.made).toBe(0);
    for (let bytes = await body.read(); bytes; bytes = await body.read()) {
      state.read += bytes.length;
      if (state.read % 100_000 < 1032) await settled();
    }
    expect(state.read).toBe(1_032_000);
    expect(state.most).toBeLessThanOrEqual((64 + 1) * 1032);
  });

  test.each([
    ['on a head without a body (G1)', { ...answerFrame(1, true), gzip: true } as const],
    ['on a head of 204 (G1)', { ...answerFrame(1, true, '204'), gzip: true } as const],
  ])('that says gzip %s breaks a rule', async (_, frame) => {
    const pair = await createMemoryTransports();
    const { raw, visitor } = await rawHost(pair);
    const failed = expect(visitor.request(get, null)).rejects.toMatchObject(
      code('connection-lost'),
    );
    await settled();
    raw.send(1, frame);
    expect((await visitor.closed)?.code).toBe('protocol-violation');
    await failed;
  });
});
