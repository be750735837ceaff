import { expect, it } from 'vitest';
import type { BodyReader, HostRequest } from '../../protocol/http-message.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { Flight } from './flight.ts';

const RUN = { kind: 'server' } as const;

function request(body: BodyReader | null = null): HostRequest {
  return {
    method: 'POST',
    target: '/',
    headers: [],
    body,
    signal: new AbortController().signal,
    visitor: { key: 'k', connectionId: 'c' },
  };
}

/** A flight whose sandbox says that it is well when the test lets it. */
function overdueAfter(ms: number, body: BodyReader | null = null) {
  const clock = new ManualClock();
  const questions: (() => void)[] = [];
  const flight = new Flight(1, request(body), RUN);
  const deadline = flight.deadline(ms, clock, (overdue) => questions.push(overdue));
  return { clock, questions, flight, deadline };
}

it('is overdue once the sandbox, asked when the time is up, is found well', () => {
  const { clock, questions, deadline } = overdueAfter(100);
  clock.advance(99);
  expect(questions).toHaveLength(0);
  clock.advance(1);
  expect(deadline.signal.aborted).toBe(false);
  questions[0]?.();
  expect(deadline.signal.reason).toMatchObject({ code: 'too-slow' });
});

it('is not cut off when its answer begins while the sandbox is being asked', () => {
  const { clock, questions, deadline } = overdueAfter(100);
  clock.advance(100);
  deadline.cancel();
  expect(questions).toHaveLength(1);
  questions[0]?.();
  expect(deadline.signal.aborted).toBe(false);
});

it('is not cut off when a piece of its body comes while the sandbox is being asked', async () => {
  const piece = new Uint8Array([1]);
  const { clock, questions, flight, deadline } = overdueAfter(100, {
    read: async () => piece,
    cancel: () => {},
  });
  clock.advance(100);
  await flight.body?.read();
  questions[0]?.();
  expect(deadline.signal.aborted).toBe(false);
  clock.advance(100);
  questions[1]?.();
  expect(deadline.signal.aborted).toBe(true);
});
