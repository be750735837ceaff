import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RequestHead } from '../../protocol/http-message.ts';
import { tagUrl } from '../bridge/request-tag.ts';
import { HeldBodies } from './held-bodies.ts';
import { requestBodyOf, SMALL_BODY_BYTES, withBodyLength } from './request-body.ts';

type Chunk = Uint8Array<ArrayBuffer>;

const held = new HeldBodies();
const POST: RequestHead = { method: 'POST', target: '/', headers: [] };

function post(body: BodyInit | null): Request {
  return new Request('http://garden.localhost/', {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit);
}

/** Only what Firefox's Request offers. */
function withoutStreams(): void {
  vi.stubGlobal('Request', class {});
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a small body is whole, with its length in the head', async () => {
  const body = await requestBodyOf(post('hello'), held);
  expect(body).toEqual({ kind: 'whole', bytes: new TextEncoder().encode('hello') });
  expect(withBodyLength(POST, body).headers).toContainEqual(['content-length', '5']);
});

test('a POST or PUT without a body says so; other methods do not', async () => {
  const body = await requestBodyOf(post(null), held);
  expect(body).toEqual({ kind: 'none' });
  expect(withBodyLength(POST, body).headers).toContainEqual(['content-length', '0']);
  expect(withBodyLength({ ...POST, method: 'DELETE' }, body).headers).toEqual([]);
});

test('a large body streams from its first byte, with its length if the page states it', async () => {
  const bytes = new Uint8Array(SMALL_BODY_BYTES * 3).map((_, index) => index % 251);
  const body = await requestBodyOf(post(bytes), held);
  if (body.kind !== 'stream') throw new Error(`It is ${body.kind}.`);
  const pieces: Chunk[] = [];
  for (let piece = await body.reader.read(); piece; piece = await body.reader.read())
    pieces.push(piece);
  expect(Buffer.concat(pieces).equals(Buffer.from(bytes))).toBe(true);
  expect(withBodyLength(POST, body).headers).toEqual([]);
  const stated = withBodyLength(POST, body, bytes.length);
  expect(stated.headers).toEqual([['content-length', String(bytes.length)]]);
});

test('a body that the page makes slowly does not wait for its own next piece', async () => {
  let controller: ReadableStreamDefaultController<Chunk> | undefined;
  const stream = new ReadableStream<Chunk>({
    start(given) {
      controller = given;
      given.enqueue(Uint8Array.of(1));
    },
  });
  const asked = requestBodyOf(post(stream), held);
  await vi.advanceTimersByTimeAsync(1_000);
  const body = await asked;
  if (body.kind !== 'stream') throw new Error(`It is ${body.kind}.`);
  expect(await body.reader.read()).toEqual(Uint8Array.of(1));
  controller?.enqueue(Uint8Array.of(2));
  controller?.close();
  expect(await body.reader.read()).toEqual(Uint8Array.of(2));
  expect(await body.reader.read()).toBeNull();
});

test('where requests have no streams the body is a Blob, which knows its length', async () => {
  const large = new Blob([new Uint8Array(SMALL_BODY_BYTES + 1)]);
  const url = 'http://garden.localhost/';
  const request = { method: 'PUT', url, blob: async () => large } as Request;
  withoutStreams();
  const body = await requestBodyOf(request, held);
  expect(body).toEqual({ kind: 'blob', blob: large });
  expect(withBodyLength(POST, body).headers).toContainEqual(['content-length', '65537']);
});

test('a body that the page hands over beside its request is that body', async () => {
  const url = tagUrl(new URL('http://garden.localhost/'), { id: '1', held: true });
  held.put('1', new Blob(['by reference']));
  const body = await requestBodyOf({ method: 'PUT', url } as Request, held);
  expect(body).toEqual({ kind: 'whole', bytes: new TextEncoder().encode('by reference') });
});
