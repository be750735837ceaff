import { describe, expect, it } from 'vitest';
import type { SiteName } from '../../address/site-name.ts';
import { createNameCheck, LOOK_UP_PAUSE_MS, type NameAvailability } from './name-check.ts';

function setUp(answer: (name: SiteName) => Promise<NameAvailability>, own: string[] = []) {
  const asked: string[] = [];
  let scheduled: { ms: number; callback: () => void } | undefined;
  const check = createNameCheck({
    lookUp: (name) => {
      asked.push(name);
      return answer(name);
    },
    isOwn: (name) => own.includes(name),
    clock: {
      now: () => 0,
      schedule: (ms, callback) => {
        const entry = { ms, callback };
        scheduled = entry;
        return () => {
          if (scheduled === entry) scheduled = undefined;
        };
      },
    },
    random: () => 0,
  });
  const pause = () => {
    const due = scheduled;
    scheduled = undefined;
    due?.callback();
    return due?.ms;
  };
  return { check, asked, pause };
}

const free = () => Promise.resolve({ available: true });

describe('the name check', () => {
  it('refuses a malformed name at once, with a suggestion, and asks nobody', () => {
    const { check, asked, pause } = setUp(free);
    check.input.value = 'A b!';
    expect(check.verdict.value).toMatchObject({ kind: 'refused', suggestion: 'a-b-badger' });
    expect(pause()).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('asks the signaling server once, after a pause in typing', async () => {
    const { check, asked, pause } = setUp(free);
    check.input.value = 'g';
    check.input.value = 'garden';
    expect(check.verdict.value).toEqual({ kind: 'checking', name: 'garden' });
    expect(pause()).toBe(LOOK_UP_PAUSE_MS);
    expect(await check.settle()).toEqual({ kind: 'free', name: 'garden' });
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

  it('ignores an answer that comes after more was typed', async () => {
    let answerFirst: (found: NameAvailability) => void = () => {};
    const first = new Promise<NameAvailability>((resolve) => {
      answerFirst = resolve;
    });
    const { check } = setUp((name) => (name === 'garden' ? first : free()));
    check.input.value = 'garden';
    const stale = check.settle();
    check.input.value = 'gardens';
    answerFirst({ available: false });
    await stale;
    expect(check.verdict.value).toEqual({ kind: 'checking', name: 'gardens' });
  });

  it('lets a name pass as unknown when the signaling server does not answer', async () => {
    const { check } = setUp(() => Promise.reject(new Error('offline')));
    check.input.value = 'garden';
    expect((await check.settle()).kind).toBe('unknown');
  });

  it('asks no more after it is disposed of', () => {
    const { check, pause } = setUp(free);
    check.input.value = 'garden';
    check.dispose();
    expect(pause()).toBeUndefined();
  });
});
