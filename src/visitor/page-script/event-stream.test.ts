import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventStreamParser, type StreamedEvent } from './event-stream.ts';

function parse(pieces: readonly string[]) {
  const events: StreamedEvent[] = [];
  const parser = new EventStreamParser('', (event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return { events, parser };
}

function message(data: string, lastEventId = '', type = 'message'): StreamedEvent {
  return { type, data, lastEventId };
}

test.each<[string, string, StreamedEvent[]]>([
  ['data', 'data: one\n\n', [message('one')]],
  ['data without a blank', 'data:one\n\n', [message('one')]],
  ['data with two blanks', 'data:  one\n\n', [message(' one')]],
  ['data over several lines', 'data: one\ndata\ndata: two\n\n', [message('one\n\ntwo')]],
  ['a type of its own', 'event: named\ndata: x\n\n', [message('x', '', 'named')]],
  ['an id, kept', 'id: 7\ndata: x\n\ndata: y\n\n', [message('x', '7'), message('y', '7')]],
  [
    'an id that is taken back',
    'id: 7\ndata: x\n\nid\ndata: y\n\n',
    [message('x', '7'), message('y')],
  ],
  ['an id with NUL, ignored', 'id: 7\0\ndata: x\n\n', [message('x')]],
  ['a comment', ': hello\ndata: x\n\n', [message('x')]],
  ['a field that nobody knows', 'garden: x\ndata: y\n\n', [message('y')]],
  [
    'all line breaks',
    'data: a\r\n\r\ndata: b\r\rdata: c\n\n',
    ['a', 'b', 'c'].map((d) => message(d)),
  ],
  ['nothing for a type without data', 'event: named\n\ndata: x\n\n', [message('x')]],
  ['nothing for what is incomplete', 'data: one\n\ndata: two\n', [message('one')]],
])('a stream gives %s', (_, stream, expected) => {
  expect(parse([stream]).events).toEqual(expected);
});

test('how long to wait is a number of digits only', () => {
  expect(parse(['retry: 250\n']).parser.retryMs).toBe(250);
  expect(parse(['retry: 2.5\n']).parser.retryMs).toBeUndefined();
});

test('the last id is that of the last event that was complete', () => {
  expect(parse(['id: 1\ndata: x\n\nid: 2\ndata: y\n']).parser.lastEventId).toBe('1');
  expect(parse(['id: 1\n\n']).parser.lastEventId).toBe('1');
});

test('it does not matter where a stream is cut into pieces', () => {
  const stream = 'id: 1\r\ndata: one\r\n\r\nevent: e\rdata: two\rdata: three\r\r: no\ndata: é\n\n';
  const whole = parse([stream]).events;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const pieces = places.slice(1).map((end, index) => stream.slice(places[index], end));
      expect(parse(pieces).events).toEqual(whole);
    }),
  );
});
