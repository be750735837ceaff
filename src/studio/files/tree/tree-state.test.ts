import { describe, expect, it } from 'vitest';
import { createTreeState, type FoldStorage } from './tree-state.ts';

function storage(): FoldStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

describe('the state of the list of files', () => {
  it('remembers folds, for each server', () => {
    const place = storage();
    createTreeState(place, 'garden').toggle('photos/', false);
    expect(createTreeState(place, 'garden').toggled.value.get('photos/')).toBe(false);
    expect(createTreeState(place, 'meadow').toggled.value.size).toBe(0);
  });

  it('remembers the latest ones of very many', () => {
    const place = storage();
    const state = createTreeState(place, 'garden');
    for (let index = 0; index < 2000; index += 1) state.toggle(`${index}/`, false);
    const again = createTreeState(place, 'garden').toggled.value;
    expect(again.size).toBe(500);
    expect(again.get('1999/')).toBe(false);
  });

  it('goes without memory where there is none, or it is mangled', () => {
    const blocked = {
      getItem: () => {
        throw new Error('blocked');
      },
      setItem: () => {
        throw new Error('blocked');
      },
    };
    const state = createTreeState(blocked, 'garden');
    state.toggle('photos/', true);
    expect(state.toggled.value.get('photos/')).toBe(true);
    const mangled = { getItem: () => '[["a", 1], 7, ["b", true]]', setItem: () => {} };
    expect([...createTreeState(mangled, 'garden').toggled.value]).toEqual([['b', true]]);
  });

  it('opens all around a file', () => {
    const state = createTreeState(storage(), 'garden');
    state.reveal('public/photos/old/dog.jpg', true);
    expect([...state.toggled.value.keys()]).toEqual([
      '/pages',
      'public/photos/',
      'public/photos/old/',
    ]);
  });
});
