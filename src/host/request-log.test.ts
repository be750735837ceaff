import { expect, test } from 'vitest';
import { PeerServerError } from '../protocol/errors.ts';
import type { RequestHandler, ResponseBody } from '../protocol/http-message.ts';
import { ManualClock } from '../protocol/testing/manual-clock.ts';
import { withRequestLog } from './request-log.ts';
import type { RequestEvent } from './serve-event.ts';
import { request } from './testing/request.ts';

function logged(handler: RequestHandler) {
  const clock = new ManualClock();
  const events: RequestEvent[] = [];
  return { clock, events, handler: withRequestLog(handler, clock, (event) => events.push(event)) };
}

function streamOf(...chunks: (string | Error)[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull(controller) {
      const next = chunks.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(new TextEncoder().encode(next));
    },
  });
}

const answering = (body: ResponseBody) => logged(async () => ({ status: 200, headers: [], body }));

test('a whole answer is reported with its size and time', async () => {
  const clock = new ManualClock();
  const events: RequestEvent[] = [];
  const slow: RequestHandler = async () => {
    clock.advance(7);
    const headers = [['content-type', 'text/plain']] as const;
    return { status: 404, headers, body: new Uint8Array(5) };
  };
  const handler = withRequestLog(
    slow,
    clock,
    (event) => events.push(event),
    () => 1_900_000_000_000,
  );
  await handler(request('/a?b', { headers: [['accept', '*/*']] }));
  expect(events).toEqual([
    {
      kind: 'request',
      connectionId: 'connection-1',
      visitorKey: 'visitor-key',
      startedAt: 1_900_000_000_000,
      method: 'GET',
      target: '/a?b',
      status: 404,
      bytes: 5,
      ms: 7,
      requestHeaders: [['accept', '*/*']],
      responseHeaders: [['content-type', 'text/plain']],
    },
  ]);
});

test('a streamed answer is reported once, at its end', async () => {
  const { clock, events, handler } = answering(streamOf('abc', 'de'));
  const { body } = await handler(request('/'));
  expect(events).toEqual([]);
  clock.advance(50);
  expect(await new Response(body).text()).toBe('abcde');
  expect(events).toMatchObject([{ status: 200, bytes: 5, ms: 50 }]);
});

test('a stream that the visitor leaves is reported with what it took', async () => {
  const { events, handler } = answering(streamOf('abc', 'de'));
  const { body } = await handler(request('/'));
  if (!(body instanceof ReadableStream)) throw new Error('The answer must stay a stream.');
  const reader = body.getReader();
  await reader.read();
  await reader.cancel(new PeerServerError('cancelled', 'Gone.'));
  expect(events).toMatchObject([{ bytes: 3, error: { code: 'cancelled' } }]);
});

test('a stream that is left while a piece is awaited is reported once', async () => {
  const { events, handler } = answering(new ReadableStream({}));
  const { body } = await handler(request('/'));
  if (!(body instanceof ReadableStream)) throw new Error('The answer must stay a stream.');
  const reader = body.getReader();
  const pending = reader.read();
  await reader.cancel(new DOMException('signal is aborted without reason', 'AbortError'));
  expect(await pending).toMatchObject({ done: true });
  // The source's own end arrives after that.
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toMatchObject([{ error: { code: 'cancelled', message: 'the visitor left' } }]);
  expect(events).toHaveLength(1);
});

test('a stream that fails fails for the visitor, too', async () => {
  const { events, handler } = answering(streamOf('abc', new Error('disk')));
  const { body } = await handler(request('/'));
  await expect(new Response(body).text()).rejects.toThrow('disk');
  expect(events).toMatchObject([{ bytes: 3, error: { code: 'host-failed', message: 'disk' } }]);
});

test('a handler that throws is reported with the status that the visitor sees', async () => {
  const { events, handler } = logged(() => Promise.reject(new TypeError('bug')));
  await expect(handler(request('/'))).rejects.toThrow('bug');
  expect(events).toMatchObject([{ status: 502, bytes: 0, error: { message: 'bug' } }]);
});
