import { expect, it } from 'vitest';
import { moveBy, within } from './grid-position.ts';

const SIZE = { rows: 3, columns: 4 };

it.each<[string, boolean, [number, number], [number, number]]>([
  ['ArrowDown', false, [0, 1], [1, 1]],
  ['ArrowDown', false, [2, 1], [2, 1]],
  ['ArrowDown', true, [0, 1], [2, 1]],
  ['ArrowUp', false, [0, 1], [-1, 1]],
  ['ArrowUp', true, [2, 1], [0, 1]],
  ['ArrowLeft', false, [0, 0], [0, 0]],
  ['ArrowRight', false, [0, 1], [0, 2]],
  ['ArrowRight', true, [0, 1], [0, 3]],
  ['Home', false, [2, 3], [2, 0]],
  ['Home', true, [2, 3], [0, 0]],
  ['End', false, [1, 0], [1, 3]],
  ['End', true, [0, 0], [2, 3]],
])('%s (Control: %s) leads from %j to %j', (key, ctrl, [row, column], [toRow, toColumn]) => {
  expect(moveBy({ key, ctrl }, { row, column }, SIZE)).toEqual({
    kind: 'to',
    position: { row: toRow, column: toColumn },
  });
});

it('turns pages, and leaves other keys alone', () => {
  expect(moveBy({ key: 'PageDown', ctrl: false }, { row: 0, column: 1 }, SIZE)).toEqual({
    kind: 'page',
    pages: 1,
  });
  expect(moveBy({ key: 'x', ctrl: false }, { row: 0, column: 1 }, SIZE)).toBeUndefined();
});

it('stays in the header when there are no rows', () => {
  expect(within({ row: 5, column: 9 }, { rows: 0, columns: 1 })).toEqual({ row: -1, column: 0 });
});
