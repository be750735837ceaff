import { describe, expect, it } from 'vitest';
import { createLogHeight, KEPT_ABOVE_LOG, LOG_HEIGHT } from './log-height.ts';

function memory(kept: Record<string, string> = {}) {
  const values = new Map(Object.entries(kept));
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => {
      values.set(key, value);
    },
  };
}

describe('the height of the log', () => {
  it('is found again on the next visit', () => {
    const storage = memory();
    createLogHeight(storage, () => 1000).resize(333.4);
    expect(createLogHeight(storage, () => 1000).height.value).toBe(333);
  });

  it('leaves room for itself and for what is above', () => {
    const size = createLogHeight(memory(), () => 700);
    size.resize(10_000);
    expect(size.height.value).toBe(700 - KEPT_ABOVE_LOG);
    size.resize(0);
    expect(size.height.value).toBe(LOG_HEIGHT.min);
    const low = createLogHeight(memory(), () => 100);
    expect(low.height.value).toBe(LOG_HEIGHT.min);
  });

  it.each(['', 'tall', 'NaN', '-Infinity'])('does without a kept “%s”', (kept) => {
    const storage = memory({ 'peerserver-log-height': kept });
    expect(createLogHeight(storage, () => 1000).height.value).toBe(LOG_HEIGHT.initial);
  });

  it('works for this visit where nothing can be kept', () => {
    const refuse = () => {
      throw new DOMException('No.', 'SecurityError');
    };
    const size = createLogHeight({ getItem: refuse, setItem: refuse }, () => 1000);
    size.resize(400);
    expect(size.height.value).toBe(400);
  });
});
