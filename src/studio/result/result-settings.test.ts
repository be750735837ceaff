import { expect, it } from 'vitest';
import { fitPreview, keepPreviewWidth, readPreviewWidth } from './result-settings.ts';

it('fits a page into the box, smaller where it is too wide', () => {
  const box = { width: 410, height: 600 };
  expect(fitPreview('full', box)).toEqual({ width: 410, height: 600, scale: 1 });
  expect(fitPreview('phone', box)).toEqual({ width: 390, height: 600, scale: 1 });
  expect(fitPreview('tablet', box)).toEqual({ width: 820, height: 1200, scale: 0.5 });
  expect(fitPreview('full', { width: 0, height: 0 }).scale).toBe(1);
});

it('keeps the chosen width, and takes nothing else for one', () => {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  expect(readPreviewWidth(storage)).toBe('full');
  keepPreviewWidth(storage, 'phone');
  expect(readPreviewWidth(storage)).toBe('phone');
  for (const key of items.keys()) items.set(key, '9000');
  expect(readPreviewWidth(storage)).toBe('full');
});
