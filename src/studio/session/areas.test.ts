import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { AREAS_KEY, createAreas, FILES_WIDTH, RESULT_SHARE, type Room } from './areas.ts';

function setUp(start: Room = 'wide', kept?: string) {
  const items = new Map(kept === undefined ? [] : [[AREAS_KEY, kept]]);
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  const room = signal<Room>(start);
  const areas = createAreas(storage, room);
  return { areas, room, storage, shown: () => [...areas.shown.value].sort() };
}

describe('the areas', () => {
  it('stand side by side, fold, and are found again as they were left', () => {
    const { areas, storage, room, shown } = setUp();
    expect(shown()).toEqual(['editor', 'files', 'result']);
    areas.toggle('files');
    areas.resizeResult(60);
    expect(shown()).toEqual(['editor', 'result']);
    const again = createAreas(storage, room);
    expect([...again.shown.value].sort()).toEqual(['editor', 'result']);
    expect(again.resultShare.value).toBe(60);
    again.show('files');
    again.show('files');
    expect([...again.shown.value].sort()).toEqual(['editor', 'files', 'result']);
  });

  it('leave the editor one neighbour where there is less room', () => {
    const { areas, shown } = setUp('medium');
    expect(shown()).toEqual(['editor', 'files']);
    areas.show('result');
    expect(shown()).toEqual(['editor', 'result']);
    areas.toggle('result');
    expect(shown()).toEqual(['editor']);
    areas.toggle('log');
    expect(shown()).toEqual(['editor', 'log']);
  });

  it('take turns on a phone, where what is hidden gives its place to the editor', () => {
    const { areas, room, shown } = setUp('phone');
    expect(shown()).toEqual(['files']);
    areas.toggle('log');
    expect(shown()).toEqual(['log']);
    areas.toggle('log');
    expect(shown()).toEqual(['editor']);
    room.value = 'wide';
    expect(shown()).toEqual(['editor', 'files', 'result']);
  });

  it('never fold the editor', () => {
    const { areas, shown } = setUp();
    areas.toggle('editor');
    expect(shown()).toContain('editor');
  });

  it('keep their sizes within bounds', () => {
    const { areas } = setUp();
    areas.resizeFiles(10_000);
    areas.resizeResult(-3);
    expect(areas.filesWidth.value).toBe(FILES_WIDTH.max);
    expect(areas.resultShare.value).toBe(RESULT_SHARE.min);
    areas.resizeFiles(200.4);
    expect(areas.filesWidth.value).toBe(200);
  });

  it.each([
    '{',
    'null',
    '[]',
    '"x"',
    '{"files":"no","filesWidth":"wide","resultShare":1e999}',
  ])('are as at first where %s is stored', (kept) => {
    const { areas, shown } = setUp('wide', kept);
    expect(shown()).toEqual(['editor', 'files', 'result']);
    expect(areas.filesWidth.value).toBe(FILES_WIDTH.initial);
    expect(areas.resultShare.value).toBe(RESULT_SHARE.initial);
  });

  it('take a stored size only within its bounds', () => {
    const { areas } = setUp('wide', '{"filesWidth":99999,"resultShare":-5}');
    expect(areas.filesWidth.value).toBe(FILES_WIDTH.max);
    expect(areas.resultShare.value).toBe(RESULT_SHARE.min);
  });

  it('change for this visit where nothing can be stored', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    const areas = createAreas(full, signal<Room>('wide'));
    areas.toggle('files');
    expect(areas.shown.value.has('files')).toBe(false);
  });
});
