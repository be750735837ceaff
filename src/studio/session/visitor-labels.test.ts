import { expect, it } from 'vitest';
import { createVisitorLabels, MAX_REMEMBERED_VISITORS } from './visitor-labels.ts';

it('numbers visitors in the order in which they come, and knows who comes back', () => {
  const labels = createVisitorLabels();
  expect(['a', 'b', 'a', 'c'].map(labels.of)).toEqual([
    'Visitor 1',
    'Visitor 2',
    'Visitor 1',
    'Visitor 3',
  ]);
});

it('calls the author by no number', () => {
  const labels = createVisitorLabels((key) => key === 'me');
  expect(['a', 'me', 'b'].map(labels.of)).toEqual(['Visitor 1', 'You', 'Visitor 2']);
});

it('remembers a bounded number, and forgets first who was away for the longest time', () => {
  const labels = createVisitorLabels();
  labels.of('regular');
  labels.of('once');
  for (let i = 0; i < MAX_REMEMBERED_VISITORS; i++) {
    labels.of(`stranger ${i}`);
    labels.of('regular');
  }
  expect(labels.of('regular')).toBe('Visitor 1');
  expect(labels.of('once')).toBe(`Visitor ${MAX_REMEMBERED_VISITORS + 3}`);
});
