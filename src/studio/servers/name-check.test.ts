import { describe, expect, it } from 'vitest';
import type { SiteName } from '../../address/site-name.ts';
import { PeerServerError } from '../../protocol/errors.ts';
import { ManualClock } from '../../protocol/testing/manual-clock.ts';
import { deferred } from '../testing/deferred.ts';
import {
  createNameCheck,
  LOOK_UP_PAUSE_MS,
  LOOK_UP_TIMEOUT_MS,
  type NameAvailability,
} from './name-check.ts';

function setUp(
  answer: (name: SiteName, signal: AbortSignal) => Promise<NameAvailability>,
  own: string[] = [],
) {
  const asked: string[] = [];
  const clock = new ManualClock();
  const check = createNameCheck({
    lookUp: (name, signal) => {
      asked.push(name);
      return answer(name, signal);
    },
    isOwn: (name) => own.includes(name),
    clock,
    random: () => 0,
  });
  return { check, asked, clock };
}

/** A look-up that is answered by nothing but its own end, as `fetch` is by a server that hangs. */
const hang = (_: SiteName, signal: AbortSignal) => {
  const { promise, reject } = deferred<NameAvailability>();
  signal.addEventListener('abort', () => reject(signal.reason));
  return promise;
};

const free = () => Promise.resolve({ available: true });

describe('the name check', () => {
  it('refuses a malformed name at once, with a suggestion, and asks nobody', () => {
    const { check, asked, clock } = setUp(free);
    check.input.value = 'A b!';
    expect(check.verdict.value).toMatchObject({ kind: 'refused', suggestion: 'a-b-badger' });
    clock.advance(LOOK_UP_PAUSE_MS);
    expect(asked).toEqual([]);
  });

  it('asks the signaling server once, after a pause in typing', async () => {
    const { check, asked, clock } = setUp(free);
    check.input.value = 'g';
    clock.advance(LOOK_UP_PAUSE_MS - 1);
    check.input.value = 'garden';
    expect(check.verdict.value).toEqual({ kind: 'checking', name: 'garden' });
    clock.advance(LOOK_UP_PAUSE_MS - 1);
    expect(asked).toEqual([]);
    clock.advance(1);
    expect(await check.settle()).toEqual({ kind: 'free', name: 'garden' });
    expect(asked).toEqual(['garden']);
  });

  it('asks once when it is submitted before the pause is over', async () => {
    const { promise, resolve } = deferred<NameAvailability>();
    const { check, asked, clock } = setUp(() => promise);
    check.input.value = 'garden';
    const settled = check.settle();
    clock.advance(LOOK_UP_PAUSE_MS);
    resolve({ available: true });
    expect(await settled).toEqual({ kind: 'free', name: 'garden' });
    expect(asked).toEqual(['garden']);
  });

  it('says that a name is taken and suggests another', async () => {
    const { check } = setUp(() => Promise.resolve({ available: false }));
    check.input.value = 'Garden';
    expect(await check.settle()).toEqual({
      kind: 'refused',
      message: 'This name is taken.',
      suggestion: 'garden-badger',
    });
    expect(check.verdict.value.kind).toBe('refused');
  });

  it('knows a name that a server of this browser has', () => {
    const { check } = setUp(free, ['garden']);
    check.input.value = 'garden';
    expect(check.verdict.value.kind).toBe('yours');
  });

  it('has no verdict for who waits while more is typed, and ignores the answer', async () => {
    const { promise, resolve } = deferred<NameAvailability>();
    const { check } = setUp((name) => (name === 'garden' ? promise : free()));
    check.input.value = 'garden';
    const stale = check.settle();
    check.input.value = 'gardens';
    resolve({ available: true });
    expect(await stale).toBeUndefined();
    expect(check.verdict.value).toEqual({ kind: 'checking', name: 'gardens' });
  });

  it('has no verdict for who waits while it is disposed of', async () => {
    const { check } = setUp(hang);
    check.input.value = 'garden';
    const stale = check.settle();
    check.dispose();
    expect(await stale).toBeUndefined();
  });

  it('lets a name pass as unknown when the signaling server cannot be reached', async () => {
    const { check } = setUp(() => Promise.reject(new TypeError('Failed to fetch')));
    check.input.value = 'garden';
    expect(await check.settle()).toEqual({
      kind: 'unknown',
      name: 'garden',
      message: 'The signaling server does not answer, so this name could not be checked.',
    });
  });

  it('waits for an answer only so long', async () => {
    const { check, clock } = setUp(hang);
    check.input.value = 'garden';
    const settled = check.settle();
    clock.advance(LOOK_UP_TIMEOUT_MS);
    expect(await settled).toMatchObject({ kind: 'unknown', name: 'garden' });
    expect(check.verdict.value.kind).toBe('unknown');
  });

  it('gives the reason of a signaling server that answers with something else', async () => {
    const error = new PeerServerError('signaling-failed', 'Too many names were asked for.');
    const { check } = setUp(() => Promise.reject(error));
    check.input.value = 'garden';
    expect(await check.settle()).toEqual({
      kind: 'unknown',
      name: 'garden',
      message: 'Too many names were asked for.',
    });
  });

  it('asks no more after it is disposed of', () => {
    const { check, asked, clock } = setUp(free);
    check.input.value = 'garden';
    check.dispose();
    clock.advance(LOOK_UP_PAUSE_MS);
    expect(asked).toEqual([]);
  });
});
