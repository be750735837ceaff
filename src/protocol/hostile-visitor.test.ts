import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import { ERROR_MEANINGS, type ErrorCode } from './errors.ts';
import type { Frame } from './frame.ts';
import { createVisitorHello, encodeHello } from './hello.ts';
import { DEFAULT_LIMITS, limitsWith } from './limits.ts';
import {
  accept,
  concat,
  dataFrame,
  gate,
  ManualClock,
  messageOf,
  ok,
  piecesOf,
  RawPeer,
  rawFrame,
  rawVisitor,
  requestFrame,
  settled,
  text,
} from './peers.test.support.ts';

const never = () => new Promise<never>(() => {});
const window = (stream: number, increment: number): Frame => ({
  type: 'window',
  stream,
  increment,
});
const ping = (ack = false): Frame => ({ type: 'ping', ack, payload: new Uint8Array(8) });
const hello: Frame = { type: 'hello', payload: text('{}') };

describe('a hostile visitor ends its own connection', () => {
  const KIB64 = new Uint8Array(60_000);
  const overrun = (lane: number, count: number, stream: number) =>
    Array.from({ length: count }, () => [lane, messageOf(dataFrame(stream, KIB64))] as const);
  const cases: [string, ErrorCode, (readonly [number, Uint8Array<ArrayBuffer>])[]][] = [
    [
      'a frame longer than its message (F2)',
      'protocol-violation',
      [[1, rawFrame(0, 0, 1, text('x')).slice(0, 9)]],
    ],
    ['half a frame header (F2)', 'protocol-violation', [[1, new Uint8Array(5)]]],
    ['an empty message (F1)', 'protocol-violation', [[1, new Uint8Array()]]],
    ['a frame of unknown type (F4)', 'protocol-violation', [[1, rawFrame(0x40, 0, 1, text('x'))]]],
    ['a request on the control lane (L1)', 'protocol-violation', [[0, messageOf(requestFrame(1))]]],
    ['PING on a data lane (L1)', 'protocol-violation', [[2, messageOf(ping())]]],
    [
      'GOAWAY on a data lane (L1)',
      'protocol-violation',
      [[2, messageOf({ type: 'goaway', code: 0, reason: '' })]],
    ],
    [
      'credit of the connection on a data lane (L1)',
      'protocol-violation',
      [[2, messageOf(window(0, 1))]],
    ],
    [
      'credit of a stream on the control lane (L1)',
      'protocol-violation',
      [
        [1, messageOf(requestFrame(1))],
        [0, messageOf(window(1, 1))],
      ],
    ],
    ['a second HELLO (H5)', 'protocol-violation', [[0, messageOf(hello)]]],
    [
      'a stream id used again (S2)',
      'protocol-violation',
      [[1, messageOf(requestFrame(5), requestFrame(5))]],
    ],
    [
      'a stream id that goes back (S2)',
      'protocol-violation',
      [[1, messageOf(requestFrame(5), requestFrame(4))]],
    ],
    [
      'DATA of a stream never opened (S2)',
      'protocol-violation',
      [[1, messageOf(dataFrame(1, text('x')))]],
    ],
    ['WINDOW of a stream never opened (S2)', 'protocol-violation', [[1, messageOf(window(1, 1))]]],
    [
      'RESET of a stream never opened (S2)',
      'protocol-violation',
      [[1, messageOf({ type: 'reset', stream: 1, code: 0, reason: '' })]],
    ],
    [
      'a stream opened on another lane (S2)',
      'protocol-violation',
      [
        [1, messageOf(requestFrame(1, false))],
        [2, messageOf(dataFrame(1, text('x')))],
      ],
    ],
    [
      'DATA after END (S6)',
      'protocol-violation',
      [[1, messageOf(requestFrame(1), dataFrame(1, text('x')))]],
    ],
    [
      'a header block that is not JSON (R2)',
      'protocol-violation',
      [[1, messageOf({ type: 'headers', stream: 1, end: true, payload: text('GET / HTTP/1.1') })]],
    ],
    [
      'a smuggled header (R2)',
      'protocol-violation',
      [[1, messageOf(requestFrame(1, true, [['x', 'a\r\ncookie: b']]))]],
    ],
    [
      'more than the credit of a stream (C2)',
      'flow-control',
      [[1, messageOf(requestFrame(1, false))], ...overrun(1, 18, 1)],
    ],
    [
      'credit past what can be counted (C4)',
      'flow-control',
      [[0, messageOf(window(0, 2 ** 31 - 1), window(0, 2 ** 31 - 1))]],
    ],
    [
      'credit of a stream past what can be counted (C4)',
      'flow-control',
      [[1, messageOf(requestFrame(1), window(1, 2 ** 31 - 1))]],
    ],
  ];
  test.each(cases)('with %s', async (_, code, messages) => {
    const pair = await createMemoryTransports();
    const { host, raw } = await rawVisitor(pair, never, { clock: new ManualClock() });
    for (const [lane, bytes] of messages) raw.sendBytes(lane, bytes);
    expect((await host.closed)?.code).toBe(code);
    await settled();
    expect(raw.goawayCode).toBe(ERROR_MEANINGS[code].wire);
  });

  test('with more than the credit of the connection over many streams (C2)', async () => {
    const pair = await createMemoryTransports();
    const limits = { connectionWindow: 200_000, maxConnectionWindow: 200_000 };
    const { host, raw } = await rawVisitor(pair, never, { limits });
    for (let id = 1; id <= 4; id += 1) {
      raw.send(1, requestFrame(id, false), dataFrame(id, new Uint8Array(50_000)));
    }
    await settled();
    expect(host.stats().unreadBytes).toBe(200_000);
    raw.send(1, dataFrame(1, text('x')));
    expect((await host.closed)?.code).toBe('flow-control');
  });

  test('an unknown ignorable frame harms nothing (F4)', async () => {
    const pair = await createMemoryTransports();
    const { raw } = await rawVisitor(pair, async () => ok());
    raw.sendBytes(1, concat(rawFrame(0x80, 0, 1, text('hint')), messageOf(requestFrame(1))));
    await settled();
    expect(raw.ofType('headers').map(({ stream }) => stream)).toEqual([1]);
  });

  test('a header block with too many fields is refused, and only its exchange ends (R1)', async () => {
    const pair = await createMemoryTransports();
    const { raw } = await rawVisitor(pair, async () => ok());
    const many = Array.from({ length: 300 }, () => ['x', ''] as const);
    raw.send(1, requestFrame(1, true, many), requestFrame(2));
    await settled();
    expect(raw.ofType('reset')).toMatchObject([{ stream: 1, code: 9 }]);
    expect(raw.ofType('headers').map(({ stream }) => stream)).toEqual([2]);
  });

  test('a flood of PINGs is answered only while answers leave (K3)', async () => {
    const pair = await createMemoryTransports({ stepped: true });
    const { host, raw } = await rawVisitor(pair, never);
    const flood = messageOf(...Array.from({ length: 3800 }, () => ping()));
    for (let count = 0; count < 20; count += 1) {
      raw.sendBytes(0, flood);
      pair.network.run('visitor');
      await settled();
    }
    // 1.3 MB of questions: one message of answers beyond the limit of 64 KiB at the very most.
    expect(host.stats().queuedBytes).toBeLessThan(2 * 65_536);
  });

  test('answers that are provoked and not taken end the connection (S5)', async () => {
    const pair = await createMemoryTransports({ stepped: true });
    const limits = { maxQueuedBytes: 100_000 };
    const big = [['x', 'a'.repeat(10_000)]] as const;
    const { host, raw } = await rawVisitor(pair, async () => ok(null, big), { limits });
    for (let id = 1; id <= 9; id += 1) raw.send(1, requestFrame(id, true, [], 'HEAD'));
    pair.network.run('visitor');
    await settled();
    expect(host.stats().queuedBytes).toBeLessThanOrEqual(100_000);
    raw.send(1, requestFrame(10, true, [], 'HEAD'));
    pair.network.run('visitor');
    expect((await host.closed)?.code).toBe('protocol-violation');
  });

  test('resetting does not free the place of a handler that goes on running (X4)', async () => {
    const pair = await createMemoryTransports();
    const ends: (() => void)[] = [];
    const handler = async () => {
      const end = gate();
      ends.push(end.resolve);
      await end.promise;
      return ok();
    };
    const { host, raw } = await rawVisitor(pair, handler, { limits: { occupiedStreams: 5 } });
    for (let id = 1; id <= 50; id += 1) {
      raw.send(1, requestFrame(id), { type: 'reset', stream: id, code: 0, reason: '' });
    }
    await settled();
    expect(ends.length).toBe(5);
    expect(host.stats().openStreams).toBe(0);
    const refused = raw.ofType('reset');
    expect(refused.length).toBe(45);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set([4]));
    for (const end of ends) end();
    await settled();
    raw.send(1, requestFrame(51));
    await settled();
    expect(ends.length).toBe(6);
  });

  test('streams that nobody reads hold one piece each once the connection has its share (S5)', async () => {
    const pair = await createMemoryTransports();
    const window = 16 * 1024;
    const piece = 256 * 1024;
    const streams = DEFAULT_LIMITS.openStreams;
    const made: ReturnType<typeof piecesOf>['state'][] = [];
    const raw = new RawPeer(pair.visitor);
    const host = accept(pair.host, async () => {
      const { stream, state } = piecesOf(piece, 100);
      made.push(state);
      return ok(stream);
    });
    const limits = limitsWith({ streamWindow: window, connectionWindow: 2 ** 31 - 1 });
    const hello = await createVisitorHello(
      pair.visitorIdentity,
      pair.visitor.handshake,
      limits,
      [],
    );
    raw.send(0, { type: 'hello', payload: encodeHello(hello) });
    await host.proven;
    // One after the other: each of the first may fill its own queue.
    for (let id = 1; id <= streams; id += 1) {
      raw.send(1, requestFrame(id));
      await settled();
    }
    // Ten hold all that one body may, the eleventh two pieces; that leaves no room for another one.
    const pieces = [...new Array(10).fill(3), 2, ...new Array(streams - 11).fill(1)];
    expect(made.map(({ given }) => given)).toEqual(pieces);
    const held = 149 * piece - streams * window;
    expect(host.stats().queuedBytes).toBe(held);
    expect(held).toBeLessThan(DEFAULT_LIMITS.connectionQueueBytes + streams * piece);
    // All of it is given back when the visitor has had enough of them.
    for (let id = 1; id <= streams; id += 1) {
      raw.send(1, { type: 'reset', stream: id, code: 0, reason: '' });
    }
    await settled();
    expect(host.stats()).toMatchObject({ queuedBytes: 0, openStreams: 0 });
    raw.send(1, requestFrame(streams + 1));
    await settled();
    expect(made.at(-1)?.given).toBe(3);
  });

  test('answers that nobody takes keep their places too (S3)', async () => {
    const pair = await createMemoryTransports();
    let started = 0;
    const handler = async () => {
      started += 1;
      return ok(new Uint8Array(2_000_000));
    };
    const { raw } = await rawVisitor(pair, handler, {
      limits: { occupiedStreams: 5, bodyQueueBytes: 4_000_000 },
    });
    for (let id = 1; id <= 20; id += 1) raw.send(1, requestFrame(id));
    await settled();
    expect(started).toBe(5);
    expect(raw.ofType('reset').length).toBe(15);
  });
});
