import { describe, expect, it } from 'vitest';
import {
  closed,
  kept,
  MAX_TABS,
  moved,
  neighbour,
  opened,
  renamed,
  stepped,
  type Tabs,
  tabLabels,
} from './tab-list.ts';

/** `a`, or `a?` for a preview. */
function tabs(...paths: string[]): Tabs {
  return paths.map((path) => ({ path: path.replace('?', ''), preview: path.endsWith('?') }));
}

function show(list: Tabs): string {
  return list.map(({ path, preview }) => (preview ? `${path}?` : path)).join(' ');
}

describe('the tabs', () => {
  it('begin with a preview, whose place the next look takes', () => {
    const first = opened([], 'a', undefined);
    expect(show(first)).toBe('a?');
    expect(show(opened(first, 'b', 'a'))).toBe('b?');
  });

  it('open a file beside the active one, and not twice', () => {
    const list = tabs('a', 'b');
    expect(show(opened(list, 'c', 'a'))).toBe('a c? b');
    expect(opened(list, 'b', 'a')).toBe(list);
  });

  it('keep a preview that was edited', () => {
    const list = kept(tabs('a?', 'b'), 'a');
    expect(show(list)).toBe('a b');
    expect(kept(list, 'a')).toBe(list);
    expect(show(opened(list, 'c', 'a'))).toBe('a c? b');
  });

  it('are not more than can be found again: the oldest goes, and never the active one', () => {
    const full = tabs(...Array.from({ length: MAX_TABS }, (_, index) => `f${index}`));
    const more = opened(full, 'new', 'f0');
    expect(more).toHaveLength(MAX_TABS);
    expect(show(more)).toMatch(/^f0 new\? f2 /);
    expect(show(opened(full, 'new', 'f7'))).toMatch(/^f1 .* f7 new\? f8 /);
  });

  it('close, and another is shown', () => {
    expect(show(closed(tabs('a', 'b', 'c'), ['b', 'x']))).toBe('a c');
    expect(neighbour(tabs('a', 'b', 'c'), 'b')).toBe('c');
    expect(neighbour(tabs('a', 'b', 'c'), 'c')).toBe('b');
    expect(neighbour(tabs('a'), 'a')).toBeUndefined();
  });

  it('move, not beyond the ends', () => {
    expect(show(moved(tabs('a', 'b', 'c'), 'a', 1))).toBe('b a c');
    expect(show(moved(tabs('a', 'b', 'c'), 'a', 9))).toBe('b c a');
    const list = tabs('a', 'b');
    expect(moved(list, 'a', -1)).toBe(list);
  });

  it('follow a file that is renamed, also onto one that has a tab', () => {
    expect(show(renamed(tabs('a?', 'b'), new Map([['a', 'c']])))).toBe('c? b');
    expect(show(renamed(tabs('a', 'b'), new Map([['a', 'b']])))).toBe('b');
  });

  it('are walked through around the ends', () => {
    expect(stepped(tabs('a', 'b', 'c'), 'c', 1)).toBe('a');
    expect(stepped(tabs('a', 'b', 'c'), 'a', -1)).toBe('c');
    expect(stepped(tabs('a', 'b'), undefined, 1)).toBe('a');
    expect(stepped([], 'a', 1)).toBeUndefined();
  });

  it('are called by the file’s own name, with its folder only where that is needed', () => {
    expect(tabLabels(['index.html', 'routes/index.ts', 'routes/a/index.ts', 'notes.md'])).toEqual([
      { label: 'index.html', folder: undefined },
      { label: 'index.ts', folder: 'routes' },
      { label: 'index.ts', folder: 'routes/a' },
      { label: 'notes.md', folder: undefined },
    ]);
    expect(tabLabels(['a.txt', 'x/a.txt'])[0]).toEqual({ label: 'a.txt', folder: './' });
  });
});
