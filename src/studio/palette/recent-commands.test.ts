import { describe, expect, it } from 'vitest';
import { MAX_RECENT, noteRecent, RECENT_KEY, readRecent } from './recent-commands.ts';

function memory(text?: string) {
  const items = new Map(text === undefined ? [] : [[RECENT_KEY, text]]);
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

describe('the commands used last', () => {
  it('come latest first, each once, and only a few', () => {
    const storage = memory();
    for (const id of ['a', 'b', 'a', 'c', 'd', 'e', 'f']) noteRecent(storage, id);
    expect(readRecent(storage)).toEqual(['f', 'e', 'd', 'c', 'a']);
    expect(readRecent(storage)).toHaveLength(MAX_RECENT);
  });

  it.each([
    '{',
    '{"a":1}',
    '[1,null,{}]',
    JSON.stringify(['x'.repeat(1000)]),
  ])('are none where %s is stored', (text) => {
    expect(readRecent(memory(text))).toEqual([]);
  });

  it('are forgotten quietly where nothing can be stored', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(() => noteRecent(full, 'a')).not.toThrow();
  });
});
