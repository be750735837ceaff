import { beforeEach, expect, test } from 'vitest';
import type { BodyTotal } from '../bridge/body-totals.ts';
import { type RequestTag, tagUrl } from '../bridge/request-tag.ts';
import { ToldTotals } from './told-totals.ts';

type Chunk = Uint8Array<ArrayBuffer>;

const BYTES = new TextEncoder().encode('hello');
const URL_OF_SITE = new URL('http://garden.localhost/a');

let said: BodyTotal[] = [];
let totals: ToldTotals;
beforeEach(() => {
  said = [];
  totals = new ToldTotals((total) => said.push(total));
});

function requestOf(tag: RequestTag, method = 'GET'): Request {
  return { method, url: tagUrl(URL_OF_SITE, tag) } as Request;
}

const ASKS: RequestTag = { id: '1', whole: true };

function streamed(...chunks: Chunk[]): ReadableStream<Chunk> {
  return new ReadableStream({
    pull(controller) {
      const next = chunks.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
  });
}

test('a streamed body is said to have begun at once, and its total at its end', async () => {
  const body = totals.follow(requestOf(ASKS), 200, streamed(BYTES, BYTES));
  expect(said).toEqual([{ id: '1' }]);
  expect(await new Response(body).text()).toBe('hellohello');
  expect(said).toEqual([{ id: '1' }, { id: '1', bytes: 10 }]);
});

test('nothing is said of a body that is given whole, nor of none', () => {
  expect(totals.follow(requestOf(ASKS), 200, BYTES)).toBe(BYTES);
  expect(totals.follow(requestOf(ASKS), 204, null)).toBe(null);
  expect(said).toEqual([]);
});

test('a body that fails fails, and one that is given up is given up; neither has a total', async () => {
  const failing = new ReadableStream<Chunk>({ pull: () => Promise.reject(new Error('cut')) });
  const body = totals.follow(requestOf(ASKS), 200, failing);
  await expect(new Response(body).text()).rejects.toThrow('cut');
  let reason: unknown;
  const endless = new ReadableStream<Chunk>({
    pull: (controller) => controller.enqueue(BYTES),
    cancel: (given) => {
      reason = given;
    },
  });
  const givenUp = totals.follow(requestOf(ASKS), 200, endless);
  if (!(givenUp instanceof ReadableStream)) throw new Error('It is no stream.');
  await givenUp.cancel('enough');
  expect(reason).toBe('enough');
  expect(said).toEqual([{ id: '1' }, { id: '1' }]);
});

test('nothing is said of bodies that are not shown, nor to pages that do not ask', () => {
  const untagged = { method: 'GET', url: String(URL_OF_SITE) } as Request;
  for (const [request, status] of [
    [requestOf(ASKS), 302],
    [requestOf(ASKS, 'HEAD'), 200],
    [requestOf({ id: '1' }), 200],
    [untagged, 200],
  ] as const) {
    const stream = streamed(BYTES);
    expect(totals.follow(request, status, stream)).toBe(stream);
  }
  expect(said).toEqual([]);
});
