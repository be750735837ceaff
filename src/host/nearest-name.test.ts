import { expect, it } from 'vitest';
import { didYouMean, nearestName } from './nearest-name.ts';

const COLUMNS = ['id', 'name', 'price', 'created_at'];

it.each([
  ['nmae', 'name'],
  ['Price', 'price'],
  ['prise', 'price'],
  ['createdat', 'created_at'],
  ['i', 'id'],
])('finds what was meant by "%s": %s', (typed, meant) => {
  expect(nearestName(typed, COLUMNS)).toBe(meant);
});

it.each(['colour', 'xyz', '', 'name'])('finds nothing near "%s"', (typed) => {
  expect(nearestName(typed, COLUMNS)).toBeUndefined();
});

it('prefers the nearest of several', () => {
  expect(nearestName('items', ['item_tags', 'item', 'itens'])).toBe('item');
  expect(didYouMean('itens', ['items', 'lists'])).toBe(' Did you mean "items"?');
  expect(didYouMean('boats', ['items'])).toBe('');
});

it('looks neither at names that are too long nor at endless lists', () => {
  const long = 'x'.repeat(1_000_000);
  expect(nearestName(long, [`${long}y`])).toBeUndefined();
  expect(nearestName('name', [long, 'nane'])).toBe('nane');
  function* endless() {
    for (;;) yield 'boat';
  }
  expect(nearestName('name', endless())).toBeUndefined();
});
