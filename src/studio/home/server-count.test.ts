import { expect, it } from 'vitest';
import { createServerCount } from './server-count.ts';

function storageOf(text: string | null) {
  const kept = { text };
  return {
    kept,
    getItem: () => kept.text,
    setItem: (_key: string, value: string) => {
      kept.text = value;
    },
  };
}

it.each([
  [null, 0],
  ['3', 3],
  ['900', 20],
  ['-1', 0],
  ['many', 0],
])('reads %s as %i', (text, count) => {
  expect(createServerCount(() => storageOf(text)).read()).toBe(count);
});

it('remembers', () => {
  const storage = storageOf(null);
  const count = createServerCount(() => storage);
  count.write(4);
  expect(count.read()).toBe(4);
});

it('goes without a storage that is forbidden', () => {
  const count = createServerCount(() => {
    throw new DOMException('forbidden', 'SecurityError');
  });
  count.write(4);
  expect(count.read()).toBe(0);
});
