import { expect, it } from 'vitest';
import { createChangeHistory, MAX_BYTES_KEPT, MAX_CHANGES_KEPT } from './change-history.ts';

const change = (title: string, length = 0) => ({
  title,
  undo: [{ sql: '', values: ['x'.repeat(length)] }],
});

it('gives the last change first, and keeps a bounded number', () => {
  const history = createChangeHistory();
  for (let number = 0; number < MAX_CHANGES_KEPT + 2; number++) history.add(change(String(number)));
  expect(history.take()?.change.title).toBe(String(MAX_CHANGES_KEPT + 1));
  let left = 0;
  while (history.take()) left += 1;
  expect(left).toBe(MAX_CHANGES_KEPT - 1);
});

it('lets go of the oldest when they are too large together, and of all before one that is too large', () => {
  const history = createChangeHistory();
  const half = Math.ceil(MAX_BYTES_KEPT / 2);
  history.add(change('first', half));
  history.add(change('second', half));
  expect(history.take()?.change.title).toBe('second');
  expect(history.take()).toBeUndefined();
  history.add(change('third'));
  expect(history.add(change('fourth', MAX_BYTES_KEPT + 1))).toBe(false);
  expect(history.take()).toBeUndefined();
});

it('gives the change that is asked for, and takes back what could not be undone', () => {
  const history = createChangeHistory();
  const [first, second, third] = ['first', 'second', 'third'].map((title) => change(title));
  for (const one of [first, second, third]) if (one) history.add(one);
  const taken = history.take(second);
  expect(taken?.change).toBe(second);
  expect(history.take(second)).toBeUndefined();
  taken?.putBack();
  expect(history.take()?.change).toBe(third);
  const again = history.take();
  expect(again?.change).toBe(second);
  history.clear();
  again?.putBack();
  expect(history.take()).toBeUndefined();
});
