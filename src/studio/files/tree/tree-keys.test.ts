import { describe, expect, it } from 'vitest';
import { namedFiles } from '../testing/named-files.ts';
import { buildTree, rowsOf } from './file-tree.ts';
import { actionOfKey, createTypeAhead, type PressedKey } from './tree-keys.ts';

const FILES = namedFiles(['index.html', 'about.html', 'photos/apple.jpg', 'photos/cat.jpg']);
const rowsWith = (toggled: [string, boolean][] = []) =>
  rowsOf(buildTree(FILES, false), { toggled: new Map(toggled), filtered: false });
const rows = rowsWith();

const NO_MODIFIERS = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
const press = (key: string, current: string | undefined, more: Partial<PressedKey> = {}) =>
  actionOfKey({ ...NO_MODIFIERS, key, ...more }, rows, current);
const to = (key: string, extend = false) => ({ kind: 'go', key, extend });

describe('keys in the list of files', () => {
  it.each([
    ['ArrowDown', '/pages', to('index.html')],
    ['ArrowUp', 'index.html', to('/pages')],
    ['ArrowUp', '/pages', undefined],
    ['ArrowDown', 'photos/cat.jpg', undefined],
    ['Home', 'photos/cat.jpg', to('/pages')],
    ['End', '/pages', to('photos/cat.jpg')],
    ['PageDown', '/pages', to('photos/cat.jpg')],
    ['ArrowDown', undefined, to('/pages')],
    ['ArrowRight', 'photos/', to('photos/apple.jpg')],
    ['ArrowRight', 'index.html', undefined],
    ['ArrowLeft', 'photos/', { kind: 'fold', key: 'photos/' }],
    ['ArrowLeft', 'photos/cat.jpg', to('photos/')],
    ['ArrowLeft', 'index.html', to('/pages')],
    ['F2', 'index.html', { kind: 'rename', key: 'index.html' }],
    ['Delete', 'photos/', { kind: 'delete', key: 'photos/' }],
    ['Escape', 'index.html', { kind: 'choose-none' }],
    ['é', 'index.html', { kind: 'type', letter: 'é' }],
    // A button's own.
    [' ', 'index.html', undefined],
    ['Enter', 'index.html', undefined],
    ['Tab', 'index.html', undefined],
  ])('%s at %s', (key, current, action) => {
    expect(press(key, current)).toEqual(action);
  });

  it('unfold a folder before they go into it', () => {
    const folded = rowsWith([['photos/', false]]);
    const action = actionOfKey({ ...NO_MODIFIERS, key: 'ArrowRight' }, folded, 'photos/');
    expect(action).toEqual({ kind: 'unfold', key: 'photos/' });
  });

  it('choose, with Shift and Control or Command', () => {
    expect(press('ArrowDown', 'index.html', { shiftKey: true })).toEqual(to('about.html', true));
    expect(press('a', 'index.html', { metaKey: true })).toEqual({ kind: 'choose-all' });
    expect(press(' ', 'index.html', { ctrlKey: true })).toMatchObject({ kind: 'toggle-chosen' });
    // The browser's or the studio's.
    expect(press('p', 'index.html', { ctrlKey: true })).toBeUndefined();
    expect(press('1', 'index.html', { altKey: true })).toBeUndefined();
  });

  it('pass over hints', () => {
    const empty = rowsOf(buildTree(namedFiles(['peerserver.json']), true), {
      toggled: new Map(),
      filtered: false,
    });
    const down = actionOfKey({ ...NO_MODIFIERS, key: 'ArrowDown' }, empty, '/pages');
    expect(down).toEqual(to('/dynamic'));
  });
});

describe('letters that are typed', () => {
  it('lead to what begins so; the same letter again to the next', () => {
    let now = 0;
    const typeAhead = createTypeAhead(() => now);
    const find = (letter: string, current: string) => {
      return typeAhead.find(letter, rows, current)?.key;
    };
    expect(find('a', '/pages')).toBe('about.html');
    expect(find('a', 'about.html')).toBe('photos/apple.jpg');
    expect(find('a', 'photos/apple.jpg')).toBe('about.html');
    now += 1000;
    expect(find('A', '/pages')).toBe('about.html');
    now += 100;
    expect(find('P', 'about.html')).toBe('photos/apple.jpg');
    now += 1000;
    expect(find('x', '/pages')).toBeUndefined();
    typeAhead.reset();
    expect(find('a', '/pages')).toBe('about.html');
  });
});
