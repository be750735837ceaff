import { describe, expect, it } from 'vitest';
import { MAX_PATH_LENGTH } from '../../host.ts';
import { createKeptTabs, parseTabs } from './kept-tabs.ts';
import { MAX_TABS } from './tab-list.ts';

describe('the tabs of a server', () => {
  it('are kept over a reload, for that server only', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
      removeItem: (key: string) => void kept.delete(key),
    };
    const tabs = [{ path: 'a', preview: false }];
    createKeptTabs(storage, 'garden').write(tabs);
    expect(createKeptTabs(storage, 'garden').read()).toEqual(tabs);
    expect(createKeptTabs(storage, 'meadow').read()).toEqual([]);
    createKeptTabs(storage, 'garden').write([]);
    expect(kept.size).toBe(0);
  });

  it('do not disturb the page when there is no room for them', () => {
    const full = {
      getItem: () => null,
      setItem() {
        throw new Error('QuotaExceededError');
      },
      removeItem: () => {},
    };
    const { write } = createKeptTabs(full, 'garden');
    expect(() => write([{ path: 'a', preview: false }])).not.toThrow();
  });

  it.each([
    null,
    '',
    '{',
    '{}',
    '7',
    '[1, null, "a", {}, {"path": ""}, {"path": 3}]',
  ])('are none when there stands %j', (text) => {
    expect(parseTabs(text)).toEqual([]);
  });

  it('are read within bounds: one preview, no path twice, no endless list, no endless path', () => {
    const text = JSON.stringify([
      { path: 'a', preview: true },
      { path: 'b', preview: true },
      { path: 'b' },
      { path: 'x'.repeat(MAX_PATH_LENGTH + 1) },
    ]);
    expect(parseTabs(text)).toEqual([
      { path: 'a', preview: true },
      { path: 'b', preview: false },
    ]);
    const many = Array.from({ length: 10_000 }, (_, index) => ({ path: `f${index}` }));
    expect(parseTabs(JSON.stringify(many))).toHaveLength(MAX_TABS);
  });
});
