import { describe, expect, test } from 'vitest';
import { createMemoryTransports } from '../link/memory.ts';
import type { ErrorCode } from './errors.ts';
import type { Frame } from './frame.ts';
import {
  answerFrame,
  block,
  dataFrame,
  get,
  ManualClock,
  post,
  RawPeer,
  rawHost,
  requestFrame,
  settled,
  text,
} from './peers.test.support.ts';
import { openConnection } from './visitor-connection.ts';

const never = () => new Promise<never>(() => {});

describe('a hostile host ends its own connection', () => {
  const cases: [string, ErrorCode, readonly Frame[]][] = [
    ['a second head of one answer (R5)', 'protocol-violation', [answerFrame(1), answerFrame(1)]],
    ['DATA before the head (S1)', 'protocol-violation', [dataFrame(1, text('x'))]],
    ['the end before the head (S1)', 'protocol-violation', [dataFrame(1, new Uint8Array(), true)]],
    ['a head of a stream never opened (S2)', 'protocol-violation', [answerFrame(2)]],
    ['204 without END (R4)', 'protocol-violation', [answerFrame(1, false, '204')]],
    ['304 without END (R4)', 'protocol-violation', [answerFrame(1, false, '304')]],
    ['an interim answer (R5)', 'protocol-violation', [answerFrame(1, false, '100')]],
    ['DATA after END (S6)', 'protocol-violation', [answerFrame(1, true), dataFrame(1, text('x'))]],
    ['a request (R3)', 'protocol-violation', [requestFrame(1)]],
    [
      'the body of a bodiless answer (R4)',
      'protocol-violation',
      [answerFrame(1, true, '204'), dataFrame(1, text('x'))],
    ],
  ];
  test.each(cases)('with %s', async (_, code, frames) => {
    const pair = await createMemoryTransports();
    const { visitor, raw } = await rawHost(pair);
    // An upload that never ends keeps the exchange open whatever the host sends.
    const answer = visitor.request(post, { read: never, cancel: () => {} });
    const settledOnce = answer.then(
      () => 'answered',
      (error: { code: string }) => error.code,
    );
    await settled();
    raw.send(1, ...frames);
    expect((await visitor.closed)?.code).toBe(code);
    expect(['answered', 'connection-lost']).toContain(await settledOnce);
  });

  test('with a body for HEAD (R4)', async () => {
    const pair = await createMemoryTransports();
    const { visitor, raw } = await rawHost(pair);
    const answer = visitor.request({ ...get, method: 'HEAD' }, null);
    await settled();
    raw.send(1, answerFrame(1), dataFrame(1, text('x'), true));
    await expect(answer).rejects.toMatchObject({ code: 'connection-lost' });
    expect((await visitor.closed)?.code).toBe('protocol-violation');
  });

  test('a head that is too large ends its exchange only (R1)', async () => {
    const pair = await createMemoryTransports();
    const { visitor, raw } = await rawHost(pair);
    const first = visitor.request(get, null);
    const second = visitor.request(get, null);
    await settled();
    const many = Array.from({ length: 300 }, () => ['x', '']);
    const payload = block([[':status', '200'], ...many]);
    raw.send(1, { type: 'headers', stream: 1, end: true, payload });
    raw.send(2, answerFrame(1, true));
    await expect(first).rejects.toMatchObject({ code: 'headers-too-large' });
    expect((await second).status).toBe(200);
  });

  test('with a HELLO that makes no sense (H5)', async () => {
    for (const payload of [
      '[',
      '3',
      '{}',
      '{"streamWindow":1,"connectionWindow":1,"openStreams":1}',
    ]) {
      const pair = await createMemoryTransports();
      const raw = new RawPeer(pair.host);
      const visitor = await openConnection(pair.visitor, { identity: pair.visitorIdentity });
      raw.send(0, { type: 'hello', payload: text(payload) });
      expect((await visitor.closed)?.code).toBe('protocol-violation');
    }
  });

  test('with silence instead of HELLO (H4)', async () => {
    const pair = await createMemoryTransports();
    const clock = new ManualClock();
    const raw = new RawPeer(pair.host);
    const identity = pair.visitorIdentity;
    const visitor = await openConnection(pair.visitor, { identity, clock });
    const answer = visitor.request(get, null);
    const failure = expect(answer).rejects.toMatchObject({ code: 'connection-lost' });
    await clock.advance(9_999);
    expect(raw.goawayCode).toBeUndefined();
    await clock.advance(1);
    expect((await visitor.closed)?.code).toBe('too-slow');
    await failure;
  });
});
