import { expect, test } from 'vitest';
import { documentStreamOf } from '../bridge/document-stream.ts';
import { DocumentStreams } from './document-streams.ts';

type Chunk = Uint8Array<ArrayBuffer>;

const BYTES = new TextEncoder().encode('hello');

function begin(mayRepeat: boolean) {
  const said: string[] = [];
  const streamed = new DocumentStreams(
    () => 'life',
    (id) => said.push(id),
  ).begin(mayRepeat);
  if (!streamed) throw new Error('It did not begin.');
  const value = /^ data-stream="([^"]*)"$/.exec(streamed.attribute)?.[1] ?? null;
  const told = documentStreamOf({ getAttribute: () => value });
  return { said, streamed, told };
}

test('the page script reads what was written for it', () => {
  for (const mayRepeat of [true, false]) {
    expect(begin(mayRepeat).told).toMatchObject({ worker: 'life', mayRepeat });
  }
  expect(documentStreamOf({ getAttribute: () => null })).toBeUndefined();
  expect(documentStreamOf(null)).toBeUndefined();
});

test('the end of a document is said before the browser learns of it, and once', async () => {
  const { said, streamed, told } = begin(true);
  const body = new ReadableStream<Chunk>({
    start(controller) {
      controller.enqueue(BYTES);
      controller.close();
    },
  });
  const reader = streamed.follow(body).getReader();
  expect((await reader.read()).value).toEqual(BYTES);
  expect(said).toEqual([]);
  expect((await reader.read()).done).toBe(true);
  expect(said).toEqual([told?.id]);
});

test('a document that fails or is given up is over, too', async () => {
  const failing = begin(true);
  const body = new ReadableStream<Chunk>({ pull: () => Promise.reject(new Error('cut')) });
  await expect(new Response(failing.streamed.follow(body)).text()).rejects.toThrow('cut');
  expect(failing.said).toEqual([failing.told?.id]);
  const givenUp = begin(true);
  await givenUp.streamed.follow(new ReadableStream<Chunk>()).cancel();
  expect(givenUp.said).toEqual([givenUp.told?.id]);
});

test('nothing is followed while the service worker has no lock that tells of its end', () => {
  expect(new DocumentStreams(() => undefined).begin(true)).toBeUndefined();
});
