import { expect, test } from 'vitest';
import { isSaved } from './no-document.ts';

const saves = (type: string) => isSaved([['content-type', type]]);

test('a file that no browser shows is saved, whatever its disposition', () => {
  for (const type of [
    'application/octet-stream',
    'Application/ZIP; charset=binary',
    'application/x-zip-compressed',
    'application/x-gzip',
    'application/x-7z-compressed',
    'application/epub+zip',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ]) {
    expect(saves(type), type).toBe(true);
  }
  expect(isSaved([['content-disposition', 'attachment']])).toBe(true);
});

test('what some browser shows is not taken for a file', () => {
  for (const type of [
    'text/html',
    'text/plain',
    'text/csv',
    'image/png',
    'video/mp4',
    'application/pdf',
    'application/json',
    'application/xhtml+xml',
    'application/zip-of-something',
    '',
  ]) {
    expect(saves(type), type).toBe(false);
  }
  expect(isSaved([])).toBe(false);
});
